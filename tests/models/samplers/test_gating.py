"""What a body cannot do is left out, and nothing else."""
from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.samplers.gating import PLACE_LIMITS, TURN_LIMITS, believable

FRAMES = 41
SD = torch.tensor([[0.002, 0.002]])
ALL = torch.ones(1, FRAMES, 2, dtype=torch.bool)


def swing(hz: float = 1.0, size: float = 0.3) -> Tensor:
    """(1, FRAMES, 2, 3) metres, with a little noise."""
    at = torch.arange(FRAMES) / 60
    path = (size * torch.sin(2 * math.pi * hz * at)).view(1, -1, 1, 1).expand(1, -1, 2, 3)
    return path + 0.002 * torch.randn(path.shape, generator=torch.Generator().manual_seed(0))


def away(frames: list[int], by: float = 1.0, values: Tensor | None = None) -> Tensor:
    """The first tracker elsewhere in these frames."""
    values = (swing() if values is None else values).clone()
    values[:, frames, 0] += by
    return values


def left_out(values: Tensor, known: Tensor = ALL, sd: Tensor = SD) -> list[list[int]]:
    kept = believable(values, known, sd, (PLACE_LIMITS,) * 2)
    assert not (kept & ~known).any()
    return [(known & ~kept)[0, :, tracker].nonzero().flatten().tolist() for tracker in range(2)]


@pytest.mark.parametrize("frames", [[0], [20], [40], [5, 20, 33], [20, 21], [0, 1, 2], [30, 31, 32, 33, 34]])
def test_outliers_are_left_out_and_no_more(frames: list[int]) -> None:
    assert left_out(away(frames)) == [frames, []]


@pytest.mark.parametrize("by", [0.2, 1.0, 50.0])
def test_an_excursion_is_left_out_until_it_is_the_longer_story(by: float) -> None:
    for length in (1, 5, 20):
        stayed = list(range(FRAMES - length, FRAMES))
        assert left_out(away(stayed, by)) == [stayed, []]
    stayed = list(range(FRAMES - 21, FRAMES))
    assert left_out(away(stayed, by))[0] == list(range(20))


def test_the_way_back_is_believed_at_once() -> None:
    gone = list(range(20, 40))
    assert left_out(away(gone)) == [gone, []]


def test_fast_motion_is_believed() -> None:
    """A punch: 10 m/s within 0.1 s; and swings of a hand as fast as any."""
    at = torch.arange(FRAMES) / 60
    punch = torch.zeros(1, FRAMES, 2, 3)
    punch[..., 0] = (0.6 * torch.sigmoid((at - 0.3) / 0.015)).view(1, -1, 1)
    for values in (punch, swing(3.0, 0.3), swing(2.0, 0.5)):
        assert left_out(values) == [[], []]


def test_noise_that_is_told_of_is_no_outlier() -> None:
    noisy = swing() + 0.2 * torch.randn(1, FRAMES, 2, 3, generator=torch.Generator().manual_seed(1))
    assert left_out(noisy, sd=torch.full((1, 2), 0.2)) == [[], []]
    assert left_out(noisy) != [[], []]


def test_lost_readings_forbid_nothing_and_are_not_rejected() -> None:
    known = ALL.clone()
    known[:, 10:30] = False
    values = away(list(range(30, 41)), 2.0).where(known.unsqueeze(-1), torch.nan)
    assert left_out(values, known) == [[], []]
    assert left_out(away([35], values=values), known) == [[35], []]


def test_turns_are_gated_alike() -> None:
    turns = torch.tensor([1.0, 0, 0, 0, 1, 0]).repeat(1, FRAMES, 1, 1)
    turns[:, 17:19] *= -1
    kept = believable(turns, ALL[..., :1], torch.full((1, 1), 0.01), (TURN_LIMITS,))
    assert (~kept)[0, :, 0].nonzero().flatten().tolist() == [17, 18]
