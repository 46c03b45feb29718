"""Diffusion posterior sampling of windows that are seen by one camera, on our prior: what PADS and guidance by heatmaps
share. From a noisy start the level falls geometrically; each step is the ancestral one (Ho et al. 2020), moved by the
gradient, through the network, of how badly its guess fits.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from models.guess import Denoiser
from models.kinematics.rotations import sixd_to_matrix

Push = Callable[[Tensor, Tensor, float], Tensor]
"""(x, guess, level): how the step is moved, (B, T, 132); the guess has gradients to x."""


@dataclass(frozen=True)
class Descent:
    """Levels of noise, one pass each."""

    steps: int
    first: float
    last: float = 0.02

    @property
    def levels(self) -> list[float]:
        """Falling geometrically; then nothing."""
        ratio = (self.last / self.first) ** (1 / max(self.steps - 1, 1))
        return [*(self.first * ratio**step for step in range(self.steps)), 0.0]


def sample(denoiser: Denoiser, x: Tensor, descent: Descent, push: Push, random: torch.Generator) -> Tensor:
    """Rotations (B, T, 22, 3, 3) from a start x (B, T, 132) at the first level; the denoiser must have gradients."""
    for level, lower in pairwise(descent.levels):
        x = x.detach().requires_grad_()
        with torch.enable_grad():
            clean = denoiser(x, level)
            moved = push(x, clean, level)
        share = (lower / level) ** 2
        noise = lower * math.sqrt(1 - share) * torch.randn(x.shape, generator=random)
        x = clean.detach() + share * (x.detach() - clean.detach()) + noise + moved
    return sixd_to_matrix(x.detach().unflatten(-1, (-1, 6)))
