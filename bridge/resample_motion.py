"""Put motions on another clock: a cubic through positions and rotations."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from bridge.frames import Floats, Motion
from bridge.resample import Times, frame_times, resampled_length, unit_quaternions

COLUMNS = 4


def continuous_quaternions(xyzw: Floats) -> Floats:
    """Flip signs so that neighbours along axis 0 lie in the same half of the sphere (q and -q are one rotation)."""
    flips = np.sign((xyzw[1:] * xyzw[:-1]).sum(-1, keepdims=True))
    flips[flips == 0] = 1
    return np.concatenate([xyzw[:1], xyzw[1:] * np.cumprod(flips, axis=0)]).astype(np.float32)


def motion_at(motion: Motion, at_s: Times) -> Motion:
    """The motion at the given seconds: a cubic through positions and through sign-continuous quaternions.

    A cubic, since a straight line between 30 Hz samples has a corner at every sample and its third difference
    is not a body's.
    """
    if len(motion) < 3:
        raise ValueError(f"a motion of {len(motion)} frames cannot be resampled; 3 are needed")
    times = frame_times(len(motion), motion.rate_hz)
    local = np.stack([_turns_at(times, turns, at_s) for turns in np.moveaxis(motion.local_xyzw, 1, 0)], axis=1)
    sure = None if motion.confidence is None else _splined(times, motion.confidence, at_s).clip(0, 1)
    return replace(motion, root_position_m=_splined(times, motion.root_position_m, at_s), local_xyzw=local,
                   confidence=sure)


def _splined(times: Times, values: Floats, at_s: Times) -> Floats:
    """A cubic through (T, N), some columns at a time: it takes eight times the memory of what it goes through."""
    found = np.empty((len(at_s), values.shape[1]), np.float32)
    for first in range(0, values.shape[1], COLUMNS):
        columns = slice(first, first + COLUMNS)
        found[:, columns] = _spline(times, values[:, columns], at_s)
    return found


def _turns_at(times: Times, xyzw: Floats, at_s: Times) -> Floats:
    """One joint's (T, 4)."""
    return unit_quaternions(_spline(times, continuous_quaternions(xyzw), at_s))


def _spline(times: Times, values: Floats, at_s: Times) -> Any:
    from scipy.interpolate import CubicSpline  # a third of a second to load, for what few commands do

    return CubicSpline(times, values)(at_s)


def resample_motion(motion: Motion, rate_hz: float) -> Motion:
    """The motion at another steady rate, over the same span."""
    if abs(motion.rate_hz - rate_hz) < 1e-6:
        return motion
    count = resampled_length(len(motion), motion.rate_hz, rate_hz)
    return replace(motion_at(motion, frame_times(count, rate_hz)), rate_hz=rate_hz)
