"""Where a moving body's joints are: forward kinematics in numpy, for whoever must not need torch.

G[j] = G[parent] R[j],  P[j] = P[parent] + G[parent] offset[j],  P[pelvis] = root.
"""
from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_COUNT, JOINT_INDEX, Floats, Motion
from bridge.generated.skeleton import PARENTS

TOES = [JOINT_INDEX["L_foot"], JOINT_INDEX["R_foot"]]


def global_rotations(local_xyzw: Floats) -> Floats:
    """Rotations relative to the parent (T, 22, 4) -> relative to the world (T, 22, 4)."""
    return np.stack([rotation.as_quat() for rotation in _globals(local_xyzw)], axis=1).astype(np.float32)


def local_rotations(global_xyzw: Floats) -> Floats:
    """Rotations relative to the world (T, 22, 4) -> relative to the parent (T, 22, 4)."""
    world = [Rotation.from_quat(global_xyzw[:, joint]) for joint in range(JOINT_COUNT)]
    local = [world[0], *(world[parent].inv() * own for parent, own in zip(PARENTS[1:], world[1:], strict=True))]
    return np.stack([rotation.as_quat() for rotation in local], axis=1).astype(np.float32)


def joint_positions(motion: Motion) -> Floats:
    """Joints in the world, (T, 22, 3), metres."""
    world = _globals(motion.local_xyzw)
    positions = [motion.root_position_m.astype(np.float64)]
    for joint in range(1, JOINT_COUNT):
        parent = PARENTS[joint]
        positions.append(positions[parent] + world[parent].apply(motion.skeleton.offsets_m[joint]))
    return np.stack(positions, axis=1).astype(np.float32)


def rest_on_floor(motion: Motion) -> Motion:
    """The motion moved up or down so that its lowest toe base (1st percentile) is where a standing one is."""
    lowest = np.percentile(joint_positions(motion)[:, TOES, 1].min(axis=1), 1)
    lift = np.array([0, motion.skeleton.sole_height_m - lowest, 0], dtype=np.float32)
    return replace(motion, root_position_m=motion.root_position_m + lift)


def _globals(local_xyzw: Floats) -> list[Rotation]:
    world = [Rotation.from_quat(local_xyzw[:, 0])]
    for joint in range(1, JOINT_COUNT):
        world.append(world[PARENTS[joint]] * Rotation.from_quat(local_xyzw[:, joint]))
    return world
