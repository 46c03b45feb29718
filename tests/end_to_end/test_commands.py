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
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["take.bvh", "take.npz", "take.png"]
    told = capsys.readouterr()
    assert [line.split()[-2] for line in told.out.splitlines()[2:]] == ["failed", "failed", "done"]
    assert len(told.err.splitlines()) == 2


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
