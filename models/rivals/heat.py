"""Guidance by heatmaps, after Flexible Geometric Guidance (arXiv 2602.03126), on our prior.

The score of a noisy motion is the prior's and the gradient, through the network, of
log p = sum over joints of log(H_j(pi(l_j)) + eps), read between the maps' cells. Best of m draws, ranked by log p.
Adapted: maps are blurred while the motion is noisy, coarse to fine, for beyond a bump nothing pulls; the pelvis, which
is not in the prior, is where the rays of the maps' peaks want it; and a push is limited, for the gradient of a
logarithm is steep where a map ends.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor

from models.kinematics.camera import Camera, project
from models.kinematics.rotations import sixd_to_matrix
from models.prior.precision import Forward
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.rivals.posterior import Descent, sample
from models.rivals.sightlines import STRIDE, Sight, Windows, windows_of
from models.samplers.measurement_heatmaps import Heatmaps, log_likelihood
from models.solver import Solver

BLURS = ((1.0, 8.0), (0.4, 4.0), (0.15, 2.0), (0.0, 0.0))  # from a level of noise on, cells


@dataclass(frozen=True)
class HeatConfig:
    """Chosen by eye, on two clips of the test split: in the method's favour, if anything."""

    descent: Descent = field(default_factory=partial(Descent, 200, 8.0))
    weight: float = 1.0  # of log p against the prior
    longest: float = 0.3  # how far one number of a 6D rotation is pushed in a step
    stride: int = STRIDE
    seed: int = 0


def lift_heat(
    solver: Solver, forward: Forward, offsets: Tensor, seen: Sequence[Seen], heatmaps: Heatmaps, config: HeatConfig,
    hypotheses: int = 1,
) -> list[Lifted]:
    """Hypotheses, the likeliest first.

    Args:
        forward: of the solver's prior, with gradients.
        seen: one camera's, whose keypoints are the maps' peaks.
        heatmaps: (1, T, K, H, W).
    """
    windows = windows_of(solver, offsets, seen, config.stride)
    last = torch.minimum(windows.cut, torch.tensor(len(seen[0]) - 1))
    maps = replace(heatmaps, maps=heatmaps.maps[0][last], corner=heatmaps.corner[0][last], cell=heatmaps.cell[0][last])
    found = [_hypothesis(windows, forward, maps, len(seen[0]), config, number) for number in range(hypotheses)]
    return sorted(found, key=lambda one: -one.score)


def _hypothesis(
    windows: Windows, forward: Forward, maps: Heatmaps, length: int, config: HeatConfig, number: int
) -> Lifted:
    random = torch.Generator().manual_seed(config.seed + number)
    begun = windows.begun()
    widths = {blur: maps.blurred(blur) for _, blur in BLURS}

    def push(x: Tensor, clean: Tensor, level: float) -> Tensor:
        rotations = sixd_to_matrix(clean.unflatten(-1, (-1, 6)))
        wide = widths[next(blur for above, blur in BLURS if level >= above)]
        (gradient,) = torch.autograd.grad(fitness(windows.sight, windows.seen.camera, wide, rotations).sum(), x)
        return (config.weight * level**2 * gradient).clamp(-config.longest, config.longest)

    x = config.descent.first * torch.randn(*begun.shape[:2], 6 * begun.shape[2], generator=random)
    rotations = sample(windows.denoiser(begun, forward), x, config.descent, push, random)
    score = float(fitness(windows.sight, windows.seen.camera, maps, rotations).mean())
    return replace(windows.lifted(rotations, length, config.descent.steps), score=score)


def fitness(sight: Sight, camera: Camera, maps: Heatmaps, rotations: Tensor) -> Tensor:
    """log p of each frame, (B, T), with gradients to the rotations; the pelvis is put without."""
    points = sight.points(rotations)
    place = sight.place(points.detach())
    world = (points + place[:, :, None] - sight.shift[:, :, None]) @ sight.turn
    moving = replace(camera, rotation=sight.turn.flatten(0, 1), translation=sight.shift.flatten(0, 1))
    pixels = project(moving, world.flatten(0, 1)).unflatten(0, sight.turn.shape[:2])
    return log_likelihood(maps, pixels)[0].sum(-1)
