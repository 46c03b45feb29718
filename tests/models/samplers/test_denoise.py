"""The likely path: steady motion passes, noise does not, and what is not known is bridged."""
from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.samplers.denoise import JERK_SD, likely_path

TIME_S = torch.arange(41) / 60


def parabolas() -> Tensor:
    """(1, 41, 2, 3) places of constant acceleration."""
    random = torch.Generator().manual_seed(0)
    start, speed, pull = (torch.randn(1, 1, 2, 3, generator=random) for _ in range(3))
    time_s = TIME_S.view(1, -1, 1, 1)
    return start + speed * time_s + pull * time_s**2


def all_known(values: Tensor) -> Tensor:
    return torch.ones(values.shape[:-1], dtype=torch.bool)


@pytest.mark.parametrize("sensor_sd", [0.0005, 0.002, 0.05, 0.2])
@pytest.mark.parametrize("lost", [False, True])
def test_constant_acceleration_passes(sensor_sd: float, lost: bool) -> None:
    values = parabolas()
    known = all_known(values)
    if lost:
        known[:, 10:25, 0] = False
        known[:, ::2, 1] = False
    path = likely_path(torch.where(known.unsqueeze(-1), values, torch.nan), known, sensor_sd, JERK_SD)
    torch.testing.assert_close(path, values, atol=3e-4, rtol=0)


@pytest.mark.parametrize("lost", [False, True])
def test_it_is_the_least_squares_path(lost: bool) -> None:
    """The twin: rows for every known value and every third difference, solved as one dense problem."""
    values = parabolas().double() + 0.01 * torch.randn(1, 41, 2, 3, generator=torch.Generator().manual_seed(1))
    known = all_known(values)
    if lost:
        known[:, 5:12] = False
    third = torch.eye(41, dtype=torch.float64).diff(n=3, dim=0) / JERK_SD
    for tracker in range(2):
        seen = known[0, :, tracker]
        rows = torch.cat([torch.eye(41, dtype=torch.float64)[seen] / 0.01, third])
        wanted = torch.cat([values[0, seen, tracker] / 0.01, torch.zeros(38, 3, dtype=torch.float64)])
        expected = torch.linalg.lstsq(rows, wanted).solution
        for dtype, atol in ((torch.float64, 1e-5), (torch.float32, 1e-4)):
            path = likely_path(values.to(dtype), known, 0.01, JERK_SD)[0, :, tracker]
            torch.testing.assert_close(path.double(), expected, atol=atol, rtol=0)


def test_noise_shrinks() -> None:
    noise = 0.005 * torch.randn(1, 41, 20, 3, generator=torch.Generator().manual_seed(2))
    path = likely_path(noise, all_known(noise), 0.005, JERK_SD)
    assert path[:, 20].square().mean() < noise[:, 20].square().mean() / 4
    assert path[:, -1].square().mean() < noise[:, -1].square().mean()
    jerk = [values.diff(n=3, dim=1).norm(dim=-1).mean() for values in (path, noise)]
    assert jerk[0] < jerk[1] / 20


def test_a_gap_is_bridged() -> None:
    swing = 0.2 * torch.sin(2 * math.pi * 0.8 * TIME_S).view(1, -1, 1, 1).expand(1, -1, 1, 3)
    known = all_known(swing).clone()
    known[:, 15:23] = False
    path = likely_path(torch.where(known.unsqueeze(-1), swing, 99.0), known, 0.001, JERK_SD)
    torch.testing.assert_close(path, swing, atol=0.01, rtol=0)


def test_perfect_sensors_and_short_windows_are_left_alone() -> None:
    values = torch.randn(1, 41, 3, 3)
    assert torch.equal(likely_path(values, all_known(values), 0.0, JERK_SD), values)
    assert torch.equal(likely_path(values[:, :3], all_known(values[:, :3]), 0.01, JERK_SD), values[:, :3])


def test_where_the_world_begins_does_not_matter() -> None:
    noisy = parabolas() + 0.01 * torch.randn(1, 41, 2, 3, generator=torch.Generator().manual_seed(1))
    known = torch.rand(1, 41, 2, generator=torch.Generator().manual_seed(5)) < 0.6
    path, moved = (likely_path(noisy + shift, known, 0.01, JERK_SD) - shift for shift in (0.0, 100.0))
    torch.testing.assert_close(path, moved, atol=5e-5, rtol=0)


def test_never_known_is_finite() -> None:
    nothing = torch.full((1, 41, 1, 3), torch.nan)
    path = likely_path(nothing, torch.zeros(1, 41, 1, dtype=torch.bool), 0.002, JERK_SD)
    assert path.isfinite().all()
