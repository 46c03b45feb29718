"""The commands against a daemon that runs, as a user would have it."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from bridge.capture.mcap import read_recording, write_session
from bridge.cli import main
from bridge.client import Client
from bridge.config import ServeConfig
from bridge.frames import Motion
from bridge.local import LocalDaemon
from bridge.playback import play
from bridge.simulate import as_session


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection file of a daemon that solves with echoes."""
    folder = tmp_path_factory.mktemp("daemon")
    config = ServeConfig(connection_file=folder / "daemon.json", recordings=folder / "takes", engine="echo")
    with LocalDaemon(config) as daemon:
        yield str(daemon.connection_file)


def test_doctor_finds_it(running: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--connection-file", running])
    assert "running, version" in capsys.readouterr().out


def test_solve_uses_it_and_the_first_failure_decides_the_code(
    running: str, tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    write_session(tmp_path / "take.mcap", as_session(swaying(seconds=1)))
    (tmp_path / "text.mcap").write_text("no session")
    files = [str(tmp_path / name) for name in ("text.mcap", "none.csv", "take.mcap")]
    assert main(["solve", *files, "--out", str(tmp_path / "out"), "--connect", "--connection-file", running]) == 4
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "take.bvh", "take.npz", "take.png", "take.solved.json"]
    told = capsys.readouterr()
    assert [line.split()[-2] for line in told.out.splitlines()[2:5]] == ["failed", "failed", "done"]
    assert len(told.err.splitlines()) == 2


AXES = "# axes: +Y up, +Z forward, right-handed\n"
HEADER = "time[s],head.position.x[m],head.position.y[m],head.position.z[m]\n"
ROWS = "".join(f"{frame / 60:.4f},0,{1.5 + frame / 1000:.3f},0\n" for frame in range(60))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, 3),
        ("what is this", 4),
        (HEADER + ROWS, 41),
        (AXES + HEADER.replace("[m]", "[furlong]") + ROWS, 41),
        (AXES + HEADER + ROWS.replace("1.520", "nan"), 42),
        (AXES + HEADER + ROWS.split("\n")[0], 43),
        (AXES + HEADER.replace("head", "tail") + ROWS, 44),
        (AXES + HEADER + ROWS, 0),
    ],
    ids=["missing", "no table", "axes", "unit", "nan", "short", "tracker", "good"],
)
def test_each_fault_of_a_file_is_one_line_with_a_code_of_its_own(
    running: str, tmp_path: Path, text: str | None, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "take.csv").write_text(text)
    words = ["solve", str(tmp_path / "take.csv"), "--out", str(tmp_path), "--connect", "--connection-file", running]
    assert main(words) == code
    said = capsys.readouterr().err
    assert said.count("\n") == (code != 0)
    assert "a fault of ours" not in said


def test_record_writes_the_sessions_that_are_live(
    running: str, tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    session = as_session(swaying(seconds=1))

    def perform() -> None:
        with Client.connect(Path(running)) as client, client.open_session(session.setup, "take") as live:
            play(live, session.clip)

    performer = Thread(target=perform)
    performer.start()
    assert main(["record", "--seconds", "2.5", "--out", str(tmp_path), "--connection-file", running]) == 0
    performer.join()
    (file,) = capsys.readouterr().out.splitlines()
    assert Path(file).parent == tmp_path
    assert len(read_recording(Path(file)).frames) > 30
