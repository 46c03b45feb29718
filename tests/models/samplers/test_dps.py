"""DPS against its formula by finite differences, and what any guidance must do: nothing when all is right."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from models.guess import Denoiser
from models.kinematics.rotations import matrix_to_sixd
from models.samplers.dps import ZETA, posterior_step, solve_dps
from models.samplers.reference import WINDOW

Scenes = Callable[..., Any]
NOW, BEFORE = 0.4, 0.5


def bendy(x: Tensor, sigma: float) -> Tensor:
    """A denoiser that mixes a window's frames and keeps within [-1, 1]."""
    return torch.tanh(x.roll(1, -1) + 0.3 * x.mean(1, keepdim=True))


def distance(denoiser: Denoiser, x: Tensor, lever: Tensor, positions: Tensor) -> Tensor:
    """||S l_m - S A x0||, tracker by tracker, of one window (T, 132)."""
    clean = denoiser(x[None] / math.sqrt(NOW), 1.0)[0].unflatten(-1, (22, 6))
    a, b = clean[..., :3], clean[..., 3:]
    matrix = torch.stack([a, b, torch.linalg.cross(a, b)], dim=-1)
    places = torch.einsum("tjxc,mjc->tmx", matrix, lever)
    away = positions - places
    return (away - away.roll(-1, 1)).norm()


def test_a_step_is_the_mean_less_the_gradient_of_the_distance(scene: Scenes) -> None:
    s = scene(batch=2, frames=4, mount=0.0)
    x = torch.randn(2, 4, 132, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    moved = posterior_step(bendy, x, s.measured.levers, s.measured.positions, NOW, BEFORE)
    still = posterior_step(bendy, x, 0 * s.measured.levers, s.measured.positions, NOW, BEFORE)  # no gradient: the mean
    beta = 1 - NOW / BEFORE
    clean = bendy(x / math.sqrt(NOW), 1.0)
    mean = math.sqrt(BEFORE) * beta / (1 - NOW) * clean + math.sqrt(1 - beta) * (1 - BEFORE) / (1 - NOW) * x
    torch.testing.assert_close(still, mean)
    for window, frame, number in ((0, 0, 3), (1, 2, 64), (1, 3, 131)):
        nudge = torch.zeros(4, 132, dtype=torch.float64)
        nudge[frame, number] = 1e-6
        ends = [distance(bendy, x[window] + side * nudge, s.measured.levers[window], s.measured.positions[window])
                for side in (1, -1)]
        slope = float(ends[0] - ends[1]) / 2e-6
        assert float((mean - moved)[window, frame, number]) == pytest.approx(ZETA * slope, abs=1e-7)


def test_guidance_brings_the_trackers_nearer(scene: Scenes) -> None:
    s = scene(batch=1, frames=4, mount=0.0)
    x = torch.randn(1, 4, 132, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    lever, positions = s.measured.levers, s.measured.positions
    moved = posterior_step(bendy, x, lever, positions, NOW, BEFORE)
    mean = posterior_step(bendy, x, 0 * lever, positions, NOW, BEFORE)
    guided = x + 0.1 * (moved - mean)
    assert distance(bendy, guided[0], lever[0], positions[0]) < distance(bendy, x[0], lever[0], positions[0])


def test_with_a_prior_that_knows_the_truth_it_ends_there(scene: Scenes) -> None:
    s = scene(batch=1, frames=WINDOW, mount=0.0, dtype=torch.float32)
    truth = matrix_to_sixd(s.rotations[0]).flatten(-2)
    solved = solve_dps(lambda first, starts: lambda x, sigma: truth[None] + 0 * x, s.measured, seed=1)
    torch.testing.assert_close(solved, s.rotations[0], atol=1e-4, rtol=0)
