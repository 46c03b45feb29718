"""Noise levels: the few of the deterministic sampler, and the published DDPM chain."""
from __future__ import annotations

import math

import torch
from torch import Tensor

NOTHING = math.inf  # the level at which the input says nothing: the first pass of every solve


def few_levels(passes: int) -> tuple[float, ...]:
    """Levels of a solve in `passes` network passes: from nothing down, geometric between 0.4 and 0.1."""
    if passes < 1:
        raise ValueError(f"a solve needs 1 pass or more, not {passes}")
    if passes == 1:
        return (NOTHING,)
    rest = passes - 1
    ratio = 0.25 ** (1 / max(rest - 1, 1))
    return (NOTHING, *(0.4 * ratio**index for index in range(rest)))


def alpha_bars(steps: int = 1000, first: float = 1e-4, last: float = 0.02) -> Tensor:
    """Cumulative signal of DDPM's linear schedule (Ho et al. 2020), (steps,) float64."""
    betas = torch.linspace(first, last, steps, dtype=torch.float64)
    return (1 - betas).cumprod(0)


def posterior_weights(now: float, before: float) -> tuple[float, float]:
    """Weights of x0 and x_t in DDPM's posterior mean for the step from alpha_bar `now` to `before`."""
    alpha = now / before
    of_x0 = math.sqrt(before) * (1 - alpha) / (1 - now)
    of_xt = math.sqrt(alpha) * (1 - before) / (1 - now)
    return of_x0, of_xt


def alpha_bar_to_sigma(alpha_bar: float) -> float:
    """The noise of x_t / sqrt(alpha_bar) in the variance-preserving chain."""
    return math.sqrt((1 - alpha_bar) / alpha_bar)
