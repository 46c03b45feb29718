"""Rotations as three angles without jumps, many frames at once."""
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.frames import Floats

ORDERS = ("ZXY", "ZYX", "XYZ", "XZY", "YXZ", "YZX")
POLE = 1e-7  # nearer to one than that only the sum of the two outer angles means anything
Doubles = NDArray[np.float64]


def euler_degrees(xyzw: Floats | Doubles, order: str) -> Doubles:
    """Unit rotations (T, J, 4) -> (T, J, 3) degrees in the order's own sequence, each the nearest to the frame before.
    """
    return EulerPath(order).next(xyzw)


class EulerPath:
    """The same of a long motion that is given piece by piece.

    Every rotation has two sets of angles, and those again whole turns on. Which of the two is nearer goes by the
    frame before, so it is a chain of "the same one as before" and "the other one": how many of these there were until
    a frame is a sum. So are the whole turns.
    """

    def __init__(self, order: str) -> None:
        self._order = order
        self._first: Doubles | None = None  # (1, J, 3) first angles of the last frame so far, None before there is one;
        self._twin: NDArray[np.intp] | int = 0  # (J,) which of its two it has,
        self._turns: Doubles | float = 0.0  # (J, 3) and how many turns on it is

    def next(self, xyzw: Floats | Doubles) -> Doubles:
        """Unit rotations (T, J, 4), T > 0, that follow those before -> (T, J, 3) degrees."""
        first = np.degrees(_angles(xyzw.astype(np.float64), self._order))
        known = 0 if self._first is None else 1
        first = first if self._first is None else np.concatenate([self._first, first])
        both = np.stack([first, _twin(first)])  # (2, T, J, 3)
        same, other = (np.abs(_short_way(both[which, 1:] - first[:-1])).sum(-1) for which in (0, 1))
        twin = np.zeros(first.shape[:2], np.intp)
        twin[1:] = np.cumsum(other < same, axis=0)  # from a twin to a twin is as far as from a first to a first
        twin = (twin + self._twin) % 2
        chosen = np.take_along_axis(both, twin[None, ..., None], axis=0)[0]
        turns = np.zeros_like(chosen)
        turns[1:] = np.cumsum(np.round(np.diff(chosen, axis=0) / 360), axis=0)
        turns += self._turns
        self._first, self._twin, self._turns = first[-1:], twin[-1], turns[-1]
        return np.asarray(chosen - 360 * turns)[known:]


def _short_way(degrees: Doubles) -> Doubles:
    return degrees - 360 * np.round(degrees / 360)


def _twin(angles: Doubles) -> Doubles:
    """The other three angles of the same rotations: outer ones half a turn on, the middle one mirrored."""
    return np.stack([angles[..., 0] + 180, 180 - angles[..., 1], angles[..., 2] + 180], axis=-1)


def _angles(xyzw: Doubles, order: str) -> Doubles:
    """(..., 4) -> (..., 3) radians: R = R_i(a) R_j(b) R_k(c). At a pole c is zero."""
    i, j, k = ("XYZ".index(axis) for axis in order)
    sign = 1 if (j - i) % 3 == 1 else -1  # -1: told in axes of the other hand, where turns go the other way
    q, w = [xyzw[..., axis] for axis in (i, j, k)], sign * xyzw[..., 3]
    norm = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + w * w
    ii, kk = norm - 2 * (q[1] * q[1] + q[2] * q[2]), norm - 2 * (q[0] * q[0] + q[1] * q[1])
    ij, jk = 2 * (q[0] * q[1] - w * q[2]), 2 * (q[1] * q[2] - w * q[0])
    flat = np.hypot(ii, ij)
    middle = np.arctan2(sign * 2 * (q[0] * q[2] + w * q[1]), flat)
    pole = flat < POLE * norm
    outer = np.where(pole, 2 * sign * np.arctan2(q[0], w), np.arctan2(-sign * jk, kk))
    return np.stack([outer, middle, np.where(pole, 0.0, np.arctan2(-sign * ij, ii))], axis=-1)
