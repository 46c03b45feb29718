"""How far a solved motion is from the truth, in the field's usual figures. Nothing is aligned first, root included."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.errors import TooShort
from bridge.frames import JOINT_INDEX, Floats, Motion
from bridge.motion import joint_positions
from bridge.resample import frame_times
from bridge.resample_motion import motion_at

UPPER = [JOINT_INDEX[name] for name in (
    "spine1", "spine2", "spine3", "neck", "L_collar", "R_collar", "head", "L_shoulder", "R_shoulder", "L_elbow",
    "R_elbow", "L_wrist", "R_wrist")]
LOWER = [JOINT_INDEX[f"{side}_{name}"] for side in "LR" for name in ("hip", "knee", "ankle", "foot")]
HANDS = [JOINT_INDEX["L_wrist"], JOINT_INDEX["R_wrist"]]


@dataclass(frozen=True)
class Errors:
    """Means over frames and joints."""

    mpjpe_cm: float  # 22 joint positions in the world
    upper_cm: float
    lower_cm: float
    hand_cm: float
    mpjre_deg: float  # geodesic, the 21 local rotations without the root
    jitter: float  # mean norm of the third difference of the joints, 10^2 m/s^3
    truth_jitter: float


def errors(solved: Motion, truth: Motion) -> Errors:
    """Over the time both last; where the rates differ the truth is put on the solved frames' times."""
    solved, truth = _on_same_times(solved, truth)
    here, there = joint_positions(solved), joint_positions(truth)
    apart_cm = 100 * np.linalg.norm(here - there, axis=-1)  # (T, 22)
    return Errors(
        mpjpe_cm=float(apart_cm.mean()),
        upper_cm=float(apart_cm[:, UPPER].mean()),
        lower_cm=float(apart_cm[:, LOWER].mean()),
        hand_cm=float(apart_cm[:, HANDS].mean()),
        mpjre_deg=float(np.degrees(_angles_rad(solved, truth)).mean()),
        jitter=jitter(here, solved.rate_hz),
        truth_jitter=jitter(there, truth.rate_hz),
    )


def jitter(positions_m: Floats, rate_hz: float) -> float:
    """Mean norm of the third finite difference of (T, 22, 3), in 10^2 m/s^3; 0 below four frames."""
    if len(positions_m) < 4:
        return 0.0
    third = np.diff(positions_m.astype(np.float64), n=3, axis=0) * rate_hz**3
    return float(np.linalg.norm(third, axis=-1).mean() / 100)


def _on_same_times(solved: Motion, truth: Motion) -> tuple[Motion, Motion]:
    if abs(solved.rate_hz - truth.rate_hz) > 1e-6:
        times = frame_times(len(solved), solved.rate_hz)
        truth = motion_at(truth, times[times <= (len(truth) - 1) / truth.rate_hz + 1e-9])
    count = min(len(solved), len(truth))
    if not count:
        raise TooShort("no frame in common between what was solved and the truth")
    return _first(solved, count), _first(truth, count, solved.rate_hz)


def _first(motion: Motion, count: int, rate_hz: float | None = None) -> Motion:
    return Motion(motion.skeleton, rate_hz or motion.rate_hz, motion.root_position_m[:count],
                  motion.local_xyzw[:count])


def _angles_rad(solved: Motion, truth: Motion) -> Floats:
    """(T, 21) angle between the local rotations: a chord on the sphere of quaternions is exact near zero too."""
    here, there = (motion.local_xyzw[:, 1:].astype(np.float64) for motion in (solved, truth))
    here, there = (part / np.linalg.norm(part, axis=-1, keepdims=True) for part in (here, there))
    chord = np.minimum(*(np.linalg.norm(here - other, axis=-1) for other in (there, -there)))
    return np.asarray(4 * np.arcsin(np.minimum(chord / 2, 1)), dtype=np.float32)
