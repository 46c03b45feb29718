"""Answers that go on: as near to the path as it was, far steadier, at any rate, and with nothing made up."""
from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.kinematics.arrays import joined
from models.samplers.pursuit import pursue
from models.samplers.streaming import History, window_times

SEED = 3


def followed(path_at: object, times_s: list[float]) -> Tensor:
    """Answers (N, C) to ticks at these times, each told the last five frames of a path at 60 Hz."""
    history, answers = untold(len(path_at(torch.zeros(1, dtype=torch.float64))[0])), []  # type: ignore[operator]
    for now_s in (at(time_s) for time_s in times_s):
        path = path_at(window_times(5, now_s)).float()  # type: ignore[operator]
        answers.append(pursue(path, history, now_s))
        history = history.followed_by(now_s, torch.zeros(1, 132), answers[-1])
    return torch.cat(answers)


def untold(width: int) -> History:
    """Of one session that was never answered."""
    return History.none(torch.ones(1, 3, dtype=torch.bool), at(0.0), torch.zeros(1, width))


def at(time_s: float) -> Tensor:
    return torch.tensor([time_s], dtype=torch.float64)


def ticks(rate_hz: float, seconds: float = 2.0) -> list[float]:
    return [1 + index / rate_hz for index in range(round(rate_hz * seconds))]


def swing(at_s: Tensor) -> Tensor:
    """A hand that waves once a second, (..., 1) metres."""
    return 0.3 * torch.sin(2 * math.pi * at_s).unsqueeze(-1)


@pytest.mark.parametrize("rate_hz", [20.0, 30.0, 60.0, 72.0, 90.0, 120.0, 144.0])
def test_steady_acceleration_is_followed_without_lag(rate_hz: float) -> None:
    times_s = ticks(rate_hz)

    def fall(at_s: Tensor) -> Tensor:
        return torch.stack([4.9 * (at_s - 1) ** 2, 2 * at_s, torch.ones_like(at_s)], -1)

    answers = followed(fall, times_s)
    torch.testing.assert_close(answers, fall(torch.tensor(times_s)), atol=2e-3, rtol=0)


@pytest.mark.parametrize("rate_hz", [20.0, 30.0, 60.0, 72.0, 90.0, 120.0, 144.0])
def test_real_speeds_are_followed_closely_at_any_rate(rate_hz: float) -> None:
    times_s = ticks(rate_hz)
    missed = (followed(swing, times_s) - swing(torch.tensor(times_s, dtype=torch.float64))).abs()
    assert missed.max() < 0.006


def test_jitter_of_the_clock_changes_little() -> None:
    random = torch.Generator().manual_seed(SEED)
    times_s = [time_s + 0.004 * float(torch.rand(1, generator=random)) for time_s in ticks(60.0)]
    missed = (followed(swing, times_s) - swing(torch.tensor(times_s, dtype=torch.float64))).abs()
    assert missed.max() < 0.006


@pytest.mark.parametrize("rate_hz", [60.0, 90.0])
def test_noise_of_the_path_is_not_followed(rate_hz: float) -> None:
    random = torch.Generator().manual_seed(SEED)
    seen = []

    def noisy(at_s: Tensor) -> Tensor:
        noise = 0.002 * torch.randn(1, 1, generator=random)
        if at_s.dim() == 2:  # a window
            seen.append(noise)
        return swing(at_s) + noise

    answers = followed(noisy, ticks(rate_hz))
    plain = swing(torch.tensor(ticks(rate_hz), dtype=torch.float64)) + torch.stack(seen).squeeze(1)
    assert answers[5:].diff(n=3, dim=0).abs().mean() < plain[5:].diff(n=3, dim=0).abs().mean() / 3


def test_what_was_not_known_is_taken_from_the_path() -> None:
    history = untold(2)
    for index in range(5):
        tracked = torch.tensor([[5.0, math.nan if index == 3 else 5.0]])
        history = history.followed_by(at(index / 60), torch.zeros(1, 132), tracked)
    (answer,) = pursue(torch.zeros(1, 4, 2), history, at(5 / 60))
    assert answer[0] > 1 and answer[1] == 0


@pytest.mark.parametrize("answered_s", [[], [0.9], [0.9, 0.95], [0.0, 0.1, 0.2], [0.98, 0.99, 1.0], [0.98, 1.1, 1.2]])
def test_too_few_old_or_later_answers_are_not_continued(answered_s: list[float]) -> None:
    history = untold(1)
    for time_s in answered_s:
        history = history.followed_by(at(time_s), torch.zeros(1, 132), torch.full((1, 1), 5.0))
    (answer,) = pursue(torch.zeros(1, 4, 1), history, at(1.0))
    assert answer == 0


def test_each_session_continues_its_own() -> None:
    past = joined([untold(1), untold(1)])
    for index in range(4):
        past = past.followed_by(at(index / 60).expand(2), torch.zeros(2, 132), torch.tensor([[1.0], [9.0]]))
    paths = torch.tensor([1.0, 9.0]).view(2, 1, 1).expand(2, 4, 1)
    answers = pursue(paths, past, at(4 / 60).expand(2))
    torch.testing.assert_close(answers, torch.tensor([[1.0], [9.0]]), atol=1e-4, rtol=0)
