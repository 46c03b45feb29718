"""Pseudo-inverse guidance as its textbook has it (Song et al. 2023), on the published chain.

InPose is this with a measurement variance of 0.1 m^2 and a weight of 5; here the variance is the sensors' own and the
weight is one.
"""
from __future__ import annotations

import math
from functools import partial

from torch import Tensor

from models.guess import Denoiser
from models.samplers.measurement import Measurement
from models.samplers.reference import ChunkDenoiser, guided_step, solve_reference


def pseudo_inverse_step(
    denoiser: Denoiser, x: Tensor, lever: Tensor, positions: Tensor, now: float, before: float, variance: float
) -> Tensor:
    """A step of the chain; arguments as for reference.guided_step."""
    step = guided_step(denoiser, x, lever, positions, now, before, variance)
    return step.mean + math.sqrt(now) * step.gradient


def solve_pigdm(chunk_denoiser: ChunkDenoiser, measured: Measurement, seed: int = 0) -> Tensor:
    """Global rotations of a whole sequence, (T, 22, 3, 3); arguments as for reference.solve_reference."""
    guide = partial(pseudo_inverse_step, variance=measured.position_sd.mean().item() ** 2)
    return solve_reference(chunk_denoiser, measured, seed, guide)
