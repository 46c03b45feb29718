"""Cameras: derivatives by finite differences, rays back to where they came from, and OpenCV's own words."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.kinematics.camera import Camera, project, projected, rays
from models.kinematics.rotations import rotvec_to_matrix

BENT = (0.1, -0.05, 0.002, -0.003, 0.01, 0.02, 0.01, 0.003)


def camera(distortion: tuple[float, ...] = BENT, frames: int = 1) -> Camera:
    random = torch.Generator().manual_seed(0)
    turn = 0.2 * torch.randn(frames, 3, generator=random, dtype=torch.float64)
    away = torch.tensor([0.1, 0.2, 4.0]) + 0.1 * torch.randn(frames, 3, generator=random, dtype=torch.float64)
    return Camera(torch.tensor([1000.0, 1100.0]).double(), torch.tensor([960.0, 540.0]).double(),
                  torch.tensor(distortion).double(), rotvec_to_matrix(turn), away, (1920, 1080))


def points(frames: int = 3) -> Tensor:
    return torch.randn(frames, 7, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize("frames", [1, 3])
def test_pixels_go_with_points_as_finite_differences_say(frames: int) -> None:
    seen_by, there, small = camera(frames=frames), points(), 1e-6
    slow = torch.stack([(project(seen_by, there + small * axis) - project(seen_by, there - small * axis)) / (2 * small)
                        for axis in torch.eye(3, dtype=torch.float64)], -1)
    torch.testing.assert_close(projected(seen_by, there)[1], slow, atol=1e-5, rtol=1e-6)


def test_a_ray_goes_back_to_its_point() -> None:
    seen_by, there = camera(), points()
    in_camera = seen_by.seen_from(there)
    torch.testing.assert_close(rays(seen_by, project(seen_by, there)), in_camera[..., :2] / in_camera[..., 2:])


def test_it_is_where_it_sees_from() -> None:
    seen_by = camera(frames=2)
    torch.testing.assert_close(seen_by.seen_from(seen_by.place[:, None]), torch.zeros(2, 1, 3, dtype=torch.float64))


def test_nothing_behind_it_is_seen_at_infinity() -> None:
    pixels, moves = projected(camera(), torch.tensor([[[0.0, 0.0, -9.0]]], dtype=torch.float64))
    assert pixels.isfinite().all() and moves.isfinite().all()


def test_it_bends_as_opencv_does() -> None:
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed")
    seen_by, there = camera(), points(1)[0]
    matrix = torch.diag(torch.cat([seen_by.focal, torch.ones(1)]))
    matrix[:2, 2] = seen_by.centre
    turn, _ = cv2.Rodrigues(seen_by.rotation[0].numpy())
    expected, _ = cv2.projectPoints(there.numpy(), turn, seen_by.translation[0].numpy(), matrix.numpy(),
                                    seen_by.distortion.numpy())
    torch.testing.assert_close(project(seen_by, there[None])[0], torch.from_numpy(expected[:, 0]))
