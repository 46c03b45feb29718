"""What the floor says of the root."""
from __future__ import annotations

import pytest
import torch

from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT, PELVIS, neutral_offsets, standing_height, standing_heights
from models.samplers.root import standing_root, unknown_root


def t_pose(batch: int = 2, frames: int = 3) -> torch.Tensor:
    return torch.eye(3).expand(batch, frames, JOINT_COUNT, 3, 3)


def feet_of(offsets: torch.Tensor) -> torch.Tensor:
    return standing_heights(offsets)[:, list(FEET)]


@pytest.mark.parametrize("floor", [0.0, -1.5])
def test_who_stands_has_the_pelvis_at_standing_height(floor: float) -> None:
    offsets = torch.stack([neutral_offsets(), 1.3 * neutral_offsets()])
    root = standing_root(t_pose(), offsets, feet_of(offsets), torch.full((2,), floor), 0.1)
    expected = floor + standing_height(offsets, PELVIS)
    torch.testing.assert_close(root.mean[..., 1], expected[:, None].expand(2, 3), atol=1e-6, rtol=0)
    torch.testing.assert_close(root.information, torch.tensor([0.0, 100.0, 0.0]).expand(2, 3, 3))


def test_bent_knees_bring_the_pelvis_down() -> None:
    crouched = t_pose(1, 1).clone()
    crouched[:, :, [1, 2]] = rotvec_to_matrix(torch.tensor([-1.0, 0.0, 0.0]))
    offsets = neutral_offsets()[None]
    standing, bent = (standing_root(part, offsets, feet_of(offsets), torch.zeros(1), 0.1)
                      for part in (t_pose(1, 1), crouched))
    assert standing.mean[..., 1] - bent.mean[..., 1] > 0.1


def test_without_a_floor_nothing_is_known() -> None:
    offsets = neutral_offsets().expand(2, -1, -1)
    root = standing_root(t_pose(), offsets, feet_of(offsets), torch.tensor([torch.nan, 0.0]), 0.1)
    assert not root.information[0].any() and not root.mean[0].any()
    assert root.information[1, :, 1].all()
    nothing = unknown_root((2, 3), offsets)
    assert not nothing.information.any() and nothing.mean.shape == (2, 3, 3)
