"""DDIM: its levels, and a chain whose end is known in closed form."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.samplers.ddim import ddim, edm_levels


def test_levels_fall_from_the_first_towards_the_last() -> None:
    levels = edm_levels(6, 8.0, 0.01)
    assert len(levels) == 6 and levels[0] == pytest.approx(8.0)
    assert list(levels) == sorted(levels, reverse=True) and levels[-1] > 0.01
    steps = torch.tensor(levels).diff().abs()
    assert (steps.diff() < 0).all()
    assert edm_levels(1, 8.0, 0.01) == pytest.approx((8.0,))
    with pytest.raises(ValueError, match="1 step or more, not 0"):
        edm_levels(0, 8.0, 0.01)


def gaussian(x: Tensor, sigma: float) -> Tensor:
    """The exact denoiser of data that are N(2, 0.5^2)."""
    return 2 + 0.25 / (0.25 + sigma**2) * (x - 2)


def test_many_steps_carry_the_noise_to_the_data_s_own_quantile() -> None:
    """The probability flow of a Gaussian keeps how many deviations a sample is away."""
    away = torch.tensor([-2.0, -0.5, 0.0, 1.0]).view(1, 4, 1)
    x = 2 + away * (0.25 + 8.0**2) ** 0.5
    end = ddim(gaussian, x, edm_levels(400, 8.0, 0.001))
    torch.testing.assert_close(end, 2 + 0.5 * away, atol=0.02, rtol=0)


def test_one_step_is_the_denoiser() -> None:
    x = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(ddim(gaussian, x, (8.0,)), gaussian(x, 8.0))


def test_two_steps_go_part_of_the_way_in_between() -> None:
    x = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    first = gaussian(x, 8.0)
    between = first + (2.0 / 8.0) * (x - first)
    torch.testing.assert_close(ddim(gaussian, x, (8.0, 2.0)), gaussian(between, 2.0))
