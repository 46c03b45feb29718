"""Composition: the upper body of one window on the pelvis and legs of another.

The torso keeps its lean to the world and its turn to the path walked; the lower spine bridges to the other pelvis;
the legs lean under the new weight. Arms that swing in time with legs say where the legs are, so an upper body may
only come from a window whose legs are calm: waving while walking is made, marching arms on standing legs are not.
"""
from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from models.kinematics.rotations import about_y, heading, matrix_to_rotvec, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_INDEX, PELVIS, leg_length
from models.training.balance import LEGS, UPPER, centre_of_mass, legs_leant, smooth, upright
from models.training.windows import Windows

BRIDGE = {"spine1": 2 / 3, "spine2": 1 / 3}  # how much of the pelvis's tilt these still follow
CALM = 0.6  # rad/s of thighs and shanks
MOST_TILT, MOST_SHIFT_M = math.radians(30), 0.12  # between the two pelvises; of the weight to be carried
HEADING_FRAMES = 9.0  # a step sways the pelvis about the heading that this smoothing leaves


def calm_legs(rotations: Tensor) -> Tensor:
    """Windows whose thighs and shanks turn slowly on average, (B,) bool."""
    change = rotations[:, :, list(LEGS[:4])].diff(dim=1).flatten(-2).norm(dim=-1) / math.sqrt(2)
    return change.mean((1, 2)) * 60 < CALM


def path_heading(rotations: Tensor) -> Tensor:
    """Where the body goes while the pelvis sways about it, continuous over time, (B, T) radians."""
    turns = heading(rotations[:, :, PELVIS])
    steps = turns.diff(dim=1)
    steps = torch.atan2(steps.sin(), steps.cos())
    return smooth(torch.cat([turns[:, :1], turns[:, :1] + steps.cumsum(1)], dim=1), HEADING_FRAMES)


def choose_pairs(windows: Windows, share: float, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Whose legs get whose upper body: a share of the windows, and for each another one, indices (P,) twice."""
    fit = upright(windows)
    giving = (fit & calm_legs(windows.rotations)).double()
    wanted = (fit & (torch.rand(len(fit), generator=random) < share)).nonzero()[:, 0]
    if not bool(giving.any()):
        return wanted[:0], wanted[:0]
    uppers = torch.multinomial(giving, len(fit), replacement=True, generator=random)[wanted]
    return wanted[uppers != wanted], uppers[uppers != wanted]


def compose(lower: Windows, upper: Windows) -> tuple[Tensor, Tensor, Tensor]:
    """Global rotations and offsets of the composed windows, and which of them a body can hold, (B,) bool.

    The upper body's bones come with it, scaled to the legs.
    """
    ahead = about_y(path_heading(lower.rotations) - path_heading(upper.rotations))
    turned = ahead[:, :, None] @ upper.rotations
    tilt = matrix_to_rotvec(lower.rotations[:, :, PELVIS] @ turned[:, :, PELVIS].mT)
    rotations, offsets = lower.rotations.clone(), lower.offsets.clone()
    rotations[:, :, list(UPPER)] = turned[:, :, list(UPPER)]
    for name, share in BRIDGE.items():
        joint = JOINT_INDEX[name]
        rotations[:, :, joint] = rotvec_to_matrix(share * tilt) @ turned[:, :, joint]
    scale = leg_length(lower.offsets) / leg_length(upper.offsets)
    offsets[:, list(UPPER)] = upper.offsets[:, list(UPPER)] * scale[:, None, None]
    shift = upper_shift(lower, replace(lower, rotations=rotations, offsets=offsets))
    held = (tilt.norm(dim=-1).amax(1) < MOST_TILT) & (shift[..., [0, 2]].norm(dim=-1).amax(1) < MOST_SHIFT_M)
    return legs_leant(rotations, shift, offsets), offsets, held


def upper_shift(before: Windows, after: Windows) -> Tensor:
    """How far the upper body's weight has moved over the pelvis, slow changes only, (B, T, 3) metres."""
    old, new = (centre_of_mass(windows.from_pelvis, (PELVIS, *UPPER)) for windows in (before, after))
    return smooth(new - old, HEADING_FRAMES)
