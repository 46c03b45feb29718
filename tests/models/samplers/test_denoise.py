"""The likely path: steady motion passes, noise does not, and what is not known is bridged."""
from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.samplers.denoise import PLACES, TURNS, Path, likely_path

TIME_S = torch.arange(41) / 60
RANDOM = 5


def parabolas() -> Tensor:
    """(1, 41, 2, 3) places of constant acceleration."""
    random = torch.Generator().manual_seed(0)
    start, speed, pull = (torch.randn(1, 1, 2, 3, generator=random) for _ in range(3))
    time_s = TIME_S.view(1, -1, 1, 1)
    return start + speed * time_s + pull * time_s**2


def all_known(values: Tensor) -> Tensor:
    return torch.ones(values.shape[:-1], dtype=torch.bool)


def path_of(values: Tensor, known: Tensor | None = None, sd: float = 0.002) -> Path:
    known = all_known(values) if known is None else known
    trackers = values.shape[2]
    return likely_path(values, known, torch.full((len(values), trackers), sd), (PLACES,) * trackers)


def noise(sd: float, *shape: int) -> Tensor:
    return sd * torch.randn(*shape, generator=torch.Generator().manual_seed(RANDOM))


@pytest.mark.parametrize("lost", [False, True])
def test_constant_acceleration_passes(lost: bool) -> None:
    values = parabolas()
    known = all_known(values)
    if lost:
        known[:, 10:16, 0] = False
        known[:, ::2, 1] = False
    path = path_of(torch.where(known.unsqueeze(-1), values, torch.nan), known)
    torch.testing.assert_close(path.values, values, atol=2e-3, rtol=0)


def test_noise_shrinks_most_where_there_is_least_motion() -> None:
    left = []
    for speed in (0.0, 0.3, 2.0):
        truth = (speed * TIME_S).view(1, -1, 1, 1).expand(1, -1, 50, 3)
        error = path_of(truth + noise(0.002, *truth.shape)).values - truth
        left.append(float(error[:, -1].square().mean().sqrt()))
    assert left[0] < left[1] < left[2] < 0.002
    assert left[0] < 0.001


def test_a_moving_tracker_is_not_held_back() -> None:
    swing = (0.3 * torch.sin(2 * math.pi * TIME_S)).view(1, -1, 1, 1).expand(1, -1, 1, 3)
    assert (path_of(swing).values - swing).abs().max() < 2e-3


def test_how_sure_it_is_is_how_right_it_is() -> None:
    """Over motions of many speeds and all frames, about half to four fifths of the errors are within one sd."""
    size = torch.linspace(0.02, 0.4, 60).view(1, 1, -1, 1)
    phase = torch.linspace(0, 6, 60).view(1, 1, -1, 1)
    truth = (size * torch.sin(2 * math.pi * TIME_S.view(1, -1, 1, 1) + phase)).expand(1, -1, 60, 3)
    path = path_of(truth + noise(0.005, *truth.shape), sd=0.005)
    share = ((path.values - truth).abs() < path.sd.unsqueeze(-1)).double().mean()
    assert 0.5 < share < 0.85


def test_a_gap_is_bridged_and_known_to_be_one() -> None:
    swing = (0.2 * torch.sin(2 * math.pi * 0.8 * TIME_S)).view(1, -1, 1, 1).expand(1, -1, 1, 3)
    known = all_known(swing).clone()
    known[:, 15:23] = False
    path = path_of(torch.where(known.unsqueeze(-1), swing, 99.0), known)
    torch.testing.assert_close(path.values, swing, atol=0.015, rtol=0)
    assert path.sd[0, 14] < path.sd[0, 16] < path.sd[0, 19] > path.sd[0, 21] > path.sd[0, 24]


def test_what_lies_ahead_is_less_and_less_sure() -> None:
    swing = (0.2 * torch.sin(2 * math.pi * 0.8 * TIME_S)).view(1, -1, 1, 1).expand(1, -1, 1, 3)
    known = all_known(swing).clone()
    known[:, 21:] = False
    sd = path_of(swing, known).sd[0, :, 0]
    assert (sd[20:].diff() > 0).all() and sd[20] < 0.002 and sd[23] < 0.05 and sd[40] > 0.2


def test_turns_and_places_have_manners_of_their_own() -> None:
    values = torch.zeros(1, 41, 2, 6)
    values[:, :, 0, :3] = parabolas()[:, :, 0]
    values[:, :, 1] = noise(0.01, 1, 41, 6)
    together = likely_path(values, all_known(values), torch.tensor([[0.002, 0.01]]), (PLACES, TURNS))
    places = likely_path(values[:, :, :1, :3], all_known(values[:, :, :1]), torch.tensor([[0.002]]), (PLACES,))
    turns = likely_path(values[:, :, 1:], all_known(values[:, :, 1:]), torch.tensor([[0.01]]), (TURNS,))
    torch.testing.assert_close(together.values[:, :, :1, :3], places.values, atol=1e-6, rtol=0)
    torch.testing.assert_close(together.values[:, :, 1:], turns.values, atol=1e-6, rtol=0)


def test_perfect_sensors_are_believed() -> None:
    values = noise(0.3, 1, 41, 3, 3)
    torch.testing.assert_close(path_of(values, sd=0.0).values, values, atol=1e-4, rtol=0)


@pytest.mark.parametrize("frames", [1, 2, 3, 4])
def test_short_windows_have_paths_too(frames: int) -> None:
    values = parabolas()[:, :frames]
    path = path_of(values)
    assert path.values.shape == values.shape and path.values.isfinite().all() and path.sd.isfinite().all()
    torch.testing.assert_close(path.values, values, atol=0.05, rtol=0)


def test_where_the_world_begins_does_not_matter() -> None:
    noisy = parabolas() + noise(0.01, 1, 41, 2, 3)
    known = torch.rand(1, 41, 2, generator=torch.Generator().manual_seed(5)) < 0.6
    path, moved = (path_of(noisy + shift, known, 0.01).values - shift for shift in (0.0, 100.0))
    torch.testing.assert_close(path, moved, atol=5e-5, rtol=0)


def test_never_known_is_finite_and_never_sure() -> None:
    nothing = torch.full((1, 41, 1, 3), torch.nan)
    path = path_of(nothing, torch.zeros(1, 41, 1, dtype=torch.bool))
    assert path.values.isfinite().all() and (path.sd > 1.0).all()
