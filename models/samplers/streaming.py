"""Live solving: the newest frame of each window, held together over time by what was said before.

A window solved afresh at every tick has no memory of its last answer, and the difference is jitter. Here the frames
that were already answered are blended back into the window before it is smoothed, so that the newest frame continues
them. Time is an argument; a session may run at any rate and pause.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from models.kinematics.arrays import Array, alike, at_least, filled, library, picked, with_type
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.handover import Handover
from models.samplers.steadying import Steadied

RATE_HZ = 60.0
KEPT = 64  # answers: more than a window takes at 90 Hz


@dataclass(frozen=True)
class StreamConfig:
    """How much the past holds the present."""

    blend: float = 0.8  # share of an answered frame's rotation that is the answer
    forget_s: float = 0.25  # an answer this far from a window's frame says nothing of it


@dataclass(frozen=True)
class History:
    """The last KEPT answers of B sessions, oldest first; before the first there is nothing, at minus infinity."""

    times_s: Array  # (B, KEPT) float64
    sixd: Array  # (B, KEPT, 132) 6D global rotations
    tracked: Array  # (B, KEPT, N) where the trackers were taken to be, NaN where nobody knew
    handover: Handover  # of the last answers
    steadied: Steadied  # likewise

    @staticmethod
    def none(heard: Array, now_s: Array, tracked: Array) -> History:
        """Of sessions that were never answered, of the kinds of their trackers' presence (B, M), of times (B,) and of
        where the trackers are (B, N)."""
        count = len(heard)
        return History(
            filled((count, KEPT), -math.inf, now_s), filled((count, KEPT, 6 * JOINT_COUNT), 0.0, tracked),
            filled((count, KEPT, tracked.shape[-1]), 0.0, tracked), Handover.none(heard, now_s, tracked),
            Steadied.none(now_s, tracked),
        )

    def followed_by(self, now_s: Array, sixd: Array, tracked: Array) -> History:
        """With one more answer each, at now_s (B,): (B, 132), (B, N). A clock that went backwards starts afresh."""
        maths, last_s = library(sixd), self.times_s[:, -1:]
        past_s = maths.where(now_s[:, None] > last_s, self.times_s, -math.inf)
        return replace(
            self, times_s=maths.concat([past_s[:, 1:], now_s[:, None]], 1),
            sixd=maths.concat([self.sixd[:, 1:], sixd[:, None]], 1),
            tracked=maths.concat([self.tracked[:, 1:], tracked[:, None]], 1),
        )


def window_times(frames: int, newest_s: Array) -> Array:
    """Times of the frames of windows that end at newest_s (B,): (B, T), float64 seconds."""
    return newest_s[:, None] - alike(np.arange(frames - 1, -1, -1) / RATE_HZ, newest_s)


def recall(history: History, times_s: Array, config: StreamConfig) -> tuple[Array, Array]:
    """What was answered at `times_s` (B, T): 6D rotations (B, T, 132) and how much they count (B, T), 0 where nothing
    was."""
    maths, said_s = library(times_s), history.times_s
    after = (said_s[:, None] < times_s[..., None]).sum(-1).clip(1, KEPT - 1)
    earlier, later = picked(said_s, after - 1), picked(said_s, after)
    begun = maths.isfinite(earlier) | (abs(later - times_s) <= 1e-6)
    told = maths.isfinite(said_s[:, -2:-1]) & begun & (times_s <= said_s[:, -1:] + 1e-6)  # one answer is no history
    earlier = maths.where(maths.isfinite(earlier), earlier, times_s - 1)
    later = maths.where(maths.isfinite(later), later, times_s)
    share = with_type(((times_s - earlier) / at_least(later - earlier, 1e-9)).clip(0, 1), history.sixd)[..., None]
    one, other = picked(history.sixd, after - 1), picked(history.sixd, after)
    near = maths.minimum(abs(times_s - earlier), abs(later - times_s)) < config.forget_s
    return one + share * (other - one), config.blend * with_type(told & near, one)


def blend_history(clean: Array, history: History, newest_s: Array, config: StreamConfig) -> Array:
    """Put earlier answers back into windows (B, T, 132) that end at newest_s (B,)."""
    sixd, weight = recall(history, window_times(clean.shape[1], newest_s), config)
    return clean + weight[..., None] * (sixd - clean)
