"""The regressors' loss: nothing for the truth, and each kind of error at its weight."""
from __future__ import annotations

import pytest
import torch

from models.kinematics.rotations import about_y, matrix_to_sixd, rotvec_to_matrix
from models.kinematics.skeleton import neutral_offsets
from models.rivals.losses import PLACE_WEIGHT, VELOCITY_WEIGHT, frame_loss

OFFSETS = neutral_offsets()[None]


def test_the_truth_loses_nothing() -> None:
    truth = matrix_to_sixd(rotvec_to_matrix(0.5 * torch.randn(1, 4, 22, 3)))
    assert float(frame_loss(truth, truth, OFFSETS)) == 0
    assert float(frame_loss(truth, truth.flip(1), OFFSETS)) > 0.1


def test_a_steady_error_of_a_joint_without_bones_is_of_rotation_alone() -> None:
    truth = matrix_to_sixd(torch.eye(3).expand(1, 4, 22, 3, 3))
    guess = truth.clone()
    guess[:, :, 20] = matrix_to_sixd(about_y(torch.tensor(0.5)))  # a wrist: no bone of ours hangs on it
    expected = float((guess - truth).abs().sum()) / truth.numel()
    assert float(frame_loss(guess, truth, OFFSETS)) == pytest.approx(expected)


def test_places_and_their_change_count_with_their_weights() -> None:
    """An elbow turned by half a radian in every other frame moves its wrist, and moves it again between frames."""
    truth = matrix_to_sixd(torch.eye(3).expand(1, 4, 22, 3, 3))
    guess = truth.clone()
    guess[:, ::2, 18] = matrix_to_sixd(about_y(torch.tensor(0.5)))
    bone = float(neutral_offsets()[20, [0, 2]].norm())
    moved = 2 * bone * torch.sin(torch.tensor(0.25)) / 22
    turned = (guess - truth).abs().mean()
    expected = turned + PLACE_WEIGHT * moved / 2 + VELOCITY_WEIGHT * moved
    assert float(frame_loss(guess, truth, OFFSETS)) == pytest.approx(float(expected), rel=1e-4)
