"""Diffusion posterior sampling (Chung et al. 2023, arXiv 2209.14687) on the published chain.

x <- mean - zeta grad ||y - A(x0(x))||: the residual is that of the reference, differences of tracker positions; only
its weighting differs, which knows neither the sensors' noise nor how sure the prior is. Like the reference it adds no
noise on the way.
"""
from __future__ import annotations

import math

import torch
from torch import Tensor

from models.guess import Denoiser
from models.samplers.measurement import Measurement
from models.samplers.reference import (
    ChunkDenoiser,
    columns,
    cyclic_differences,
    differences_of,
    posterior_mean,
    solve_reference,
)
from models.samplers.schedules import alpha_bar_to_sigma

ZETA = 1.0  # of 0.03 to 4, chosen on the validation split


def posterior_step(
    denoiser: Denoiser, x: Tensor, lever: Tensor, positions: Tensor, now: float, before: float
) -> Tensor:
    """A step of the chain; arguments as for reference.guided_step. Each window has a norm of its own."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        clean = denoiser(x / math.sqrt(now), alpha_bar_to_sigma(now)).clamp(-1, 1)
        expected = columns(clean.unflatten(-1, (-1, 6))) @ _differences(lever).mT.unsqueeze(1)
        distance = (differences_of(positions) - expected).flatten(1).norm(dim=1)
        (gradient,) = torch.autograd.grad(distance.sum(), x)
    return posterior_mean(clean, x, now, before) - ZETA * gradient


def _differences(lever: Tensor) -> Tensor:
    """S A, (B, M, 66)."""
    return cyclic_differences(lever.shape[-3]).to(lever) @ lever.flatten(-2)


def solve_dps(chunk_denoiser: ChunkDenoiser, measured: Measurement, seed: int = 0) -> Tensor:
    """Global rotations of a whole sequence, (T, 22, 3, 3); arguments as for reference.solve_reference."""
    return solve_reference(chunk_denoiser, measured, seed, posterior_step)
