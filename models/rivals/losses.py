"""The regressors' loss, as published: absolute errors of rotations, places and velocities, frame by frame."""
from __future__ import annotations

from torch import Tensor

from models.kinematics.rotations import sixd_to_matrix
from models.training.losses import head_relative

PLACE_WEIGHT, VELOCITY_WEIGHT = 2.0, 10.0  # of metres, and of metres from frame to frame


def frame_loss(guess: Tensor, truth: Tensor, offsets: Tensor) -> Tensor:
    """One number. guess and truth (B, T, 22, 6) global, offsets (B, 22, 3)."""
    places = head_relative(sixd_to_matrix(guess), offsets) - head_relative(sixd_to_matrix(truth), offsets)
    turned = (guess - truth).abs().mean()
    away = places.norm(dim=-1).mean()
    drifting = places.diff(dim=1).norm(dim=-1).mean()
    return turned + PLACE_WEIGHT * away + VELOCITY_WEIGHT * drifting
