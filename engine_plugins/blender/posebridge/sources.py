"""Where a motion comes from. Each source runs in a job's thread: no bpy in here."""
from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from .core.client_errors import DaemonMissing
from .core.clip_solver import solve_clip
from .core.connection_file import ConnectionFile, find_connection
from .core.job import Cancelled, Watch
from .core.mcap_file import Unopenable
from .core.motion import SolvedMotion
from .core.motion_file import MotionFileError, MotionFileMissing, read_motion
from .core.session_file import read_session, trackers_of

LOOK_EVERY_S = 0.1
OURS = ".mcap"  # what this extension reads itself
ASKED = ("waiting for the daemon", "solving")


class SolveFailed(RuntimeError):
    """The posebridge command could not; the message is its own last line. `code` is its exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class CommandMissing(FileNotFoundError):
    """There is no posebridge command."""

    def __str__(self) -> str:
        text = "the posebridge command is not to be found: name it in the extension's preferences"
        return str(self.args[0]) if self.args else text


def from_file(path: Path, watch: Watch) -> SolvedMotion:
    """Raises MotionFileError."""
    watch.at("reading", 0.0)
    return read_motion(path)


def from_capture(path: Path, command: str | None, name: str, watch: Watch) -> SolvedMotion:
    """A session solved by the running daemon itself; by `posebridge solve` where there is none, or where only the
    command reads the file.

    Raises MotionFileMissing, SessionFileError, DaemonError, SolveFailed, Cancelled; CommandMissing: neither is there.
    """
    if not path.is_file():
        raise MotionFileMissing(f"{path}: there is no such file")
    try:
        if path.suffix.lower() == OURS:
            return _by_daemon(find_connection(), path, name, watch)
        hindered = f"{path.name} is read by the posebridge command"
    except (DaemonMissing, Unopenable) as error:
        if watch.stage in ASKED:  # it was there, and went
            raise
        hindered = str(error)
    if command is None:
        raise CommandMissing(f"{hindered}; and {CommandMissing()}")
    return from_session(path, command, watch)


def _by_daemon(connection: ConnectionFile, path: Path, name: str, watch: Watch) -> SolvedMotion:
    watch.at("reading", 0.0)
    clip = read_session(path, lambda count: watch.at(f"reading, {count} frames", 0.0))
    watch.at(ASKED[0], 0.0)
    return replace(solve_clip(connection, name, clip, watch), trackers_m=trackers_of(clip))


def from_session(path: Path, command: str, watch: Watch) -> SolvedMotion:
    """A session solved by `posebridge solve`, which asks the running daemon, or one of its own where none runs.

    Raises MotionFileMissing, SolveFailed, Cancelled.
    """
    if not path.is_file():
        raise MotionFileMissing(f"{path}: there is no such file")
    with tempfile.TemporaryDirectory(prefix="posebridge-") as folder:
        run_command([command, "solve", str(path), "--out", folder], watch, "solving")
        solved = sorted(Path(folder).glob("*.npz"))
        if not solved:
            raise MotionFileError(f"{path}: posebridge solve left no motion")
        return read_motion(solved[0])


def run_command(words: list[str], watch: Watch, stage: str) -> None:
    """The posebridge command to its end. Raises SolveFailed with its own last line, Cancelled."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        _wait_for(child, watch, stage)
        log.seek(0)
        lines = [line.strip() for line in log if line.strip()]
    if child.returncode:
        raise SolveFailed(lines[-1] if lines else f"posebridge {words[1]} ended with {child.returncode}",
                          child.returncode)


def _wait_for(child: subprocess.Popen[bytes], watch: Watch, stage: str) -> None:
    """Until it ends; ends it where the job is not wanted any more."""
    try:
        while True:
            watch.at(stage, 0.0)
            try:
                child.wait(LOOK_EVERY_S)
                return
            except subprocess.TimeoutExpired:
                continue
    except Cancelled:
        child.terminate()
        child.wait()
        raise
