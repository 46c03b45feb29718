"""The mirror: twice is nothing, products stay products, and a mirrored body stands where its image does."""
from __future__ import annotations

import torch

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.mirror import mirror_matrices, mirror_points, mirror_poses
from models.kinematics.rotations import matrix_to_sixd, rotvec_to_matrix, sixd_to_matrix
from models.kinematics.skeleton import MIRRORED, neutral_offsets


def rotations(seed: int) -> torch.Tensor:
    return rotvec_to_matrix(torch.randn(5, 22, 3, generator=torch.Generator().manual_seed(seed)))


def test_twice_is_nothing() -> None:
    one = rotations(0)
    assert torch.equal(mirror_matrices(mirror_matrices(one)), one)
    poses = matrix_to_sixd(one).flatten(-2)
    assert torch.equal(mirror_poses(mirror_poses(poses)), poses)


def test_products_of_images_are_images_of_products() -> None:
    one, other = rotations(0), rotations(1)
    torch.testing.assert_close(mirror_matrices(one) @ mirror_matrices(other), mirror_matrices(one @ other))
    points = torch.randn(5, 22, 3, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(
        (mirror_matrices(one) @ mirror_points(points).unsqueeze(-1)).squeeze(-1),
        mirror_points((one @ points.unsqueeze(-1)).squeeze(-1)))


def test_a_mirrored_pose_puts_joints_where_the_mirror_shows_them() -> None:
    one, sides = rotations(0), list(MIRRORED)
    image = sixd_to_matrix(mirror_poses(matrix_to_sixd(one).flatten(-2)).unflatten(-1, (-1, 6)))
    torch.testing.assert_close(image, mirror_matrices(one[:, sides]), atol=1e-5, rtol=0)
    offsets = neutral_offsets()
    expected = mirror_points(positions_from_pelvis(one, offsets)[:, sides])
    torch.testing.assert_close(positions_from_pelvis(image, mirror_points(offsets[sides])), expected, atol=1e-5, rtol=0)
