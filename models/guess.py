"""What a prior says of a window of motion: where prior and sampler meet."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.arrays import Array
from models.kinematics.skeleton import FEET, JOINT_COUNT


@dataclass(frozen=True)
class Guess:
    """The motion behind a noisy one, and how sure the prior is of it."""

    poses: Array  # (B, T, 132) global 6D rotations in the world
    joint_sd: Array  # (B, T, 22) radians per axis: how far each rotation may be from the truth
    contact: Array | None = None  # (B, T, 4) probability that each of FEET stands still on the floor


COLUMNS = (6 * JOINT_COUNT, JOINT_COUNT, len(FEET))
GUESS_WIDTH = sum(COLUMNS)


def guess_to_columns(guess: Guess) -> Tensor:
    """(B, T, GUESS_WIDTH): what overlapping windows say, such that it may be averaged; no contact counts as none."""
    contact = torch.zeros_like(guess.poses[..., : len(FEET)]) if guess.contact is None else guess.contact
    return torch.cat([guess.poses, guess.joint_sd, contact], dim=-1)


def guess_from_columns(columns: Tensor) -> Guess:
    """The way back, (..., GUESS_WIDTH)."""
    return Guess(*columns.split(COLUMNS, dim=-1))


Denoiser = Callable[[Array, float], Array]  # x (B, T, 132), sigma -> x0 (B, T, 132)
Guesser = Callable[[Array, float], Guess]  # the same, with all that the prior says
