"""A wider world from little data: windows of real motion varied as people vary, drawn anew for every batch.

Each kind has a share of the windows; all shares zero is today's draw, bit for bit.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import about_y
from models.kinematics.skeleton import JOINT_INDEX
from models.training.balance import grounded, legs_leant, upright
from models.training.compose import calm_legs, choose_pairs, compose, path_heading, upper_shift
from models.training.style import draw_amplitudes, draw_posture, feet_kept, with_amplitude, with_posture
from models.training.windows import Windows

KNEES = [JOINT_INDEX["L_knee"], JOINT_INDEX["R_knee"]]
ELBOWS = [JOINT_INDEX["L_elbow"], JOINT_INDEX["R_elbow"]]
TURN_RATE_SD, TURN_SCALE_SD = math.radians(15), 0.35  # rad/s on walks; log factor of turns there are


@dataclass(frozen=True)
class WidenConfig:
    """Share of the windows that each kind of variation is tried on; what a body cannot do is left as it was."""

    compose: float = 0.0  # another window's upper body
    amplitude: float = 0.0  # swings made larger or smaller
    style: float = 0.0  # another posture
    turn: float = 0.0  # another rate of turning


def widen(windows: Windows, config: WidenConfig, random: torch.Generator) -> Windows:
    """Vary a batch."""
    if config.compose:
        windows = composed(windows, config.compose, random)
    if config.amplitude or config.style:
        windows = restyled(windows, config, random)
    if config.turn:
        windows = turned(windows, config.turn, random)
    return windows


def composed(windows: Windows, share: float, random: torch.Generator) -> Windows:
    """A share of the windows with another's upper body, where that can be."""
    legs, upper = choose_pairs(windows, share, random)
    lower = windows.rows(legs)
    rotations, offsets, held = compose(lower, windows.rows(upper))
    return windows.with_rows(legs[held], grounded(rotations, offsets, lower).rows(held))


def restyled(windows: Windows, config: WidenConfig, random: torch.Generator) -> Windows:
    """Other amplitudes and postures of the shares of windows asked for, feet on the floor and weight over them."""
    bolder, posed = (_drawn(windows, share, random) for share in (config.amplitude, config.style))
    at = (upright(windows) & (bolder | posed)).nonzero()[:, 0]
    before = windows.rows(at)
    count, frames = before.root.shape[:2]
    factors = torch.where(bolder[at, None], draw_amplitudes(count, random), 1.0)
    turns = draw_posture(count, frames, random) * posed[at, None, None, None]
    local = with_posture(with_amplitude(global_to_local(before.rotations), factors), turns)
    rotations = feet_kept(local_to_global(local), before.rotations, random)
    shift = upper_shift(before, replace(before, rotations=rotations))
    made, held = grounded(legs_leant(rotations, shift, before.offsets), before.offsets, before), bends_forward(local)
    return windows.with_rows(at[held], made.rows(held))


def turned(windows: Windows, share: float, random: torch.Generator) -> Windows:
    """Turns of a share of the windows made sharper or wider; who walks may also begin to turn."""
    at = _drawn(windows, share, random).nonzero()[:, 0]
    before = windows.rows(at)
    count, frames = before.root.shape[:2]
    path = path_heading(before.rotations)
    scale = torch.exp(TURN_SCALE_SD * torch.randn(count, 1, generator=random)) - 1
    rate = TURN_RATE_SD * torch.randn(count, 1, generator=random) * ~calm_legs(before.rotations)[:, None]
    turn = about_y(scale * (path - path[:, :1]) + rate * torch.arange(frames) / 60)
    return windows.with_rows(at, grounded(turn[:, :, None] @ before.rotations, before.offsets, before, turn))


def bends_forward(local: Tensor, slack: float = 0.02) -> Tensor:
    """Windows in which no knee bends backwards, nor any elbow, as far as its own hinge shows. (B,) bool.

    local (B, T, 22, 3, 3). A shank swings back and a forearm ahead in its parent's frame.
    """
    knees = local[:, :, KNEES, 1, 2] < slack
    forearms = local[:, :, ELBOWS, 2, 0] * torch.tensor([1.0, -1.0])
    return (knees & (forearms > -0.3)).flatten(1).all(1)


def _drawn(windows: Windows, share: float, random: torch.Generator) -> Tensor:
    return torch.rand(len(windows.root), generator=random) < share
