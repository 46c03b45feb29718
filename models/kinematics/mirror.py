"""Left and right exchanged: everything reflected across the plane X = 0. What has a joint's axis is reordered too."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.skeleton import MIRRORED

ACROSS = torch.tensor([-1.0, 1.0, 1.0])
ACROSS_SIXD = torch.tensor([1.0, -1.0, -1.0, -1.0, 1.0, 1.0])  # first column's entries, then the second's


def mirror_points(points: Tensor) -> Tensor:
    """(..., 3)."""
    return points * ACROSS.to(points)


def mirror_matrices(rotations: Tensor) -> Tensor:
    """Rotations (..., 3, 3) as the mirror shows them."""
    across = ACROSS.to(rotations)
    return rotations * across[:, None] * across


def mirror_poses(poses: Tensor) -> Tensor:
    """Global 6D rotations of the 22 joints, (..., 132), of the mirrored body."""
    return (poses.unflatten(-1, (-1, 6))[..., list(MIRRORED), :] * ACROSS_SIXD.to(poses)).flatten(-2)
