"""Where a motion comes from. Each source runs in a job's thread: no bpy in here."""
from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from .command_run import CommandMissing, run_command
from .core.client_errors import DaemonMissing
from .core.clip_solver import solve_clip
from .core.connection_file import ConnectionFile, find_connection
from .core.job import Watch
from .core.mcap_file import Unopenable
from .core.motion import SolvedMotion
from .core.motion_file import MotionFileError, MotionFileMissing, read_motion
from .core.session_file import read_session, trackers_of

OURS = ".mcap"  # what this extension reads itself
ASKED = ("waiting for the daemon", "solving")


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
