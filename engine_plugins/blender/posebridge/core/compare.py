"""The solved body and its trackers as lines beside a character, to be compared with it: geometry only, who draws it is
another's business."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .motion import HIPS, global_rotations, joint_positions
from .plan import Plan
from .retarget import Options, Place, RootMotion
from .rotations import Floats, rotate
from .smpl22 import PARENTS

MARK_M = 0.04  # half of a tracker's cross
BONES = np.array([(parent, joint) for joint, parent in enumerate(PARENTS) if parent >= 0])
CROSS: Floats = MARK_M * np.stack([-np.eye(3), np.eye(3)], axis=1)  # (3, 2, 3)


@dataclass(frozen=True)
class Spot:
    """Where the solved body's own room lies in the world for a character: turned, moved, and how far its way is
    stretched as the character's is."""

    turn_xyzw: Floats  # (4,)
    origin_m: Floats  # (3,)
    travel: float  # 0: on the spot


def spot_of(plan: Plan, options: Options, beside_m: float) -> Spot:
    """`beside_m`: to the character's left."""
    travel = 0.0 if options.root is RootMotion.IN_PLACE else options.travel or plan.scale
    turn, origin = plan.character.turn_xyzw, plan.character.origin_m
    if options.place is Place.CHARACTER:
        return Spot(turn, origin + rotate(turn, [beside_m, plan.floor_m, 0.0]), travel)
    start = origin * [1, 0, 1] if travel == 0 else np.zeros(3)
    return Spot(np.array([0.0, 0.0, 0.0, 1.0]), start + rotate(turn, [beside_m, 0.0, 0.0]), travel)


@dataclass(frozen=True)
class Lines:
    """In the world, project axes."""

    bones: Floats  # (21, 2, 3)
    marks: Floats  # (3 M, 2, 3) a cross for every tracker


def lines_at(spot: Spot, offsets_m: Floats, root_m: Floats, local_xyzw: Floats, trackers_m: Floats) -> Lines:
    """Of one moment: (22, 3), (3,), (22, 4) and (M, 3)."""
    turns = global_rotations(local_xyzw[None])
    joints = joint_positions(offsets_m, root_m[None], turns)[0]
    along = (spot.travel - 1) * joints[HIPS].mean(axis=0) * [1, 0, 1]  # the hips are what a character carries along
    bones = joints[BONES]
    marks = np.asarray(trackers_m, dtype=np.float64).reshape(-1, 1, 1, 3) + CROSS
    return Lines(*(spot.origin_m + rotate(spot.turn_xyzw, part.reshape(-1, 2, 3) + along) for part in (bones, marks)))
