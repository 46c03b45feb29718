"""What a said spread is worth: how long errors truly are in units of it, and the confidence that follows.

A Gaussian's word is not kept on people that the prior has never seen: errors have heavy tails. So the quantiles of
|error| / spread, of each joint, are measured on the validation split and kept with the prior: split conformal
prediction with a normalised score (Papadopoulos et al. 2008; Lei et al. 2018).
"""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.arrays import Array, alike, at_least
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.spread import Spread

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)  # share of errors that are no longer
# What a Gaussian promises: quantiles of the length of a vector with three components of variance one.
GAUSSIAN = (0.7644, 1.0026, 1.1932, 1.3672, 1.5382, 1.7164, 1.9144, 2.1544, 2.5003, 2.7955, 3.3682)
TOLD = 0.9  # the level that confidence is about
CERTAIN_M, HALF_M = 0.01, 0.05  # radii at which confidence is one, and a half


def gaussian_reach() -> Tensor:
    """(2, LEVELS, 22): lengths of errors of position and of rotation, in units of their spread."""
    return torch.tensor(GAUSSIAN)[:, None].expand(2, -1, JOINT_COUNT).clone()


def radii(spread: Spread, reach: Array, level: float = TOLD) -> tuple[Array, Array]:
    """How far the true positions and rotations may be, (..., 22) metres and radians: `level` of them are no farther."""
    position, rotation = alike(reach, spread.position)[:, LEVELS.index(level)]
    return spread.position * position, spread.rotation * rotation


def confidence(spread: Spread, reach: Array) -> Array:
    """(..., 22) in 0..1: one where nine of ten joints are within CERTAIN_M of the truth, a half at HALF_M.

    Above CERTAIN_M it is c = 4 cm / (3 cm + radius), so that a client has the radius back: 4 cm / c - 3 cm.
    """
    beyond = at_least(radii(spread, reach)[0] - CERTAIN_M, 0) / (HALF_M - CERTAIN_M)
    return 1 / (1 + beyond)
