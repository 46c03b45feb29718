"""Readings as they came, at whatever times, as readings at a steady rate; a tracker that was lost is never invented."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .client_live import Flags
from .rotations import Floats, unit

LEAST_FRAMES = 3
STEADY = 0.1  # of a frame's time: how far a frame may lie from a steady beat and still be taken as on it
GAP = 2.5  # frames' time: nothing is known between two readings further apart than this
LONGEST_GAP_S = 30.0  # beyond it a session is not one take, or its clock was set
NIL = 1e-3  # of the way between two readings: as good as at one of them


class NotSteady(ValueError):
    """Readings that are no one take."""


@dataclass(frozen=True)
class Readings:
    """N frames of M trackers; times rise."""

    times_ns: NDArray[np.int64]
    positions_m: Floats  # (N, M, 3)
    rotations_xyzw: Floats  # (N, M, 4)
    position_valid: Flags  # (N, M)
    rotation_valid: Flags


def steady(came: Readings) -> tuple[float, Readings]:
    """Frames a second, and the readings at that rate: as they are where they are on a beat, else between neighbours."""
    if len(came.times_ns) < LEAST_FRAMES:
        raise NotSteady(f"{len(came.times_ns)} frames; {LEAST_FRAMES} are needed")
    arrived = (came.times_ns - came.times_ns[0]) / 1e9
    widest = int(np.argmax(np.diff(arrived)))
    gap = arrived[widest + 1] - arrived[widest]
    if gap > LONGEST_GAP_S:
        raise NotSteady(f"nothing was read for {gap:.0f} s after {arrived[widest]:.2f} s; at most "
                        f"{LONGEST_GAP_S:.0f} s are allowed")
    exact = _whole((len(arrived) - 1) / arrived[-1])
    if np.abs(arrived - np.arange(len(arrived)) / exact).max() <= STEADY / exact:
        return exact, came
    rate = _whole(1 / float(np.median(np.diff(arrived))))
    at_s = np.arange(int(np.floor(arrived[-1] * rate + 1e-6)) + 1) / rate
    return rate, _between(came, arrived, at_s, GAP / rate)


def _between(came: Readings, arrived: Floats, at_s: Floats, gap_s: float) -> Readings:
    after = np.clip(np.searchsorted(arrived, at_s), 1, len(arrived) - 1)
    before = after - 1
    span = arrived[after] - arrived[before]
    share = np.clip((at_s - arrived[before]) / np.maximum(span, 1e-9), 0, 1)
    unknown = (span > gap_s) & (np.minimum(share, 1 - share) * span > 0.5 * gap_s / GAP)
    weight = share[:, None, None]
    first, last = came.rotations_xyzw[before], came.rotations_xyzw[after]
    last = np.where(np.sum(first * last, axis=-1, keepdims=True) < 0, -last, last)

    def both(valid: Flags) -> Flags:
        seen = (valid[before] | (share[:, None] > 1 - NIL)) & (valid[after] | (share[:, None] < NIL))
        return np.asarray(seen & ~unknown[:, None])

    places = came.positions_m[before] * (1 - weight) + came.positions_m[after] * weight
    turns = unit((1 - weight) * first + weight * last)
    turns[np.linalg.norm(turns, axis=-1) < 0.5] = [0, 0, 0, 1]
    times = came.times_ns[0] + np.round(at_s * 1e9).astype(np.int64)
    return Readings(times, places, turns, both(came.position_valid), both(came.rotation_valid))


def _whole(rate_hz: float) -> float:
    """A rate within a thousandth of a whole number is that number."""
    whole = round(rate_hz)
    return float(whole) if whole and abs(rate_hz - whole) < 1e-3 * whole else rate_hz
