"""Sets of trackers by name, as the tables have them. The prior is told of the first three alone; the rest are rows."""
from __future__ import annotations

from dataclasses import dataclass

from models.kinematics.skeleton import JOINT_INDEX, PELVIS
from models.prior.condition import CUE_JOINTS


@dataclass(frozen=True)
class TrackerSet:
    """Which joints carry what."""

    placed: tuple[int, ...]  # read a position and a rotation
    turned: tuple[int, ...] = ()  # read a rotation alone, as an IMU does

    @property
    def joints(self) -> tuple[int, ...]:
        return self.placed + self.turned


def _both(part: str) -> tuple[int, int]:
    return JOINT_INDEX[f"L_{part}"], JOINT_INDEX[f"R_{part}"]


THREE_POINTS = "three points"
FEET, KNEES, ELBOWS = _both("ankle"), _both("knee"), _both("elbow")  # a foot turns about its ankle
LEG_IMUS = (*_both("hip"), *KNEES)  # thighs turn about the hips, shanks about the knees
TRACKER_SETS = {
    THREE_POINTS: TrackerSet(CUE_JOINTS),
    "+ pelvis": TrackerSet((*CUE_JOINTS, PELVIS)),
    "+ feet": TrackerSet((*CUE_JOINTS, *FEET)),
    "+ pelvis, feet": TrackerSet((*CUE_JOINTS, PELVIS, *FEET)),
    "+ knees": TrackerSet((*CUE_JOINTS, *KNEES)),
    "+ elbows": TrackerSet((*CUE_JOINTS, *ELBOWS)),
    "+ 4 leg IMUs": TrackerSet(CUE_JOINTS, LEG_IMUS),
}
