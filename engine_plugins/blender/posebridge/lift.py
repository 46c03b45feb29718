"""Somebody whom a detector has found in a video, lifted by the posebridge command. No bpy in here."""
from __future__ import annotations

import tempfile
from pathlib import Path

from .command_run import run_command
from .core.job import Watch
from .core.motion import SolvedMotion
from .core.motion_file import MotionFileMissing
from .mended import only_motion


def whole_take(path: Path) -> Path:
    """One frame of a folder of OpenPose's stands for the folder: a file browser shows files."""
    return path.parent if path.name.endswith("_keypoints.json") and path.is_file() else path


def from_keypoints(path: Path, words: tuple[str, ...], camera: str, command: str, watch: Watch) -> SolvedMotion:
    """`words`: flags of `posebridge lift`. `camera`: the JSON of the one it was seen through; empty: it is found.

    Runs in a job's thread. Raises MotionFileMissing, SolveFailed with the command's own last line, Cancelled.
    """
    if not path.exists():
        raise MotionFileMissing(f"{path}: there is no such file or folder")
    with tempfile.TemporaryDirectory(prefix="posebridge-") as name:
        folder = Path(name)
        asked = [command, "lift", str(path), "--out", str(folder / "out"), "--formats", "npz", "--progress", "json",
                 *words]
        if camera:
            (folder / "scene-camera.json").write_text(camera, encoding="utf-8")
            asked += ["--camera", str(folder / "scene-camera.json")]
        run_command(asked, watch, "lifting")
        return only_motion(folder / "out", "lift")
