"""How much a tracker jitters, from its readings alone.

Bodies move below about 9 Hz, so at 60 Hz a fifth difference of their paths is next to nothing, while it adds up the
noise of six readings. The median of its size does not mind outliers; nor do a few frames without readings.
"""
from __future__ import annotations

import math

from models.kinematics.arrays import Array, filled, library, picked, sorted_along_last

ORDER = 5
OF_NOISE = 252**0.5  # sd of a fifth difference of white noise of sd one: sqrt(1 + 25 + 100 + 100 + 25 + 1)
TO_SD = 1.4826  # from the median size of a normal variable to its sd
FEWEST = 6  # differences that tell a sd


def noise_sd(values: Array, known: Array) -> Array:
    """Noise of values (B, T, K, C) where they are known (B, T, K): its sd per component, (B, K); 0 if nobody can tell.

    Differences of exactly nothing are no readings but repeats of one, and left out.
    """
    batch, frames, count = known.shape
    if frames <= ORDER:
        return filled((batch, count), 0.0, values)
    maths = library(values)
    moved, runs = maths.where(known[..., None], values, 0.0), known
    for _ in range(ORDER):
        moved, runs = moved[:, 1:] - moved[:, :-1], runs[:, 1:] & runs[:, :-1]
    sizes = abs(moved)
    sizes = maths.where(runs[..., None] & (sizes > 0), sizes, math.inf)
    ordered = sorted_along_last(maths.swapaxes(sizes, 1, 2).reshape(batch * count, -1))
    told = (ordered < math.inf).sum(-1)
    middle = picked(ordered, (told - 1).clip(0) // 2) * (TO_SD / OF_NOISE)
    return maths.where(told >= FEWEST, middle, 0.0).reshape(batch, count)
