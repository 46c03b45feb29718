"""Weight and ground of changed motions: where the centre of mass is, how legs lean under it, how high the pelvis is.

What the feet did on the floor is kept: the lowest part of the body stays as high as it was, and the path over the
floor is led by the planted foot.
"""
from __future__ import annotations

from dataclasses import replace
from functools import cache

import torch
from torch import Tensor

from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import FEET, HEAD, JOINT_COUNT, JOINT_INDEX, PELVIS, leg_length, standing_heights
from models.training.windows import Windows

LEGS = tuple(JOINT_INDEX[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "foot") for side in "LR")
UPPER = tuple(joint for joint in range(1, JOINT_COUNT) if joint not in LEGS)
UPPER_MASS = 0.68  # of the body's, pelvis included
LEGS_FOLLOW = 0.89  # how far the whole centre of mass moves off the feet when legs lean by one
SOFT_M = 0.015  # within this height of each other two joints both count as the lowest
HEIGHT_FRAMES = 2.0  # smoothing of the pelvis's height change, where one foot takes over from the other
SLOW, LOW_M = 0.1, 0.02  # metres a second and metres between feet that make one bear the body


@cache
def joint_masses() -> Tensor:
    """(22,), sum 1: segment masses of de Leva (1996), each shared by its two ends so that its centre is kept."""
    trunk = {"pelvis": 0.11, "spine1": 0.06, "spine2": 0.10, "spine3": 0.08, "neck": 0.055, "head": 0.069}
    sided = {"shoulder": 0.031, "elbow": 0.020, "wrist": 0.013, "hip": 0.084, "knee": 0.082, "ankle": 0.026,
             "foot": 0.007}
    masses = torch.zeros(JOINT_COUNT, device="cpu")
    for name, mass in trunk.items():
        masses[JOINT_INDEX[name]] = mass
    for name, mass in sided.items():
        masses[[JOINT_INDEX[f"L_{name}"], JOINT_INDEX[f"R_{name}"]]] = mass
    return masses / masses.sum()


def centre_of_mass(positions: Tensor, joints: tuple[int, ...] = tuple(range(JOINT_COUNT))) -> Tensor:
    """Of some joints, (..., 22, 3) -> (..., 3), metres."""
    masses = joint_masses().to(positions)[list(joints)]
    return (positions[..., list(joints), :] * masses[:, None]).sum(-2) / masses.sum()


def legs_leant(rotations: Tensor, shift: Tensor, offsets: Tensor) -> Tensor:
    """Lean thighs and shanks so that the feet follow a `shift` (B, T, 3) of the upper body's centre of mass.

    rotations (B, T, 22, 3, 3), global; the feet keep theirs. Heights in `shift` do not count.
    """
    angle = shift * (UPPER_MASS / LEGS_FOLLOW / leg_length(offsets))[:, None, None]
    turn = torch.stack([-angle[..., 2], torch.zeros_like(angle[..., 1]), angle[..., 0]], dim=-1)
    leant = rotations.clone()
    leant[:, :, list(LEGS[:4])] = rotvec_to_matrix(turn)[:, :, None] @ rotations[:, :, list(LEGS[:4])]
    return leant


def lowest(positions: Tensor) -> Tensor:
    """Height of the body's lowest part, smooth where two change places. (..., 22, 3) -> (...), metres."""
    return -SOFT_M * torch.logsumexp(-positions[..., 1] / SOFT_M, dim=-1)


def smooth(values: Tensor, frames: float) -> Tensor:
    """Gaussian over time of that standard deviation, ends held. (B, T, ...) both."""
    reach = int(3 * frames)
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, dtype=values.dtype) / frames) ** 2)
    last = values.shape[1] - 1
    rows = torch.arange(last + 1)[:, None] + torch.arange(-reach, reach + 1)
    weights = torch.zeros(last + 1, last + 1, dtype=values.dtype)
    weights.scatter_add_(1, rows.clamp(0, last), (kernel / kernel.sum()).expand(last + 1, -1))
    return torch.einsum("st,bt...->bs...", weights, values)


def upright(windows: Windows) -> Tensor:
    """Windows whose body is on its legs all the time: pelvis and head up, and the pelvis not near the floor. (B,)."""
    up = (windows.rotations[:, :, [PELVIS, HEAD], 1, 1] > 0.6).flatten(1).all(1)
    return up & (windows.root[..., 1] > 0.6 * leg_length(windows.offsets)[:, None]).all(1)


def grounded(rotations: Tensor, offsets: Tensor, before: Windows, turn: Tensor | None = None) -> Windows:
    """Changed windows on the floor: their lowest part as high as it was, their planted feet as still as they were.

    turn (B, T, 3, 3): how the way walked was turned about the vertical.
    """
    made = Windows(rotations, before.root, offsets, before.floor)
    old, new = before.from_pelvis, made.from_pelvis
    height = before.root[..., 1] + smooth(lowest(old) - lowest(new), HEIGHT_FRAMES)
    share = planted_share(old + before.root[:, :, None], before.offsets)
    steps = (share * (old[:, :, list(FEET)] + before.root[:, :, None]).diff(dim=1)).sum(2)
    if turn is not None:
        steps = (turn[:, 1:] @ steps.unsqueeze(-1)).squeeze(-1)
    path = (steps - (share * new[:, :, list(FEET)].diff(dim=1)).sum(2)).cumsum(1)
    root = before.root[:, :1] + torch.cat([torch.zeros_like(path[:, :1]), path], dim=1)
    return replace(made, root=torch.stack([root[..., 0], height, root[..., 2]], dim=-1))


def planted_share(positions: Tensor, offsets: Tensor) -> Tensor:
    """How much the body stands on each joint of FEET from frame to frame, (B, T - 1, 4, 1), sum 1: low and slow."""
    feet = positions[:, :, list(FEET)]
    speed = feet.diff(dim=1).norm(dim=-1) * 60
    over = feet[:, 1:, :, 1] - standing_heights(offsets)[:, None, list(FEET)]
    return torch.softmax(-speed / SLOW - over / LOW_M, dim=-1).unsqueeze(-1)
