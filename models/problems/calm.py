"""Stillness where somebody is still: what is no quicker motion than a detector's noise makes is taken for that.

What goes quickly in a lifted motion is partly the detector's noise, and in somebody who stands still all of it. Over a
second or so it has some power, of which the noise has a known share; that share of it is left out, as Wiener's filter
does, joint by joint, for the root too. Who moves is hardly touched.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.problems.seen import Seen
from models.samplers.lowpass import smooth_piece

LEAST_POWER = 1e-14


@dataclass(frozen=True)
class CalmConfig:
    """Chosen on the validation split."""

    root: float = 0.6  # of what keypoints are off by in metres: what that leaves in the root's place, per axis,
    turns: float = 0.8  # and in a number of a rotation's six, for each metre
    slow_hz: tuple[float, float] = (1.0, 3.0)  # noise is not told from motion below
    power_hz: tuple[float, float] = (0.3, 1.5)  # how quickly the noise's share of the power may change


def keypoints_off(seen: Sequence[Seen], root: Tensor) -> float:
    """Metres per axis that sure keypoints are off by where the root (T, 3) is, in the view that has it most exactly."""
    off = [view.sd * view.camera.frames(slice(0, len(root))).seen_from(root[:, None])[..., 2].clamp(min=0).median()
           / view.camera.focal.mean() for view in seen]
    return float(torch.stack(off).min())


def calmed(
    rotations: Tensor, root: Tensor, off: float, config: CalmConfig | None = None
) -> tuple[Tensor, Tensor]:
    """A motion at 60 Hz, (T, 22, 3, 3) and (T, 3) metres, whose keypoints were off by so many metres."""
    config = config or CalmConfig()
    sixd = _without_noise(matrix_to_sixd(rotations), config.turns * off, config)
    return sixd_to_matrix(sixd), _without_noise(root, config.root * off, config)


def _without_noise(values: Tensor, sd: float, config: CalmConfig) -> Tensor:
    """Values (T, ..., C) without what is as little as noise of that deviation in each of C."""
    slow = _smooth(values, config.slow_hz)
    quick = values - slow
    power = _smooth(quick.square().mean(-1, keepdim=True), config.power_hz)
    return slow + quick * (1 - sd**2 / power.clamp(min=LEAST_POWER)).clamp(0, 1)


def _smooth(values: Tensor, band_hz: tuple[float, float]) -> Tensor:
    return smooth_piece(values, slice(0, len(values)), *band_hz)
