"""How much a tracker jitters, from its readings alone: models/samplers/noise.py in numpy, which needs no torch."""
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.frames import Flags

ORDER = 5
OF_NOISE = 252**0.5  # sd of a fifth difference of white noise of sd one
TO_SD = 1.4826  # from the median size of a normal variable to its sd
FEWEST = 6  # differences that tell a sd
Doubles = NDArray[np.float64]


def noise_sd(values: Doubles, known: Flags) -> Doubles:
    """Noise of values (B, T, K, C) where they are known (B, T, K): its sd per component, (B, K); 0 if nobody can tell.

    Differences of exactly nothing are no readings but repeats of one, and left out.
    """
    batch, frames, count = known.shape
    if frames <= ORDER:
        return np.zeros((batch, count))
    sizes = np.abs(np.diff(np.where(known[..., None], values, 0.0), n=ORDER, axis=1))
    runs = np.asarray(np.lib.stride_tricks.sliding_window_view(known, ORDER + 1, axis=1).all(axis=-1))
    sizes = np.where(runs[..., None] & (sizes > 0), sizes, np.inf)
    ordered = np.sort(sizes.swapaxes(1, 2).reshape(batch * count, -1), axis=-1)
    told = (ordered < np.inf).sum(axis=-1)
    middle = np.take_along_axis(ordered, (told - 1).clip(0)[:, None] // 2, axis=-1)[:, 0] * (TO_SD / OF_NOISE)
    return np.where(told >= FEWEST, middle, 0.0).reshape(batch, count)
