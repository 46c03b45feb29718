"""Which readings a body cannot have made: teleports, bursts of outliers, whatever jumps.

Between one reading and the next a tracker's speed can change only so much. Where it changes more there is a jump, and
jumps cut the readings into stretches. The believable ones are the longest story: of all chains of stretches in which
each begins where the one before could have got to, the one of most readings. So an excursion is left out as soon as it
begins and the way back is believed at once; but a tracker that stays elsewhere is believed when that is the longer
story of the window.
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from models.kinematics.arrays import Array, alike, in_numpy, lengths, library
from models.kinematics.branches import anywhere, by_plan
from models.samplers.stories import longest_stories

Numbers = NDArray[np.floating]
NOISES = 10.0  # a step changes by noise alone by less than so many sds of a component


@dataclass(frozen=True)
class Limits:
    """What bodies can do at 60 Hz; no reading of the training split does more."""

    step: float  # the fastest, per frame
    change: float  # of the step from one frame to the next


PLACE_LIMITS = Limits(0.25, 0.09)  # metres: 15 m/s, 320 m/s^2
TURN_LIMITS = Limits(0.9, 0.8)  # norm of two columns of a rotation matrix


def believable(values: Array, known: Array, sensor_sd: Array, limits: tuple[Limits, ...]) -> Array:
    """Which of the values (B, T, M, C) that are known (B, T, M) a body could have made; sensor_sd (B, M), limits M."""
    margin = NOISES * sensor_sd
    jumps = _jumps(values, known, margin, limits)
    if not anywhere(jumps):
        return known
    if by_plan():
        return longest_stories(values, known, jumps, margin, alike(_of_each(limits), values)[0])
    if isinstance(values, Tensor) and values.device.type != "cpu":  # a look at each would make it wait
        few = jumps.any(1).any(1).nonzero()[:, 0]
        at_most = alike(_of_each(limits), values)[0]
        return known.index_copy(0, few, longest_stories(values[few], known[few], jumps[few], margin[few], at_most))
    believed = in_numpy(known).copy()  # few windows, and many small steps
    for window, tracker in np.argwhere(in_numpy(jumps.any(1))).tolist():
        at = np.flatnonzero(believed[window, :, tracker])
        cut = in_numpy(jumps[window, :, tracker])[at].tolist()
        told, most = in_numpy(values[window, :, tracker])[at], float(margin[window, tracker])
        believed[window, at, tracker] = _longest_story(told, at, cut, most, limits[tracker])
    return alike(believed, known)


def _jumps(values: Array, known: Array, margin: Array, limits: tuple[Limits, ...]) -> Array:
    """Where readings jump from the frame before, (B, T, M)."""
    maths, pair = library(values), known[:, 1:] & known[:, :-1]
    step = maths.where(pair, lengths(values[:, 1:] - values[:, :-1])[..., 0], math.inf)
    nothing = maths.full_like(step[:, :1], math.inf)  # an unknown neighbour forbids nothing
    before, after = maths.concat([nothing, step[:, :-1]], 1), maths.concat([step[:, 1:], nothing], 1)
    fastest, change = alike(_of_each(limits), values)
    allowed = maths.minimum(maths.minimum(before, after), fastest) + change + margin[:, None]
    jumped = pair & (step > allowed)
    return maths.concat([maths.zeros_like(jumped[:, :1]), jumped], 1)


@lru_cache(maxsize=32)
def _of_each(limits: tuple[Limits, ...]) -> Numbers:
    """The fastest step and its greatest change, (2, M)."""
    return np.array([(limit.step, limit.change) for limit in limits], np.float32).T


def _longest_story(
    values: Numbers, at: NDArray[np.intp], cut: list[bool], margin: float, limits: Limits
) -> NDArray[np.bool_]:
    """Which of N readings (N, C) at frames (N,) are in the longest story, (N,) bool; cut: whether each jumps."""
    firsts = [index for index, jumps in enumerate(cut) if jumps or index == 0]
    lasts = [first - 1 for first in firsts[1:]] + [len(cut) - 1]
    lengths: list[int] = []
    came_from: list[int] = []
    for there, first in enumerate(firsts):
        best, origin = 0, -1
        for here in range(there - 1):  # the stretch just before is a jump away
            gap = float(at[first] - at[lasts[here]])
            apart = float(np.linalg.norm(values[first] - values[lasts[here]]))
            if lengths[here] > best and apart <= limits.step * gap + margin:
                best, origin = lengths[here], here
        lengths.append(best + lasts[there] - first + 1)
        came_from.append(origin)
    told = np.zeros(len(cut), np.bool_)
    stretch = max(range(len(lengths)), key=lambda index: lengths[index])
    while stretch >= 0:
        told[firsts[stretch] : lasts[stretch] + 1] = True
        stretch = came_from[stretch]
    return told
