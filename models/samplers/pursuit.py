"""A steady hand for live trackers: the newest answer follows the likely path with as little jerk as that takes.

The newest point of a likely path is the best guess at one moment, but from moment to moment such guesses differ by the
newest noise, and that is jitter. So what was answered goes on: of all ways to continue it, take the next step of the
one with the least sum of squares of (answer - path) and of MU x its third differences. The path is taken to go on with
its present speed and acceleration. As in any tracking problem with quadratic costs the step is linear, in the last
three answers and the path's last three points, with coefficients that depend on the rate alone. Steady acceleration is
followed without lag.
"""
from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import solveh_banded
from torch import Tensor

from models.kinematics.arrays import Array, alike, library, with_type
from models.samplers.streaming import RATE_HZ, History

MU = 2.5  # weight of a squared third difference at RATE_HZ: at 2 mm of noise less jitter than people have
LONGEST_S = 0.3  # three answers that took longer are no motion to go on with
STEPS_PER_OCTAVE = 8  # rates are told apart this finely
OCTAVE_PARTS = (-40, 21)  # of 1,920 Hz, above which a client's clock lies, and of three answers in LONGEST_S


def pursue(path: Array, history: History, newest_s: Array) -> Array:
    """The newest frame of paths (B, T, N) at RATE_HZ that end at newest_s (B,), as it continues each session's answers,
    (B, N).

    What has no three answers, or NaN among them, is taken from the path.
    """
    maths, newest = library(path), path[:, -1]
    if path.shape[1] < 3:
        return newest
    points = maths.concat([history.tracked[:, -3:], path[:, -3:]], 1)
    followed = (weights(history.times_s[:, -3:], newest_s, path)[:, None] @ points)[:, 0]
    return maths.where(maths.isfinite(followed), followed, newest)


def weights(answered_s: Array, now_s: Array, like: Array) -> Array:
    """Of the last three answers, given at answered_s (B, 3), and of the path's last three points, in the answers now,
    (B, 6). One by one in plain numbers for arrays of numpy, which takes the least time for few sessions."""
    if isinstance(answered_s, Tensor):
        return with_type(_weights_of_many(answered_s, now_s), like)
    times = zip(answered_s.tolist(), now_s.tolist(), strict=True)
    return np.array([_weights(*each) for each in times], np.float32)


def _weights_of_many(times_s: Tensor, now_s: Tensor) -> Tensor:
    """(B, 6), all at once: see `_weights`."""
    first, last, now = times_s[:, 0], times_s[:, 2], now_s
    goes_on = (now - LONGEST_S < first) & (first < last) & (last < now)
    apart_s = torch.where(goes_on, (now - first) / 3, 1 / RATE_HZ)
    at_s = torch.stack([now - apart_s, now - 2 * apart_s, first], 1)
    step = apart_s * RATE_HZ
    part = (torch.log2(step) * STEPS_PER_OCTAVE).round().clamp(*OCTAVE_PARTS).long() - OCTAVE_PARTS[0]
    taps = alike(_tap_table(), step).index_select(0, part)
    through = _through_many(times_s, at_s)
    on_answers = (taps[:, None, :3] @ through)[:, 0]
    place, speed, acceleration = taps[:, 3], taps[:, 4] * step, taps[:, 5] * step**2
    pull = (speed + acceleration) / 2
    on_path = torch.stack([pull, -speed - 2 * pull, place + speed + pull], 1)
    none = torch.zeros_like(on_path[:, :1])
    fresh = torch.cat([none, none, none, none, none, none + 1], 1)
    return torch.where(goes_on[:, None], torch.cat([on_answers, on_path], 1), fresh)


def _through_many(times: Tensor, at: Tensor) -> Tensor:
    """(B, 3) twice -> (B, 3, 3): see `_through`."""
    one, other = alike(_OTHERS, times).long().unbind(0)
    away = at[:, :, None] - times[:, None]
    ones, others = (away.index_select(2, index) for index in (one, other))
    own = [times - times.index_select(1, index) for index in (one, other)]
    return ones * others / (own[0] * own[1])[:, None]


_OTHERS = np.array([[1, 0, 0], [2, 2, 1]], np.float32)  # of three points, the two beside each


@cache
def _tap_table() -> NDArray[np.float64]:
    """(steps, 6): of every step that is told apart."""
    return np.array([[*past, *path] for past, path in map(_taps, range(OCTAVE_PARTS[0], OCTAVE_PARTS[1] + 1))])


def _weights(times_s: list[float], now_s: float) -> list[float]:
    """Of the last three answers, at times_s, and of the path's last three points, in the answer now."""
    if not now_s - LONGEST_S < times_s[0] < times_s[2] < now_s:
        return [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    apart_s = (now_s - times_s[0]) / 3
    at_s = [now_s - apart_s, now_s - 2 * apart_s, times_s[0]]
    step = apart_s * RATE_HZ
    of_answers, (place, speed, acceleration) = _taps(_octave_part(step))
    through = _through(times_s, at_s)
    on_answers = [sum(tap * row[point] for tap, row in zip(of_answers, through, strict=True)) for point in range(3)]
    speed, pull = speed * step, (speed * step + acceleration * step**2) / 2
    return [*on_answers, pull, -speed - 2 * pull, place + speed + pull]


def _octave_part(step: float) -> int:
    return min(max(round(math.log2(step) * STEPS_PER_OCTAVE), OCTAVE_PARTS[0]), OCTAVE_PARTS[1])


def _through(times: list[float], at: list[float]) -> list[list[float]]:
    """Weights of three values, taken at `times`, that give the parabola through them at each of `at`."""
    return [
        [math.prod((x - other) / (own - other) for other in times if other != own) for own in times] for x in at
    ]


@lru_cache(maxsize=64)
def _taps(octave_parts: int) -> tuple[list[float], list[float]]:
    """For steps of 2 ** (octave_parts / STEPS_PER_OCTAVE) frames: weights of the answers one, two and three steps ago,
    and of where the path is and of what it goes on by in the first and the second power of the step."""
    mu = MU * 2 ** (-6 * octave_parts / STEPS_PER_OCTAVE)  # in smaller steps third differences are that much smaller
    ahead = math.ceil(12 * max(1.0, mu ** (1 / 6)))
    third = np.diff(np.eye(ahead + 3), 3, axis=0)
    of_past, of_future = third[:, 2::-1], third[:, 3:]
    steps = np.arange(ahead, dtype=np.float64)
    path = np.stack([np.ones_like(steps), steps, steps * steps], 1)
    bands = np.zeros((4, ahead))  # third differences reach no farther
    for band in range(min(4, ahead)):
        bands[band, : ahead - band] = mu * (of_future[:, : ahead - band] * of_future[:, band:]).sum(0)
    bands[0] += 1
    asked = np.concatenate([-mu * of_future.T @ of_past, path], 1)
    taps = solveh_banded(bands, asked, lower=True)[0].tolist()
    return taps[:3], taps[3:]
