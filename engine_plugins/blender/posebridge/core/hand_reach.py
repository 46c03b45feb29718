"""Hands exactly where the solved body's were, although the rig's arms are longer or shorter."""
from __future__ import annotations

import numpy as np

from .limbs import ARMS, limb_places, move_end
from .motion import JOINT_INDEX, SolvedMotion, joint_positions
from .plan import Plan
from .pose import Pose
from .rotations import Floats

WRISTS = [JOINT_INDEX[arm.end] for arm in ARMS]


def hand_targets(motion: SolvedMotion, global_xyzw: Floats, scale: Floats) -> Floats:
    """The body's wrists (T, 2, 3), left first, with the world scaled (3,) as the rig's way through it is."""
    return np.asarray(scale * joint_positions(motion.offsets_m, motion.root_m, global_xyzw)[:, WRISTS])


def reach_hands(plan: Plan, pose: Pose, offsets_m: Floats, targets_m: Floats, weight: Floats | None = None) -> Pose:
    """Arms bent so that the wrists are at their targets (T, 2, 3), or as near as they reach; hands keep their rotation.

    `weight` (T, 2), where given: 0 leaves a hand where it is, 1 takes it to its target.
    """
    for side, arm in enumerate(ARMS):
        target = targets_m[:, side]
        if weight is not None:
            wrist = limb_places(plan, pose, offsets_m, arm)[2]
            target = wrist + weight[:, side, None] * (target - wrist)
        pose = move_end(plan, pose, offsets_m, arm, target)
    return pose
