"""Errors that go together: a proper correlation, the same for left and right, weaker the longer the way."""
from __future__ import annotations

import torch

from models.kinematics.rotations import about_y
from models.kinematics.skeleton import JOINT_INDEX, MIRRORED, PARENTS
from models.samplers.coupling import coupling


def blocks() -> torch.Tensor:
    """(22, 22, 3, 3)."""
    return torch.from_numpy(coupling()).reshape(22, 3, 22, 3).transpose(1, 2)


def test_it_is_a_correlation() -> None:
    matrix = torch.from_numpy(coupling())
    assert torch.equal(matrix, matrix.T)
    assert torch.equal(matrix.diagonal(), torch.ones(66))
    assert torch.linalg.eigvalsh(matrix.double()).min() > 0.01


def test_left_is_as_right_and_no_heading_matters() -> None:
    sides = list(MIRRORED)
    torch.testing.assert_close(blocks()[sides][:, sides], blocks())
    turn = about_y(torch.tensor(0.7))
    torch.testing.assert_close(turn @ blocks() @ turn.T, blocks())


def test_what_two_joints_share_is_what_the_links_between_them_let_through() -> None:
    along = blocks().diagonal(dim1=-2, dim2=-1)
    for joint in range(1, 22):
        torch.testing.assert_close(along[joint, 0], along[joint, PARENTS[joint]] * along[PARENTS[joint], 0])
    left, right = JOINT_INDEX["L_hip"], JOINT_INDEX["R_hip"]
    torch.testing.assert_close(along[left, right], along[left, 0] * along[0, right])
