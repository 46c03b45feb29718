from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.capture.mcap import write_session
from bridge.cli import main
from bridge.commands.console import OnProgress
from bridge.commands.solve import row, solve_files
from bridge.errors import DeviceFailed, InputMissing
from bridge.frames import Motion, Setup, TrackerClip
from bridge.simulate import as_session


class Knowing:
    """A solver that knows the answer; refuses clips of `refused` frames."""

    def __init__(self, answer: Motion, refused: int = 0) -> None:
        self.answer, self.refused = answer, refused

    def solve_clip(self, setup: Setup, clip: TrackerClip, on_progress: OnProgress | None = None) -> Motion:
        if len(clip) == self.refused:
            raise DeviceFailed("out of memory")
        if on_progress:
            on_progress(len(clip), len(clip))
        return self.answer


def session_file(path: Path, motion: Motion) -> Path:
    write_session(path, as_session(motion))
    return path


def test_a_solved_file_leaves_three_files_and_its_errors(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    file = session_file(tmp_path / "take.mcap", swaying())
    (done,) = solve_files(Knowing(swaying()), [file], tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["take.bvh", "take.npz", "take.png"]
    assert done.errors is not None
    assert done.errors.mpjpe_cm < 0.01
    assert row(done)[-1] == "done"


def test_a_failure_is_a_row_and_does_not_stop_the_others(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    files = [tmp_path / "none.mcap", session_file(tmp_path / "long.mcap", swaying(seconds=3)),
             session_file(tmp_path / "good.mcap", swaying())]
    done = list(solve_files(Knowing(swaying(), refused=180), files, tmp_path / "out"))
    assert [type(one.failure) for one in done] == [InputMissing, DeviceFailed, type(None)]
    assert [row(one)[-1] for one in done] == ["failed", "failed", "done"]
    assert all(len(row(one)) == len(row(done[0])) for one in done)


def test_connect_demands_a_running_daemon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["solve", "a.mcap", "--out", str(tmp_path), "--connect", "--connection-file", str(tmp_path / "none")])
    assert code == 7
    assert capsys.readouterr().err.count("\n") == 1


def test_connect_and_a_prior_of_ones_own_do_not_fit(tmp_path: Path) -> None:
    assert main(["solve", "a.mcap", "--out", str(tmp_path), "--connect", "--weights", "mine.safetensors"]) == 2
