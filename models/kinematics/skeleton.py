"""The one body of the mathematics: 22 SMPL joints in wire order, and constants derived from their tree."""
from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from models.kinematics.smpl22 import JOINT_NAMES, NEUTRAL_OFFSETS_M, SOLE_HEIGHT_M
from models.kinematics.smpl22 import PARENTS as PARENTS

JOINT_COUNT = len(JOINT_NAMES)
JOINT_INDEX = {name: index for index, name in enumerate(JOINT_NAMES)}
PELVIS, HEAD, L_WRIST, R_WRIST = (JOINT_INDEX[name] for name in ("pelvis", "head", "L_wrist", "R_wrist"))
FEET = tuple(JOINT_INDEX[name] for name in ("L_ankle", "R_ankle", "L_foot", "R_foot"))
TOES = FEET[2:]
PARENT_OR_SELF = (0, *PARENTS[1:])


def _mirrored_joint(name: str) -> int:
    swap = {"L": "R", "R": "L"}
    return JOINT_INDEX[f"{swap[name[0]]}{name[1:]}" if name[1] == "_" else name]


MIRRORED = tuple(_mirrored_joint(name) for name in JOINT_NAMES)


def chain_to(joint: int) -> tuple[int, ...]:
    """The joints from below the pelvis down to `joint`, itself included; empty for the pelvis."""
    chain: list[int] = []
    while PARENTS[joint] >= 0:
        chain.append(joint)
        joint = PARENTS[joint]
    return tuple(reversed(chain))


@cache
def descent_matrix() -> Tensor:
    """(22, 22): row j is one at the joints whose bones lead from the pelvis to j; not to be written to."""
    matrix = torch.zeros(JOINT_COUNT, JOINT_COUNT, device="cpu")
    for joint in range(JOINT_COUNT):
        matrix[joint, list(chain_to(joint))] = 1.0
    return matrix


def neutral_offsets() -> Tensor:
    """T-pose offsets parent -> joint of a neutral adult, (22, 3), metres."""
    return torch.tensor(NEUTRAL_OFFSETS_M)


def standing_height(offsets: Tensor, joint: int) -> Tensor:
    """Height of a joint over the floor in the T-pose with the soles on it. offsets (..., 22, 3) -> (...), metres."""
    return standing_heights(offsets)[..., joint]


def standing_heights(offsets: Tensor) -> Tensor:
    """The same of every joint, (..., 22)."""
    heights = offsets[..., 1] @ descent_matrix().to(offsets).mT
    return heights - heights.amin(-1, keepdim=True) + sole_height(offsets).unsqueeze(-1)


def sole_height(offsets: Tensor) -> Tensor:
    """Height of a toe base over the floor under it: as much of the legs as a neutral adult's. (...), metres."""
    return leg_length(offsets) * (SOLE_HEIGHT_M / _neutral_leg())


@cache
def _neutral_leg() -> float:
    return float(leg_length(neutral_offsets()))


def arm_length(offsets: Tensor) -> Tensor:
    """Shoulder to wrist along the bones, mean of both arms. offsets (..., 22, 3) -> (...), metres."""
    joints = [JOINT_INDEX[name] for name in ("L_elbow", "R_elbow", "L_wrist", "R_wrist")]
    return offsets[..., joints, :].norm(dim=-1).sum(-1) / 2


def leg_length(offsets: Tensor) -> Tensor:
    """Hip to ankle along the bones, mean of both legs. offsets (..., 22, 3) -> (...), metres."""
    joints = [JOINT_INDEX[name] for name in ("L_knee", "R_knee", "L_ankle", "R_ankle")]
    return offsets[..., joints, :].norm(dim=-1).sum(-1) / 2
