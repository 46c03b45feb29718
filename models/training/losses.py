"""How far a denoised window is from the truth: rotations by their lever arm, places, and both over time."""
from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from models.kinematics.forward import global_to_local, positions_from_pelvis
from models.kinematics.rotations import matrix_to_rotvec, sixd_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT, PARENTS, neutral_offsets
from models.prior.denoiser import said_spread

PLACE_WEIGHT, CHANGE_WEIGHT, PLACE_CHANGE_WEIGHT = 3.0, 3.0, 30.0
CHANGE_LENGTH_WEIGHT, PLACE_LENGTH_WEIGHT, PLACE_CHANGE_LENGTH_WEIGHT = 2.0, 4.0, 20.0
LOCAL_LENGTH_WEIGHT = 1.0  # of rotations in their parents' frames, all joints alike, as MPJRE counts them
LENGTH_WEIGHT = 0.2  # brings lengths to the size of squares where training ends
SPREAD_WEIGHT, CONTACT_WEIGHT = 0.002, 0.01  # small: what is said of the motion must not cost the motion


@cache
def lever_weights() -> Tensor:
    """(22,), mean 1: the length of bone each joint swings, with a floor for the joints that swing none."""
    lengths = neutral_offsets().norm(dim=-1)
    weights = torch.full((JOINT_COUNT,), 0.2)
    for joint in range(1, JOINT_COUNT):
        weights[PARENTS[joint]] += lengths[joint]
    return weights / weights.mean()


def window_loss(guess: Tensor, truth: Tensor, offsets: Tensor, level_weight: Tensor, from_nothing: Tensor) -> Tensor:
    """One number. A window guessed from nothing is to be near the truth on average, which lengths of errors say; a
    denoised one is to be the mean of what it may have been, which their squares say.

    Args:
        guess, truth: (B, T, 22, 6).
        offsets: (B, 22, 3) metres.
        level_weight: (B,), see levels.py.
        from_nothing: (B,) bool.
    """
    error = (guess - truth) * lever_weights().to(guess)[:, None].sqrt()
    guessed, true = sixd_to_matrix(guess), sixd_to_matrix(truth)
    places = head_relative(guessed, offsets) - head_relative(true, offsets)
    local = (global_to_local(guessed) - global_to_local(true))[..., 1:, :, :].flatten(-2)
    squares = (
        _mean_square(error)
        + CHANGE_WEIGHT * _mean_square(error.diff(dim=1))
        + PLACE_WEIGHT * _mean_square(places)
        + PLACE_CHANGE_WEIGHT * _mean_square(places.diff(dim=1))
    )
    lengths = (
        _mean_length(error)
        + CHANGE_LENGTH_WEIGHT * _mean_length(error.diff(dim=1))
        + PLACE_LENGTH_WEIGHT * _mean_length(places)
        + PLACE_CHANGE_LENGTH_WEIGHT * _mean_length(places.diff(dim=1))
        + LOCAL_LENGTH_WEIGHT * _mean_length(local)
    )
    return torch.where(from_nothing, LENGTH_WEIGHT * lengths, squares * level_weight).mean()


def said_loss(said: Tensor, guess: Tensor, truth: Tensor, contact: Tensor) -> Tensor:
    """How well the network knows its own error and the feet's contact, one number.

    Gaussian likelihood of the turn from guess to truth under the said spread (the guess itself is not moved by it),
    and cross entropy of contact.

    Args:
        said: (B, T, SAID).
        guess, truth: (B, T, 22, 6).
        contact: (B, T, 4) share of contact, NaN where it means nothing.
    """
    turn = matrix_to_rotvec(sixd_to_matrix(guess.detach()).mT @ sixd_to_matrix(truth))
    spread = said_spread(said)
    likelihood = 3 * spread.log() + turn.square().sum(-1) / (2 * spread.square())
    known = ~contact.isnan()
    logits = said[..., JOINT_COUNT:]
    crossed = binary_cross_entropy_with_logits(logits, contact.nan_to_num(), reduction="none")
    return SPREAD_WEIGHT * likelihood.mean() + CONTACT_WEIGHT * (crossed * known).mean()


def head_relative(rotations: Tensor, offsets: Tensor) -> Tensor:
    """Joint positions relative to the head, (B, T, 22, 3), metres: the head is what the trackers pin."""
    positions = positions_from_pelvis(rotations, offsets[:, None])
    return positions - positions[:, :, HEAD : HEAD + 1]


def _mean_length(error: Tensor) -> Tensor:
    return (error.square().sum(-1) + 1e-8).sqrt().flatten(1).mean(1)


def _mean_square(error: Tensor) -> Tensor:
    return error.square().flatten(1).mean(1)
