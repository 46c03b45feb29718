"""A calibrated body as a file: bones, tracker mounts, and how sure each number is. JSON, read by people and by solve.

    {"format": 1, "offsets_m": {"L_hip": [x, y, z], ...},
     "trackers": [{"joint": "head", "mount_position_m": [x, y, z], "mount_xyzw": [x, y, z, w]}, ...],
     "findings": [{"name": "torso", "value": 1.03, "sd": 0.02, "sd_before": 0.09, "unit": "", "observed": "yes"}, ...],
     "pose": "standing", "start_s": 1.2, "end_s": 3.2, "residual_before_m": 0.031, "residual_after_m": 0.004}
"""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bridge import checks
from bridge.errors import InputInvalid, InputMissing
from bridge.export.atomic import replacing
from bridge.frames import JOINT_INDEX, Floats, Setup, Tracker
from bridge.generated.skeleton import JOINT_NAMES

FORMAT = 1
POSES = ("standing", "t-pose", "moving")  # what a session may show to be calibrated by


@dataclass(frozen=True)
class Finding:
    """One number of a calibration."""

    name: str
    value: float  # unit "": factor of what was told; "m", "rad": how far from what was told
    sd: float
    sd_before: float
    unit: str
    observed: str  # yes, partly, no


@dataclass(frozen=True)
class CalibratedBody:
    """Who wears the trackers, as far as a session showed it."""

    setup: Setup
    findings: tuple[Finding, ...]
    pose: str
    start_s: float  # where in the session the pose was found
    end_s: float
    residual_before_m: float  # rms of lengths between trackers less those of the guessed posture, bones as told
    residual_after_m: float


def write_body(path: Path, body: CalibratedBody) -> None:
    """The file is there whole or not at all."""
    about = {name: value for name, value in vars(body).items() if name not in ("setup", "findings")}
    offsets = {name: _rounded(body.setup.skeleton.offsets_m[joint]) for name, joint in JOINT_INDEX.items()}
    trackers = [
        {"joint": JOINT_NAMES[tracker.joint], "mount_position_m": _rounded(tracker.mount_position_m),
         "mount_xyzw": _rounded(tracker.mount_xyzw)}
        for tracker in body.setup.trackers
    ]
    findings = [asdict(finding) for finding in body.findings]
    content = {"format": FORMAT, "offsets_m": offsets, "trackers": trackers, "findings": findings, **about}
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1) + "\n")


def read_body(path: Path, setup: Setup) -> Setup:
    """The setup with the file's bones, and its mounts on the joints that both know.

    Raises InputMissing, InputInvalid, NotFinite, UnitInvalid.
    """
    if not path.is_file():
        raise InputMissing(f"{path}: no such file")
    try:
        content = json.loads(path.read_text())
        if content["format"] != FORMAT:
            raise InputInvalid(f"format {content['format']!r}; this version reads {FORMAT}")
        skeleton = checks.skeleton(np.stack([content["offsets_m"][name] for name in JOINT_NAMES]))
        mounts = {JOINT_INDEX[one["joint"]]: _mount(one) for one in content["trackers"]}
    except InputInvalid as error:
        raise type(error)(f"{path}: {error}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputInvalid(f"{path}: not a calibrated body ({type(error).__name__}: {error})") from None
    trackers = tuple(mounts.get(tracker.joint, tracker) for tracker in setup.trackers)
    return replace(setup, skeleton=skeleton, trackers=trackers)


def _mount(one: dict[str, Any]) -> Tracker:
    what = f"the mount on {one['joint']}"
    place = checks.within(checks.shaped(one["mount_position_m"], (3,), what), checks.MOUNT_M, what)
    turned = checks.unit_rotations(checks.shaped(one["mount_xyzw"], (4,), what), what)
    return Tracker(JOINT_INDEX[one["joint"]], place, turned)


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 6) for value in values]
