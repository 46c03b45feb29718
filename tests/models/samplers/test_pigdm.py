"""Textbook pseudo-inverse guidance: the reference's step with weight one and the sensors' own variance."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_sixd
from models.samplers.pigdm import pseudo_inverse_step, solve_pigdm
from models.samplers.reference import WINDOW, cyclic_differences

Scenes = Callable[..., Any]
NOW, BEFORE, VARIANCE = 0.4, 0.5, 4e-6


def test_a_step_is_the_formula_written_out(scene: Scenes) -> None:
    """sqrt(alpha_bar) r^2 (dX/dx)^T H^T (r^2 H H^T + s^2 I)^-1 (y - H X) with r^2 = 1 - alpha_bar, frame by frame."""
    s = scene(batch=1, frames=2, mount=0.0)
    x = torch.randn(1, 2, 132, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    lever, positions = s.measured.levers, s.measured.positions

    def pose(x: Tensor) -> Tensor:
        """(1, T, 132) -> (T, axis, joint and column)."""
        clean = torch.tanh(x / math.sqrt(NOW))[0].unflatten(-1, (22, 2, 3)).transpose(-1, -2)
        third = torch.linalg.cross(clean[..., 0], clean[..., 1]).unsqueeze(-1)
        return torch.cat([clean, third], -1).transpose(1, 2).flatten(-2)

    spread = cyclic_differences(3).double()
    h = spread @ lever[0].flatten(-2)
    y = torch.einsum("nm,tmx->txn", spread, positions[0])
    gain = (1 - NOW) * h.T @ torch.linalg.inv((1 - NOW) * h @ h.T + VARIANCE * torch.eye(3))
    pull = (y - pose(x) @ h.T) @ gain.T
    _, back = torch.autograd.functional.vjp(pose, x, pull)
    beta = 1 - NOW / BEFORE
    mean = (math.sqrt(BEFORE) * beta / (1 - NOW) * torch.tanh(x / math.sqrt(NOW))
            + math.sqrt(1 - beta) * (1 - BEFORE) / (1 - NOW) * x)
    moved = pseudo_inverse_step(lambda x, sigma: torch.tanh(x), x, lever, positions, NOW, BEFORE, VARIANCE)
    torch.testing.assert_close(moved, mean + math.sqrt(NOW) * back, atol=1e-7, rtol=0)
    assert (moved - mean).abs().max() > 1e-3


def test_with_a_prior_that_knows_the_truth_it_ends_there(scene: Scenes) -> None:
    s = scene(batch=1, frames=WINDOW, mount=0.0, dtype=torch.float32)
    truth = matrix_to_sixd(s.rotations[0]).flatten(-2)
    solved = solve_pigdm(lambda first, starts: lambda x, sigma: truth[None] + 0 * x, s.measured, seed=1)
    torch.testing.assert_close(solved, s.rotations[0], atol=1e-4, rtol=0)
