"""What a live session remembers: at any rate, over pauses, and when a clock goes backwards."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.kinematics.arrays import joined
from models.samplers.streaming import KEPT, History, StreamConfig, blend_history, recall, window_times

CONFIG = StreamConfig(blend=0.8, forget_s=0.25)


def line(time_s: Tensor | float) -> Tensor:
    """(..., 132) answers that move steadily."""
    time_s = torch.as_tensor(time_s, dtype=torch.float64)
    return (time_s[..., None] * torch.linspace(-1, 1, 132, dtype=torch.float64)).float()


def at(*times_s: float) -> Tensor:
    return torch.tensor(times_s, dtype=torch.float64)


def answered(times_s: list[float]) -> History:
    """Of one session."""
    history = History.none(torch.ones(1, 3, dtype=torch.bool), at(0.0), torch.zeros(1, 9))
    for time_s in times_s:
        history = history.followed_by(at(time_s), line(at(time_s)), line(at(time_s))[:, :9])
    return history


def test_the_last_time_is_the_newest_reading_s() -> None:
    (times,) = window_times(41, at(12.0))
    assert times.dtype == torch.float64 and float(times[-1]) == 12.0
    torch.testing.assert_close(times.diff(), torch.full((40,), 1 / 60, dtype=torch.float64))


@pytest.mark.parametrize("rate_hz", [30.0, 60.0, 72.0, 90.0])
def test_answers_are_recalled_at_the_window_s_times_whatever_their_rate(rate_hz: float) -> None:
    history = answered([100 + index / rate_hz for index in range(40)])
    newest = 100 + 40 / rate_hz
    times = window_times(41, at(newest))
    sixd, weight = recall(history, times, CONFIG)
    inside = (times >= 100) & (times <= 100 + 39 / rate_hz)
    torch.testing.assert_close(sixd[inside], line(times[inside]), atol=1e-4, rtol=0)
    assert torch.equal(weight, torch.where(inside, 0.8, 0.0))
    assert weight[0, -1] == 0  # the newest frame has no answer yet


@pytest.mark.parametrize("count", [0, 1])
def test_one_answer_is_no_history(count: int) -> None:
    sixd, weight = recall(answered([1.0] * count), window_times(41, at(1.1)), CONFIG)
    assert not weight.any() and sixd.shape == (1, 41, 132)


def test_a_pause_is_not_bridged() -> None:
    history = answered([0.0, 1 / 60, 2 / 60, 5.0])
    _, weight = recall(history, at(0.0, 1 / 60, 0.1, 2.5, 4.9, 5.0)[None], CONFIG)
    assert weight[0].tolist() == pytest.approx([0.8, 0.8, 0.8, 0.0, 0.8, 0.8])
    _, weight = recall(history, window_times(41, at(60.0)), CONFIG)
    assert not weight.any()


def test_a_clock_that_goes_backwards_starts_afresh() -> None:
    history = answered([5.0, 5.1, 5.2])
    for time_s in (5.2, 3.0):
        again = history.followed_by(at(time_s), line(at(time_s)), line(at(time_s))[:, :9])
        assert again.times_s[0, again.times_s[0].isfinite()].tolist() == [time_s]
        torch.testing.assert_close(again.sixd[:, -1], line(at(time_s)))


def test_old_answers_are_forgotten() -> None:
    history = answered([index / 60 for index in range(100)])
    for part in (history.times_s, history.sixd, history.tracked):
        assert part.shape[:2] == (1, KEPT)
    assert float(history.times_s[0, 0]) == (100 - KEPT) / 60 and float(history.times_s[0, -1]) == 99 / 60


def test_answers_are_blended_into_each_session_s_own_window() -> None:
    clean = torch.ones(3, 41, 132)
    early, late = answered([index / 60 for index in range(20)]), answered([7 + index / 60 for index in range(9)])
    histories, newest = joined([early, answered([]), late]), at(20 / 60, 3.0, 7 + 9 / 60)
    blended = blend_history(clean, histories, newest, CONFIG)
    assert torch.equal(blended[1], clean[1]) and torch.equal(blended[:, -1], clean[:, -1])
    for index, history in ((0, early), (2, late)):
        (sixd,), (weight,) = recall(history, window_times(41, newest[index : index + 1]), CONFIG)
        expected = (1 - weight[:, None]) * clean[index] + weight[:, None] * sixd
        torch.testing.assert_close(blended[index], expected)
        assert weight.any()
    nothing = StreamConfig(blend=0.0)
    assert torch.equal(blend_history(clean, histories, newest, nothing), clean)
