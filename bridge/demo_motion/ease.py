"""Curves of natural movement: minimum-jerk runs between keys, smoothing, slow random sway."""
from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Curve = NDArray[np.float64]  # (T,) or (T, D), one row a frame
Keys = Sequence[tuple[float, float]]  # (seconds, value), seconds increasing


def min_jerk(progress: Curve) -> Curve:
    """0 to 1 with no speed and no acceleration at either end; progress outside [0, 1] is held."""
    u = np.clip(progress, 0.0, 1.0)
    return u**3 * (10 - 15 * u + 6 * u**2)


def keyed(times_s: Curve, keys: Keys) -> Curve:
    """A curve that comes to rest at every key and runs from one to the next with minimum jerk."""
    values = np.full(len(times_s), keys[0][1], dtype=np.float64)
    for (start, before), (end, after) in pairwise(keys):
        values += (after - before) * min_jerk((times_s - start) / (end - start))
    return values


def bump(times_s: Curve, start_s: float, end_s: float) -> Curve:
    """0, up to 1 half way, 0: with speed and acceleration nil at both ends."""
    u = np.clip((times_s - start_s) / (end_s - start_s), 0.0, 1.0)
    return 64 * u**3 * (1 - u) ** 3


def smooth(values: Curve, sigma_s: float, rate_hz: float) -> Curve:
    """Gaussian smoothing in time, the ends held."""
    return np.asarray(gaussian_filter1d(values, sigma_s * rate_hz, axis=0, mode="nearest"), dtype=np.float64)


def sway(times_s: Curve, seed: int) -> Curve:
    """A slow, never repeating drift of about unit size: nobody stands like a statue."""
    rng = np.random.default_rng(seed)
    frequencies = rng.uniform(0.08, 0.45, size=5)
    phases = rng.uniform(0, 2 * np.pi, size=5)
    return np.asarray(np.sin(2 * np.pi * np.outer(times_s, frequencies) + phases).sum(axis=1) / np.sqrt(5))
