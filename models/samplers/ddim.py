"""Deterministic DDIM (Song, Meng, Ermon 2021) without guidance: how BoDiffusion samples."""
from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from models.guess import Denoiser


def edm_levels(steps: int, first: float, last: float, bend: float = 7.0) -> tuple[float, ...]:
    """Noise levels of a chain in `steps` passes, closer together where they are small (Karras et al. 2022, eq. 5).

    `last` would be the next one: the last pass itself is above it.
    """
    if steps < 1:
        raise ValueError(f"a chain needs 1 step or more, not {steps}")
    high, low = first ** (1 / bend), last ** (1 / bend)
    return tuple((high + (low - high) * step / steps) ** bend for step in range(steps))


def ddim(denoiser: Denoiser, x: Tensor, levels: Sequence[float]) -> Tensor:
    """The end of the chain that starts at x, whose noise has the first of the falling levels. (B, T, C) both."""
    for now, following in pairwise([*levels, 0.0]):
        x = torch.lerp(denoiser(x, now), x, following / now)
    return x
