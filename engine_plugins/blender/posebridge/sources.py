"""Where a motion comes from. Each source runs in a job's thread: no bpy in here."""
from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from .core.job import Cancelled, Watch
from .core.motion import SolvedMotion
from .core.motion_file import MotionFileError, MotionFileMissing, read_motion

LOOK_EVERY_S = 0.1


class SolveFailed(RuntimeError):
    """posebridge solve could not; the message is its own last line. `code` is its exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def from_file(path: Path, watch: Watch) -> SolvedMotion:
    """Raises MotionFileError."""
    watch.at("reading", 0.0)
    return read_motion(path)


def from_session(path: Path, command: str, watch: Watch) -> SolvedMotion:
    """A session solved by `posebridge solve`, which asks the running daemon, or one of its own where none runs.

    Raises MotionFileMissing, SolveFailed, Cancelled.
    """
    if not path.is_file():
        raise MotionFileMissing(f"{path}: there is no such file")
    with tempfile.TemporaryDirectory(prefix="posebridge-") as folder:
        with open(Path(folder) / "log", "w+", encoding="utf-8") as log:
            child = subprocess.Popen([command, "solve", str(path), "--out", folder], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=log)
            _wait(child, watch)
            log.seek(0)
            lines = [line.strip() for line in log if line.strip()]
        if child.returncode:
            raise SolveFailed(lines[-1] if lines else f"posebridge solve ended with {child.returncode}",
                              child.returncode)
        solved = sorted(Path(folder).glob("*.npz"))
        if not solved:
            raise MotionFileError(f"{path}: posebridge solve left no motion")
        return read_motion(solved[0])


def _wait(child: subprocess.Popen[bytes], watch: Watch) -> None:
    """Until it ends; ends it where the job is not wanted any more."""
    try:
        while True:
            watch.at("solving", 0.0)
            try:
                child.wait(LOOK_EVERY_S)
                return
            except subprocess.TimeoutExpired:
                continue
    except Cancelled:
        child.terminate()
        child.wait()
        raise
