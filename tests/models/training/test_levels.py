"""Noise levels: their shares, their range, and EDM's weight."""
from __future__ import annotations

import pytest
import torch

from models.prior.denoiser import SIGMA_MAX, SIGMA_MIN
from models.training.levels import LevelConfig, draw_levels, level_weight


def test_shares_and_range_are_those_asked_for() -> None:
    sigma, zero = draw_levels(4000, LevelConfig(start_share=0.4, zero_share=0.5), torch.Generator().manual_seed(0))
    start = sigma == SIGMA_MAX
    assert float(start.float().mean()) == pytest.approx(0.4, abs=0.03)
    assert float(zero.float().mean()) == pytest.approx(0.2, abs=0.03)
    assert bool(start[zero].all())
    assert sigma.min() >= SIGMA_MIN and sigma.max() <= SIGMA_MAX
    logs = sigma[~start].log()
    assert float(logs.mean()) == pytest.approx(-1.2, abs=0.1)
    assert float(logs.std()) == pytest.approx(1.3, abs=0.1)


def test_the_seed_decides() -> None:
    one, same = (draw_levels(50, LevelConfig(), torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(one[0], same[0]) and torch.equal(one[1], same[1])


def test_the_weight_undoes_the_preconditioning_of_the_networks_error() -> None:
    sigma, data = torch.tensor([0.01, 0.3, 8.0]), 0.28
    output_scale = sigma * data / (sigma**2 + data**2).sqrt()
    torch.testing.assert_close(level_weight(sigma, data) * output_scale**2, torch.full((3,), data**2))
