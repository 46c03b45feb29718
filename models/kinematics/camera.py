"""A camera: pinhole with OpenCV's lens distortion, at rest or moving. Pixels right and down, depth forward.

A point of the world p is at q = R p + t for the camera, x = q_x / q_z, y = q_y / q_z on its plane. The lens moves it
there, with r^2 = x^2 + y^2, by OpenCV's rational model (k1 k2 p1 p2 k3 k4 k5 k6):

    x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) / (1 + k4 r^2 + k5 r^4 + k6 r^6) + 2 p1 x y + p2 (r^2 + 2 x^2), y' alike,

and u = f_x x' + c_x, v = f_y y' + c_y is its pixel.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

NEAREST = 0.05  # metres: what is nearer, or behind, is seen as if it were there
UNDISTORT_STEPS = 12


@dataclass(frozen=True)
class Camera:
    """T is the number of frames, or 1 for a camera at rest."""

    focal: Tensor  # (2,) pixels
    centre: Tensor  # (2,) pixels
    distortion: Tensor  # (8,) in OpenCV's order; zeros for none
    rotation: Tensor  # (T, 3, 3) world to camera
    translation: Tensor  # (T, 3) metres
    size: tuple[int, int]  # width and height, pixels

    def frames(self, piece: slice) -> Camera:
        """While it takes a stretch of the frames."""
        if len(self.rotation) == 1:
            return self
        return replace(self, rotation=self.rotation[piece], translation=self.translation[piece])

    def seen_from(self, points: Tensor) -> Tensor:
        """World points (T, K, 3) in the camera's axes, metres."""
        return points @ self.rotation.mT + self.translation[:, None]

    @property
    def place(self) -> Tensor:
        """Where it is in the world, (T, 3) metres."""
        return -(self.rotation.mT @ self.translation[..., None])[..., 0]


def project(camera: Camera, points: Tensor) -> Tensor:
    """World points (T, K, 3), metres -> pixels (T, K, 2)."""
    return projected(camera, points)[0]


def projected(camera: Camera, points: Tensor) -> tuple[Tensor, Tensor]:
    """Pixels (T, K, 2) of world points (T, K, 3), and how they go with these, (T, K, 2, 3) pixels a metre."""
    there = camera.seen_from(points)
    depth = there[..., 2].clamp(min=NEAREST)
    plane = there[..., :2] / depth[..., None]
    lens, bent = _through_lens(camera.distortion, plane)
    shrink = torch.zeros(*plane.shape, 3).to(plane)
    shrink[..., 0, 0] = shrink[..., 1, 1] = 1 / depth
    shrink[..., 2] = -plane / depth[..., None]
    moves = camera.focal[:, None] * (bent @ shrink @ camera.rotation[:, None])
    return camera.focal * lens + camera.centre, moves


def rays(camera: Camera, pixels: Tensor) -> Tensor:
    """Pixels (T, K, 2) as points (T, K, 2) of the plane one metre before the camera, the lens's bending taken back."""
    seen = (pixels - camera.centre) / camera.focal
    plane = seen
    for _ in range(UNDISTORT_STEPS):  # Newton's steps: the lens bends little
        lens, bent = _through_lens(camera.distortion, plane)
        plane = plane + torch.linalg.solve(bent, (seen - lens)[..., None])[..., 0]
    return plane


def _through_lens(distortion: Tensor, plane: Tensor) -> tuple[Tensor, Tensor]:
    """Points of the plane (..., 2) as the lens moves them, and how those go with these, (..., 2, 2)."""
    k1, k2, p1, p2, k3, k4, k5, k6 = distortion.unbind(-1)
    x, y = plane.unbind(-1)
    square = x * x + y * y
    above = 1 + square * (k1 + square * (k2 + square * k3))
    below = 1 + square * (k4 + square * (k5 + square * k6))
    radial = above / below
    rise = (k1 + square * (2 * k2 + 3 * k3 * square)) / below - radial * (
        k4 + square * (2 * k5 + 3 * k6 * square)) / below  # of radial with the square of r
    moved = torch.stack([x * radial + 2 * p1 * x * y + p2 * (square + 2 * x * x),
                         y * radial + p1 * (square + 2 * y * y) + 2 * p2 * x * y], -1)
    cross = 2 * x * y * rise + 2 * p1 * x + 2 * p2 * y
    bent = torch.stack([
        torch.stack([radial + 2 * x * x * rise + 2 * p1 * y + 6 * p2 * x, cross], -1),
        torch.stack([cross, radial + 2 * y * y * rise + 6 * p1 * y + 2 * p2 * x], -1)], -2)
    return moved, bent
