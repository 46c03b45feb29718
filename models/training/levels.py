"""Which noise levels training sees, and how much each counts."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.prior.denoiser import SIGMA_MAX, SIGMA_MIN


@dataclass(frozen=True)
class LevelConfig:
    """ln sigma ~ N(mean, sd) for most windows; the rest start from nothing, as the sampler's first pass does."""

    log_mean: float = -1.2
    log_sd: float = 1.3
    start_share: float = 0.8  # windows at SIGMA_MAX: the only level that a solve in one pass asks for
    zero_share: float = 0.9  # of those: an input of exactly zero instead of noise


def draw_levels(count: int, config: LevelConfig, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """sigma (B,) and whether the input is exactly zero (B,)."""
    sigma = torch.exp(config.log_mean + config.log_sd * torch.randn(count, generator=random))
    start = torch.rand(count, generator=random) < config.start_share
    zero = start & (torch.rand(count, generator=random) < config.zero_share)
    return torch.where(start, SIGMA_MAX, sigma.clamp(SIGMA_MIN, SIGMA_MAX)), zero


def level_weight(sigma: Tensor, sigma_data: float) -> Tensor:
    """EDM's loss weight: makes the network's own error count the same at every level."""
    return (sigma**2 + sigma_data**2) / (sigma * sigma_data) ** 2 * sigma_data**2
