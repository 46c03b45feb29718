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
    sparse_start_share: float = 0.4  # of windows of which little is known: those are solved in several passes


def draw_levels(
    count: int, config: LevelConfig, random: torch.Generator, sparse: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """sigma (B,) and whether the input is exactly zero (B,); `sparse` (B,) bool, see sparse.py."""
    sigma = torch.exp(config.log_mean + config.log_sd * torch.randn(count, generator=random))
    share = config.start_share if sparse is None else torch.where(
        sparse.to(random.device), config.sparse_start_share, config.start_share)
    start = torch.rand(count, generator=random) < share
    zero = start & (torch.rand(count, generator=random) < config.zero_share)
    return torch.where(start, SIGMA_MAX, sigma.clamp(SIGMA_MIN, SIGMA_MAX)), zero


def level_weight(sigma: Tensor, sigma_data: float) -> Tensor:
    """EDM's loss weight: makes the network's own error count the same at every level."""
    return (sigma**2 + sigma_data**2) / (sigma * sigma_data) ** 2 * sigma_data**2
