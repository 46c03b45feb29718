"""Rotations as three angles, in any of Blender's six orders, without jumps in time."""
from __future__ import annotations

import numpy as np

from .rotations import Floats, to_matrix

ORDERS = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")
LOCKED = 1e-6  # cosine of the middle angle: below it the other two turn about one axis


def to_eulers(xyzw: Floats, order: str) -> Floats:
    """(T, 4) -> (T, 3) radians about X, Y and Z. Order XYZ: first about X, then Y, then Z, all of them fixed axes.

    Every rotation has two such triples, and each angle any number of whole turns: of all these the nearest to the
    frame before.
    """
    first, middle, last = ("XYZ".index(axis) for axis in order)
    hand = 1.0 if (middle - first) % 3 == 1 else -1.0
    m = to_matrix(xyzw)
    sine = np.clip(-hand * m[:, last, first], -1, 1)
    cosine = np.hypot(m[:, first, first], m[:, middle, first])
    free = cosine > LOCKED
    start = np.where(free, np.arctan2(hand * m[:, last, middle], m[:, last, last]),
                     np.arctan2(-hand * m[:, middle, last], m[:, middle, middle]))
    end = np.where(free, np.arctan2(hand * m[:, middle, first], m[:, first, first]), 0.0)
    one = np.stack([start, np.arctan2(sine, cosine), end], axis=-1)
    other = np.stack([start + np.pi, np.pi - one[:, 1], end + np.pi], axis=-1)
    angles = np.empty_like(one)
    angles[:, [first, middle, last]] = _nearest(one, other)
    return angles


def _nearest(one: Floats, other: Floats) -> Floats:
    """Frame by frame the triple nearer to what was chosen for the frame before, and the turns that are nearest.

    Both triples of a frame are as far from one of the frame before as from its other crosswise, so whether to change
    over does not depend on where one is.
    """
    before = np.concatenate([np.zeros((1, 3)), one[:-1]])
    changes = _apart(other, before) < _apart(one, before)
    on_other = np.cumsum(changes) % 2 == 1
    chosen = np.where(on_other[:, None], other, one)
    chosen[0] -= 2 * np.pi * np.round(chosen[0] / (2 * np.pi))
    return np.unwrap(chosen, axis=0)


def _apart(one: Floats, other: Floats) -> Floats:
    """(T,) radians, the sum of three angles, each the shorter way round."""
    between = one - other
    return np.asarray(np.abs(between - 2 * np.pi * np.round(between / (2 * np.pi))).sum(axis=-1))
