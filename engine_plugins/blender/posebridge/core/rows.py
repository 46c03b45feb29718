"""The rotations a bone can take: those of the 22 joints, and between them what twist and root bones need.

All are turns relative to the T-pose, in the world. Row j < 22 is joint j. Then, for every limb, the joint without its
own twist (hip, shoulder) or with the twist of the next one (knee, elbow). The last row is the pelvis's heading.
"""
from __future__ import annotations

from collections.abc import Collection

import numpy as np

from .bone_map import TWISTABLE, Drive
from .motion import JOINT_INDEX
from .rest_pose import AIMED
from .rotations import Floats, inverse, multiply, twist_about, unit
from .smpl22 import JOINT_NAMES, PARENTS

FIRST_TWIST = len(JOINT_NAMES)
HEADING = FIRST_TWIST + len(TWISTABLE)
COUNT = HEADING + 1


def blend_of(drive: Drive) -> tuple[int, int, float]:
    """(row, row, share): the bone goes that share of the way from the first row to the second."""
    joint = JOINT_INDEX[drive.joint]
    if drive.twist:
        beside = FIRST_TWIST + TWISTABLE.index(drive.joint)
        return (beside, joint, drive.share) if _is_upper(drive.joint) else (joint, beside, drive.share)
    whole = drive.share >= 1 or PARENTS[joint] < 0
    return (joint, joint, 1.0) if whole else (PARENTS[joint], joint, drive.share)


def all_rows(global_xyzw: Floats, offsets_m: Floats, used: Collection[int]) -> Floats:
    """(T, 22, 4) -> (T, COUNT, 4); rows beyond the joints are filled only where used."""
    rows = np.empty((len(global_xyzw), COUNT, 4))
    rows[:, :FIRST_TWIST] = global_xyzw
    for row in used:
        if row >= FIRST_TWIST:
            rows[:, row] = one_row(global_xyzw, offsets_m, row)
    return rows


def one_row(global_xyzw: Floats, offsets_m: Floats, row: int) -> Floats:
    """(T, 22, 4) -> (T, 4)."""
    if row < FIRST_TWIST:
        return global_xyzw[:, row]
    if row == HEADING:
        return twist_about(global_xyzw[:, 0], np.eye(3)[1])
    return _beside(global_xyzw, offsets_m, TWISTABLE[row - FIRST_TWIST])


def _beside(world: Floats, offsets_m: Floats, name: str) -> Floats:
    joint, end = JOINT_INDEX[name], JOINT_INDEX[AIMED[name]]
    along = unit(offsets_m[end])
    if _is_upper(name):
        own = twist_about(multiply(inverse(world[:, PARENTS[joint]]), world[:, joint]), along)
        return multiply(world[:, joint], inverse(own))
    return multiply(world[:, joint], twist_about(multiply(inverse(world[:, joint]), world[:, end]), along))


def _is_upper(joint: str) -> bool:
    return joint.endswith(("hip", "shoulder"))
