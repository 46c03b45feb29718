"""A motion through the posebridge command: written for it, mended by it, read again. No bpy in here."""
from __future__ import annotations

import tempfile
from pathlib import Path

from .command_run import run_command
from .core.job import Watch
from .core.mending import Mending
from .core.motion import SolvedMotion
from .core.motion_file import MotionFileError, read_motion, write_motion


def mended(read: SolvedMotion, asked: Mending, command: str, watch: Watch) -> SolvedMotion:
    """Raises SolveFailed with the command's own last line, Cancelled."""
    given = asked.before(read)
    with tempfile.TemporaryDirectory(prefix="posebridge-") as name:
        folder = Path(name)
        write_motion(folder / "motion.npz", given)
        run_command([command, asked.verb, str(folder / "motion.npz"), "--out", str(folder / "out"), "--formats", "npz",
                     "--progress", "json", *asked.words], watch, asked.stage)
        return asked.after(read, given, only_motion(folder / "out", asked.verb))


def only_motion(folder: Path, verb: str) -> SolvedMotion:
    """What the command has left. Raises MotionFileError."""
    found = sorted(folder.glob("*.npz"))
    if not found:
        raise MotionFileError(f"posebridge {verb} left no motion")
    return read_motion(found[0])
