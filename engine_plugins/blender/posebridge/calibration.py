"""Who wears the trackers, found out from two seconds of standing by `posebridge calibrate`. No bpy in here."""
from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .command_run import run_command
from .core.calibration import findings, table
from .core.job import Watch
from .core.rotations import Floats
from .core.wearer import Wearer

MOUNT_CM = 2.0  # how far devices may sit from where a preset says: nobody measured


@dataclass(frozen=True)
class Standing:
    """Readings of the wearer's trackers at `times_s`, (T, M, 3) and (T, M, 4), project axes."""

    times_s: list[float]
    places_m: Floats
    turns_xyzw: Floats


@dataclass(frozen=True)
class Calibrated:
    """The wearer found, as it is kept, and what there is to say of it."""

    kept: str
    lines: list[str]


def calibrate(standing: Standing, told: Wearer, height_m: float, pose: str, command: str, watch: Watch) -> Calibrated:
    """Runs in a thread. Raises SolveFailed: the command's own last line, such as that nobody stood still; Cancelled."""
    places, turns = told.at_joints(standing.places_m, standing.turns_xyzw)
    with tempfile.TemporaryDirectory(prefix="posebridge-") as name:
        folder = Path(name)
        joints = [joint for joint, _ in told.mounts]
        (folder / "standing.csv").write_text(table(joints, standing.times_s, places, turns, height_m), encoding="utf-8")
        words = [command, "calibrate", str(folder / "standing.csv"), "--pose", pose, "--mount-cm", f"{MOUNT_CM:g}",
                 "--out", str(folder / "body.json")]
        run_command(words, watch, "calibrating")
        text = (folder / "body.json").read_text(encoding="utf-8")
    said = findings(text)
    return Calibrated(json.dumps({**json.loads(told.calibrated(text).to_json()), "said": said}), said)
