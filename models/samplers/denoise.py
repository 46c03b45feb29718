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
    """(frames, frames): x^T Q x = |third difference of x|^2."""
    third = torch.eye(frames, dtype=torch.float64).diff(n=3, dim=0)
    return (third.T @ third).float()


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
    frames = values.shape[1]
    if frames < 4 or sensor_sd == 0:
        return values
    weight = known.permute(0, 2, 1).to(values)  # (B, M, T)
    stiffness = (sensor_sd / jerk_sd) ** 2 * _roughness(frames).to(values)
    system = torch.diag_embed(weight + 1e-6) + stiffness
    wanted = weight.unsqueeze(-1) * values.transpose(1, 2)
    return torch.linalg.solve(system, wanted).transpose(1, 2)
