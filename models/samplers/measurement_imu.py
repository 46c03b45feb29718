"""What inertial sensors say: which way each is turned, and how the point it sits on is accelerated, without gravity.

The acceleration of a point in frame t is its second difference over t - 1, t, t + 1. Its rows belong to frame t, and
the frames beside it are held: they have rows of their own, and the next step sees them moved.
"""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from models.samplers.linear_rows import LinearRows, points_of
from models.samplers.measurement_rotations import rotation_rows


def orientation_rows(
    joints: Sequence[int], mounts: Tensor, measured: Tensor, known: Tensor, sd: float, rotations: Tensor
) -> LinearRows:
    """Rows of M sensors in B windows, three for each, in radians.

    Args:
        joints: M that carry them.
        mounts: (B, M, 3, 3) each sensor's rotation in its joint's frame.
        measured: (B, T, M, 3, 3) the sensors' rotations in the world.
        known: (B, T, M) bool.
        sd: radians per axis.
        rotations: the body as it is, (B, T, 22, 3, 3).
    """
    return rotation_rows(joints, measured @ mounts[:, None].mT, known, sd, rotations)


def acceleration_rows(
    accelerations: Tensor, known: Tensor, sd: float, rate_hz: float, rotations: Tensor, root: Tensor, levers: Tensor
) -> LinearRows:
    """Rows of M points in B windows, three for each, in m/s^2; the first and the last frame have none.

    Args:
        accelerations: (B, T, M, 3) in the world, gravity taken out.
        known: (B, T, M) bool.
        sd: m/s^2 per axis.
        rotations, root: the body as it is, (B, T, 22, 3, 3) and (B, T, 3).
        levers: (B, M, 22, 3) of the points.
    """
    places, moves = points_of(rotations, root, levers)
    inner = slice(1, -1)
    expected = torch.zeros_like(places)
    expected[:, inner] = (places[:, 2:] - 2 * places[:, inner] + places[:, :-2]) * rate_hz**2
    weight = known.to(places) / sd**2
    weight[:, [0, -1]] = 0.0
    return LinearRows((accelerations - expected).flatten(2), (-2 * rate_hz**2 * moves).flatten(2, 3),
                      weight[..., None].expand(*places.shape).flatten(2))
