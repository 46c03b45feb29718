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
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from models.samplers.streaming import RATE_HZ, History

MU = 2.5  # weight of a squared third difference at RATE_HZ: at 2 mm of noise less jitter than people have
LONGEST_S = 0.3  # three answers that took longer are no motion to go on with
STEPS_PER_OCTAVE = 8  # rates are told apart this finely


def pursue(path: Tensor, histories: Sequence[History], newest_s: Sequence[float]) -> Tensor:
    """The newest frame of paths (B, T, N) at RATE_HZ, as it continues each session's answers, (B, N).

    What has no three answers, or NaN among them, is taken from the path.
    """
    pairs = zip(path, histories, newest_s, strict=True)
    return torch.stack([_step(one, history, now_s) for one, history, now_s in pairs])


def _step(path: Tensor, history: History, now_s: float) -> Tensor:
    newest, times_s = path[-1], history.times_s[-3:].tolist()
    if len(times_s) < 3 or len(path) < 3 or not now_s - LONGEST_S < times_s[0] < times_s[2] < now_s:
        return newest
    apart_s = (now_s - times_s[0]) / 3
    at_s = [now_s - apart_s, now_s - 2 * apart_s, times_s[0]]
    answered = path.new_tensor(_through(times_s, at_s)) @ history.tracked[-3:].to(path)
    step = apart_s * RATE_HZ
    of_answers, of_path = (taps.to(path) for taps in _taps(round(math.log2(step) * STEPS_PER_OCTAVE)))
    pull = newest - 2 * path[-2] + path[-3]
    ahead = torch.stack([newest, step * (newest - path[-2] + pull / 2), step**2 * pull / 2])
    followed = of_answers @ answered + of_path @ ahead
    return torch.where(followed.isfinite(), followed, newest)


def _through(times: list[float], at: list[float]) -> list[list[float]]:
    """Weights of three values, taken at `times`, that give the parabola through them at each of `at`."""
    return [
        [math.prod((x - other) / (own - other) for other in times if other != own) for own in times] for x in at
    ]


@lru_cache(maxsize=64)
def _taps(octave_parts: int) -> tuple[Tensor, Tensor]:
    """For steps of 2 ** (octave_parts / STEPS_PER_OCTAVE) frames: weights (3,) of the answers one, two and three steps
    ago, and (3,) of where the path is and of what it goes on by in the first and the second power of the step."""
    mu = MU * 2 ** (-6 * octave_parts / STEPS_PER_OCTAVE)  # in smaller steps third differences are that much smaller
    ahead = math.ceil(12 * max(1.0, mu ** (1 / 6)))
    third = torch.eye(ahead + 3, dtype=torch.float64).diff(n=3, dim=0)
    of_past, of_future = third[:, :3].flip(1), third[:, 3:]
    steps = torch.arange(ahead, dtype=torch.float64)
    path = torch.stack([torch.ones_like(steps), steps, steps.square()], dim=1)
    system = torch.eye(ahead, dtype=torch.float64) + mu * of_future.T @ of_future
    taps = torch.linalg.solve(system, torch.cat([-mu * of_future.T @ of_past, path], dim=1))[0].float()
    return taps[:3], taps[3:]
