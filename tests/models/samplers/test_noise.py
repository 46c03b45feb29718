"""A tracker's noise is told by its readings: whatever it moves like, and in spite of outliers."""
from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.samplers.noise import noise_sd

FRAMES = 80


def swing(hz: float = 1.0, size: float = 0.4) -> Tensor:
    """(1, FRAMES, 2, 3) metres."""
    at = torch.arange(FRAMES) / 60
    return (size * torch.sin(2 * math.pi * hz * at)).view(1, -1, 1, 1).expand(1, -1, 2, 3)


def noise(sd: float) -> Tensor:
    return sd * torch.randn(1, FRAMES, 2, 3, generator=torch.Generator().manual_seed(0))


ALL = torch.ones(1, FRAMES, 2, dtype=torch.bool)


@pytest.mark.parametrize("sd", [0.001, 0.01, 0.2])
@pytest.mark.parametrize("hz", [0.0, 1.0, 3.0])
def test_it_is_found_under_any_motion(sd: float, hz: float) -> None:
    found = noise_sd(swing(hz) + noise(sd), ALL)
    assert found.shape == (1, 2)
    assert (found > 0.7 * sd).all() and (found < 1.4 * sd + 4e-4).all()


def test_motion_alone_is_no_noise() -> None:
    assert noise_sd(swing(2.0), ALL).max() < 2e-4


def test_outliers_and_gaps_do_not_matter() -> None:
    values, known = swing() + noise(0.005), ALL.clone()
    values[:, ::20] += 3.0
    known[:, 30:45] = False
    values = values.where(known.unsqueeze(-1), torch.nan)
    found = noise_sd(values, known)
    assert (found > 0.003).all() and (found < 0.01).all()


def test_each_tracker_has_its_own() -> None:
    sds = torch.tensor([0.001, 0.05]).view(1, 1, 2, 1)
    found = noise_sd(swing() + noise(1.0) * sds, ALL)
    assert found[0, 1] > 20 * found[0, 0]


def test_a_held_reading_is_not_a_quiet_tracker() -> None:
    values = noise(0.01).clone()
    values[:, :60] = values[:, 60:61]
    assert (noise_sd(values, ALL) > 0.005).all()


@pytest.mark.parametrize("frames", [1, 3, 5, 6])
def test_what_is_too_short_tells_nothing(frames: int) -> None:
    assert not noise_sd(noise(0.01)[:, :frames, :, :1], ALL[:, :frames]).any()


def test_what_is_never_known_tells_nothing() -> None:
    assert not noise_sd(torch.full((1, FRAMES, 2, 3), torch.nan), torch.zeros_like(ALL)).any()
