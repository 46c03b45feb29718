from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.commands.record import copied, record
from bridge.errors import DaemonMissing


@dataclass
class FakeRecorder:
    """A daemon that records, and that goes away after so many pings."""

    pings_left: int = 1000
    said: list[str] = field(default_factory=list)

    def ping(self) -> None:
        self.pings_left -= 1
        if self.pings_left < 0:
            raise DaemonMissing("gone")

    def start_recording(self) -> list[Path]:
        self.said.append("start")
        return []

    def stop_recording(self) -> list[Path]:
        self.said.append("stop")
        return [Path("a.mcap")]


@dataclass
class FakeTime:
    now: float = 0.0
    interrupted_at: float = float("inf")

    def now_s(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.now >= self.interrupted_at:
            raise KeyboardInterrupt


def test_it_records_for_the_time_asked() -> None:
    recorder, time = FakeRecorder(), FakeTime()
    assert record(recorder, 3.2, time.now_s, time.sleep) == [Path("a.mcap")]
    assert recorder.said == ["start", "stop"]
    assert time.now == pytest.approx(3.2)


def test_ctrl_c_ends_it_with_the_files_whole() -> None:
    recorder, time = FakeRecorder(), FakeTime(interrupted_at=2.0)
    assert record(recorder, float("inf"), time.now_s, time.sleep) == [Path("a.mcap")]


def test_a_daemon_that_goes_away_is_noticed() -> None:
    time = FakeTime()
    with pytest.raises(DaemonMissing):
        record(FakeRecorder(pings_left=3), float("inf"), time.now_s, time.sleep)
    assert time.now < 3


def test_files_of_one_name_from_two_daemons_are_both_kept(tmp_path: Path) -> None:
    files = [tmp_path / folder / "take.mcap" for folder in ("recordings", "recordings/2")]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text(file.parent.name)
    (out := tmp_path / "out").mkdir()
    assert [file.read_text() for file in copied(files, out)] == ["recordings", "2"]
    assert sorted(file.name for file in out.iterdir()) == ["take-2.mcap", "take.mcap"]


def test_no_daemon_is_one_line_and_code_7(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--connection-file", str(tmp_path / "daemon.json")]) == 7
    assert "posebridge serve" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan"])
def test_no_time_at_all_is_refused(seconds: str) -> None:
    assert main(["record", "--seconds", seconds]) == 2
