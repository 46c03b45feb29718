"""A solved motion as the rig rooms need it: one body, a steady rate, 22 joints. Project axes."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rotations import Floats, multiply, rotate, unit
from .smpl22 import JOINT_NAMES, NEUTRAL_OFFSETS_M, PARENTS, SOLE_HEIGHT_M

JOINT_INDEX = {name: index for index, name in enumerate(JOINT_NAMES)}
HIPS = [JOINT_INDEX["L_hip"], JOINT_INDEX["R_hip"]]
ANKLES = [JOINT_INDEX["L_ankle"], JOINT_INDEX["R_ankle"]]
TOES = [JOINT_INDEX["L_foot"], JOINT_INDEX["R_foot"]]
LEGS = [JOINT_INDEX[name] for name in ("L_knee", "R_knee", "L_ankle", "R_ankle")]


@dataclass(frozen=True)
class SolvedMotion:
    """T frames of a body: the wire's numbers of a clip, or of live poses put one after another."""

    offsets_m: Floats  # (22, 3) T-pose, parent -> joint; the pelvis row is zero
    rate_hz: float
    root_m: Floats  # (T, 3) the pelvis joint in the world
    local_xyzw: Floats  # (T, 22, 4) relative to the parent; row 0 is the pelvis in the world
    trackers_m: Floats | None = None  # (T, M, 3) what it was solved from, where that is known

    def __len__(self) -> int:
        return len(self.root_m)


def joints_in_t_pose(offsets_m: Floats) -> Floats:
    """Joints of the T-pose with the pelvis at zero, (22, 3)."""
    places = np.zeros((len(PARENTS), 3))
    for joint in range(1, len(PARENTS)):
        places[joint] = places[PARENTS[joint]] + offsets_m[joint]
    return places


def leg_length(offsets_m: Floats) -> float:
    """Thigh and shin, the mean of both sides, metres."""
    return float(np.linalg.norm(offsets_m[LEGS], axis=-1).sum() / 2)


def sole_height(offsets_m: Floats) -> float:
    """Height of a toe base over the floor that it stands on: as much of the legs as a neutral adult's."""
    return SOLE_HEIGHT_M * leg_length(offsets_m) / leg_length(np.array(NEUTRAL_OFFSETS_M))


def hip_height(offsets_m: Floats) -> float:
    """Height of the hip joints (not the pelvis) over the floor in the T-pose, soles on the floor."""
    places = joints_in_t_pose(offsets_m)
    return float(places[HIPS, 1].mean() - places[:, 1].min()) + sole_height(offsets_m)


def global_rotations(local_xyzw: Floats) -> Floats:
    """Relative to the parent (T, 22, 4) -> relative to the world (T, 22, 4), of length one."""
    world = unit(np.asarray(local_xyzw, dtype=np.float64))
    for joint in range(1, len(PARENTS)):
        world[:, joint] = multiply(world[:, PARENTS[joint]], world[:, joint])
    return world


def joint_positions(offsets_m: Floats, root_m: Floats, global_xyzw: Floats) -> Floats:
    """Joints in the world (T, 22, 3)."""
    places = np.empty((len(root_m), len(PARENTS), 3))
    places[:, 0] = root_m
    for joint in range(1, len(PARENTS)):
        parent = PARENTS[joint]
        places[:, joint] = places[:, parent] + rotate(global_xyzw[:, parent], offsets_m[joint])
    return places
