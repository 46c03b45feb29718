"""Readings without their sensors' noise: the most likely path of a tracker, given how much it jitters and bodies jerk.

Whittaker's smoother (1923): minimise |y - x|^2 / sensor variance + |third difference of x|^2 / motion variance. At the
newest frame this is a Kalman filter's estimate, without lag for any motion of constant acceleration.
"""
from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

JERK_SD = 5e-4  # sd of the third difference of tracked places at 60 Hz, metres
TURN_JERK_SD = 1e-3  # the same of rotation matrix entries


@lru_cache(maxsize=8)
def _roughness(frames: int) -> Tensor:
    """(frames, frames) float64: x^T Q x = |third difference of x|^2."""
    third = torch.eye(frames, dtype=torch.float64).diff(n=3, dim=0)
    return third.T @ third


@lru_cache(maxsize=64)
def _smoother(frames: int, ratio: float) -> Tensor:
    """(frames, frames): from values that are all known to their path; ratio = sensor_sd / jerk_sd."""
    return torch.linalg.inv(torch.eye(frames, dtype=torch.float64) + ratio**2 * _roughness(frames)).float()


def likely_path(values: Tensor, known: Tensor, sensor_sd: float, jerk_sd: float) -> Tensor:
    """The path behind noisy values.

    Args:
        values: (B, T, M, C).
        known: (B, T, M) bool; what is not known is filled from both sides.
        sensor_sd: noise of the values, per component.
        jerk_sd: standard deviation of the path's third difference, per component.

    Returns:
        (B, T, M, C).
    """
    frames, ratio = values.shape[1], sensor_sd / jerk_sd
    if frames < 4 or sensor_sd == 0:
        return values
    if known.all():
        return (_smoother(frames, ratio).to(values) @ values.flatten(2)).view_as(values)
    weight = known.permute(0, 2, 1).double()  # (B, M, T); in float32 a noisy sensor's path is centimetres off
    system = torch.diag_embed(weight + 1e-6) + ratio**2 * _roughness(frames).to(weight)
    seen = torch.where(known.unsqueeze(-1), values, 0).double().transpose(1, 2)
    centre = seen.sum(2, keepdim=True) / weight.sum(-1)[..., None, None].clamp(min=1)
    path = centre + torch.linalg.solve_ex(system, seen - centre * weight.unsqueeze(-1)).result
    return path.transpose(1, 2).to(values.dtype)
