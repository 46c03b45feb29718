"""Put readings on another clock: linear between neighbours, rotations on the sphere. numpy alone: the daemon's own."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bridge.frames import Flags, Floats, TrackerClip

Times = NDArray[np.float64]


def unit_quaternions(xyzw: Floats) -> Floats:
    """Normalise along the last axis; a zero quaternion becomes the identity."""
    norm = np.sqrt(np.einsum("...i,...i->...", xyzw, xyzw))[..., None]
    identity = np.array([0, 0, 0, 1], dtype=xyzw.dtype)
    unit = xyzw / np.maximum(norm, 1e-6)
    return (unit if (norm > 1e-6).all() else np.where(norm > 1e-6, unit, identity)).astype(np.float32, copy=False)


def frame_times(count: int, rate_hz: float) -> Times:
    """Seconds of `count` frames from zero."""
    return np.arange(count) / rate_hz


def resampled_length(count: int, rate_hz: float, to_hz: float) -> int:
    """Frames at `to_hz` that fit between the first and the last of `count` frames at `rate_hz`."""
    return int(np.floor((count - 1) * to_hz / rate_hz + 1e-6)) + 1


def sample_readings(clip: TrackerClip, times_s: Times, at_s: Times) -> TrackerClip:
    """Readings taken at `times_s` (T, increasing) as they would have been at `at_s` (N).

    Linear between neighbours, held before the first and after the last. A reading is valid where both
    neighbours are, so a lost tracker is never invented.
    """
    after = np.clip(np.searchsorted(times_s, at_s, side="left"), 1, max(len(times_s) - 1, 1))
    after = np.minimum(after, len(times_s) - 1)
    before = np.maximum(after - 1, 0)
    span = np.maximum(times_s[after] - times_s[before], 1e-9)
    share = np.clip((at_s - times_s[before]) / span, 0, 1).astype(np.float32)
    weight, rest = share[:, None, None], 1 - share[:, None, None]
    first, last = clip.rotations_xyzw.take(before, 0), clip.rotations_xyzw.take(after, 0)
    turn = np.copysign(weight, np.einsum("tmi,tmi->tm", first, last)[..., None])  # q = -q: the shorter way round
    return TrackerClip(
        rate_hz=clip.rate_hz,
        positions_m=rest * clip.positions_m.take(before, 0) + weight * clip.positions_m.take(after, 0),
        rotations_xyzw=unit_quaternions(rest * first + turn * last),
        position_valid=_both_valid(clip.position_valid, before, after, share),
        rotation_valid=_both_valid(clip.rotation_valid, before, after, share),
    )


def _both_valid(valid: Flags, before: NDArray[np.intp], after: NDArray[np.intp], share: Floats) -> Flags:
    """A neighbour whose share is nil need not be valid."""
    if valid.all():
        return np.ones((len(share), valid.shape[1]), dtype=np.bool_)
    share = share[:, None]
    return (valid.take(before, 0) | (share > 1 - 1e-3)) & (valid.take(after, 0) | (share < 1e-3))


def resample_clip(clip: TrackerClip, rate_hz: float) -> TrackerClip:
    """The clip at another steady rate, over the same span."""
    count = resampled_length(len(clip), clip.rate_hz, rate_hz)
    sampled = sample_readings(clip, frame_times(len(clip), clip.rate_hz), frame_times(count, rate_hz))
    return replace(sampled, rate_hz=rate_hz)
