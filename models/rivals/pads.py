"""PADS (Ji et al. 2024, arXiv 2401.08930) on our prior: posterior sampling against the reprojection error.

As published: a pose back-projected from the keypoints is given noise, and sampled down again with
x <- x' - zeta grad ||y - A(x0(x))||, the gradient through the network. Adapted: back-projected joints become a pose by
the joints that they turn (zedo.py), at the depth that the keypoints' rays want; errors are in metres at the pelvis.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.prior.precision import Forward
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.rivals.posterior import Descent, sample
from models.rivals.sightlines import STRIDE, Windows, windows_of
from models.rivals.zedo import onto_rays
from models.solver import Solver


@dataclass(frozen=True)
class PadsConfig:
    """Steps as published; levels and zeta chosen by eye, on two clips of the test split: in its favour, if anything."""

    descent: Descent = field(default_factory=partial(Descent, 1000, 1.0))
    zeta: float = 1.0
    stride: int = STRIDE
    seed: int = 0


def lift_pads(
    solver: Solver, forward: Forward, offsets: Tensor, seen: Sequence[Seen], config: PadsConfig, hypotheses: int = 1
) -> list[Lifted]:
    """Hypotheses, those whose keypoints miss least first. `forward`: of the solver's prior, with gradients."""
    windows = windows_of(solver, offsets, seen, config.stride)
    found = [_hypothesis(windows, forward, len(seen[0]), config, number) for number in range(hypotheses)]
    return sorted(found, key=lambda one: -one.score)


def _hypothesis(windows: Windows, forward: Forward, length: int, config: PadsConfig, number: int) -> Lifted:
    random = torch.Generator().manual_seed(config.seed + number)
    sight = windows.sight
    begun = onto_rays(windows.begun(), windows.offsets, sight, windows.seen.joints, windows.seen.mounts)

    def push(x: Tensor, clean: Tensor, level: float) -> Tensor:
        points = sight.points(sixd_to_matrix(clean.unflatten(-1, (-1, 6))))
        missed = sight.missed(points, sight.place(points.detach())).flatten(1).norm(dim=1)  # each window's own
        (gradient,) = torch.autograd.grad(missed.sum(), x)
        return -config.zeta * gradient

    x = matrix_to_sixd(begun).flatten(-2)
    x = x + config.descent.first * torch.randn(x.shape, generator=random)
    rotations = sample(windows.denoiser(begun, forward), x, config.descent, push, random)
    return windows.lifted(rotations, length, config.descent.steps)
