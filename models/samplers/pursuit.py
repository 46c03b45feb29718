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
from functools import lru_cache

import numpy as np

from models.kinematics.arrays import Array, alike, library
from models.samplers.streaming import RATE_HZ, History

MU = 2.5  # weight of a squared third difference at RATE_HZ: at 2 mm of noise less jitter than people have
LONGEST_S = 0.3  # three answers that took longer are no motion to go on with
STEPS_PER_OCTAVE = 8  # rates are told apart this finely


def pursue(path: Array, history: History, newest_s: Array) -> Array:
    """The newest frame of paths (B, T, N) at RATE_HZ that end at newest_s (B,), as it continues each session's answers,
    (B, N).

    What has no three answers, or NaN among them, is taken from the path.
    """
    maths, newest = library(path), path[:, -1]
    if path.shape[1] < 3:
        return newest
    times = zip(history.times_s[:, -3:].tolist(), newest_s.tolist(), strict=True)
    weights = [_weights(answered_s, now_s) for answered_s, now_s in times]
    points = maths.concat([history.tracked[:, -3:], path[:, -3:]], 1)
    followed = (alike(np.array(weights, np.float32), path)[:, None] @ points)[:, 0]
    return maths.where(maths.isfinite(followed), followed, newest)


def _weights(times_s: list[float], now_s: float) -> list[float]:
    """Of the last three answers, at times_s, and of the path's last three points, in the answer now."""
    if not now_s - LONGEST_S < times_s[0] < times_s[2] < now_s:
        return [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    apart_s = (now_s - times_s[0]) / 3
    at_s = [now_s - apart_s, now_s - 2 * apart_s, times_s[0]]
    step = apart_s * RATE_HZ
    of_answers, (place, speed, acceleration) = _taps(round(math.log2(step) * STEPS_PER_OCTAVE))
    through = _through(times_s, at_s)
    on_answers = [sum(tap * row[point] for tap, row in zip(of_answers, through, strict=True)) for point in range(3)]
    speed, pull = speed * step, (speed * step + acceleration * step**2) / 2
    return [*on_answers, pull, -speed - 2 * pull, place + speed + pull]


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
    system = np.eye(ahead) + mu * of_future.T @ of_future
    taps = np.linalg.solve(system, np.concatenate([-mu * of_future.T @ of_past, path], 1))[0].tolist()
    return taps[:3], taps[3:]
