"""Global and local rotations: there and back, and local ones do not know which way the body faces."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import about_y, matrix_to_sixd, rotvec_to_matrix, turn_windows
from models.rivals.spaces import GLOBAL, LOCAL, Space


@pytest.fixture
def sixd() -> Tensor:
    return matrix_to_sixd(rotvec_to_matrix(torch.randn(2, 3, 22, 3)))


@pytest.mark.parametrize("space", [GLOBAL, LOCAL])
def test_there_and_back(space: Space, sixd: Tensor) -> None:
    torch.testing.assert_close(space.to_world(space.from_world(sixd)), sixd, atol=1e-5, rtol=0)


def test_only_the_pelvis_of_a_local_pose_turns_with_the_world(sixd: Tensor) -> None:
    turned = LOCAL.from_world(turn_windows(sixd, about_y(torch.ones(len(sixd)))))
    torch.testing.assert_close(turned[..., 1:, :], LOCAL.from_world(sixd)[..., 1:, :], atol=1e-5, rtol=0)
    assert (turned[..., 0, :] - LOCAL.from_world(sixd)[..., 0, :]).abs().max() > 0.1
