"""How far a denoised window is from the truth: rotations by their lever arm, places, and both over time."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import sixd_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT, PARENTS, neutral_offsets

PLACE_WEIGHT, CHANGE_WEIGHT, PLACE_CHANGE_WEIGHT = 3.0, 3.0, 30.0


def lever_weights() -> Tensor:
    """(22,), mean 1: the length of bone each joint swings, with a floor for the joints that swing none."""
    lengths = neutral_offsets().norm(dim=-1)
    weights = torch.full((JOINT_COUNT,), 0.2)
    for joint in range(1, JOINT_COUNT):
        weights[PARENTS[joint]] += lengths[joint]
    return weights / weights.mean()


def window_loss(guess: Tensor, truth: Tensor, offsets: Tensor, level_weight: Tensor) -> Tensor:
    """One number. guess and truth (B, T, 22, 6), offsets (B, 22, 3), level_weight (B,): see levels.py."""
    error = (guess - truth) * lever_weights().to(guess)[:, None].sqrt()
    places = head_relative(guess, offsets) - head_relative(truth, offsets)
    terms = (
        _mean_square(error)
        + CHANGE_WEIGHT * _mean_square(error.diff(dim=1))
        + PLACE_WEIGHT * _mean_square(places)
        + PLACE_CHANGE_WEIGHT * _mean_square(places.diff(dim=1))
    )
    return (terms * level_weight).mean()


def head_relative(sixd: Tensor, offsets: Tensor) -> Tensor:
    """Joint positions relative to the head, (B, T, 22, 3), metres: the head is what the trackers pin."""
    positions = positions_from_pelvis(sixd_to_matrix(sixd), offsets[:, None])
    return positions - positions[:, :, HEAD : HEAD + 1]


def _mean_square(error: Tensor) -> Tensor:
    return error.square().flatten(1).mean(1)
