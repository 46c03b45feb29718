"""Unit quaternions x y z w in arrays (..., 4), and what the rig rooms need of them. Every function broadcasts."""
from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]

IDENTITY: Floats = np.array([0.0, 0.0, 0.0, 1.0])
TINY = 1e-12


def multiply(first: Floats, second: Floats) -> Floats:
    """The rotation that does `second` and then `first`, as matrices multiply."""
    ax, ay, az, aw = (first[..., part] for part in range(4))
    bx, by, bz, bw = (second[..., part] for part in range(4))
    out: Floats = np.empty((*np.broadcast_shapes(first.shape, second.shape)[:-1], 4))
    out[..., 0] = aw * bx + ax * bw + ay * bz - az * by
    out[..., 1] = aw * by - ax * bz + ay * bw + az * bx
    out[..., 2] = aw * bz + ax * by - ay * bx + az * bw
    out[..., 3] = aw * bw - ax * bx - ay * by - az * bz
    return out


def inverse(xyzw: Floats) -> Floats:
    return np.asarray(xyzw * np.array([-1.0, -1.0, -1.0, 1.0]))


def rotate(xyzw: Floats, vector: ArrayLike) -> Floats:
    """Vectors (..., 3) turned by rotations (..., 4)."""
    given = np.asarray(vector, dtype=np.float64)
    x, y, z, w = (xyzw[..., part] for part in range(4))
    vx, vy, vz = (given[..., part] for part in range(3))
    tx, ty, tz = 2 * (y * vz - z * vy), 2 * (z * vx - x * vz), 2 * (x * vy - y * vx)
    out: Floats = np.empty((*np.broadcast_shapes(xyzw.shape[:-1], given.shape[:-1]), 3))
    out[..., 0] = vx + w * tx + y * tz - z * ty
    out[..., 1] = vy + w * ty + z * tx - x * tz
    out[..., 2] = vz + w * tz + x * ty - y * tx
    return out


def unit(values: Floats) -> Floats:
    """Along the last axis at length one; what has no length stays zero."""
    return np.asarray(values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), TINY))


def about(axis: ArrayLike, angle_rad: ArrayLike) -> Floats:
    """The turn by an angle (...) about a unit axis (..., 3)."""
    half = np.asarray(angle_rad, dtype=np.float64)[..., None] / 2
    return np.concatenate([np.asarray(axis) * np.sin(half), np.broadcast_to(np.cos(half), half.shape)], axis=-1)


def between(start: Floats, end: Floats) -> Floats:
    """The shortest turn that takes the direction `start` to `end`, both (..., 3) of any length.

    Opposite directions have no shortest turn: half a turn about some axis across.
    """
    first, last = unit(start), unit(end)
    cross, dot = np.cross(first, last), np.sum(first * last, axis=-1, keepdims=True)
    turn = unit(np.concatenate([cross, 1 + dot], axis=-1))
    beside = np.where(np.abs(first[..., :1]) < 0.7, np.eye(3)[0], np.eye(3)[1])
    half_turn = np.concatenate([unit(np.cross(first, beside)), np.zeros_like(dot)], axis=-1)
    return np.asarray(np.where(dot < -1 + 1e-9, half_turn, turn))


def slerp(first: Floats, last: Floats, share: ArrayLike) -> Floats:
    """The shorter way from `first` to `last`, `share` (...) of it."""
    part = np.asarray(share, dtype=np.float64)[..., None]
    dot = np.sum(first * last, axis=-1, keepdims=True)
    angle = np.arccos(np.clip(np.abs(dot), 0, 1))
    sine = np.sin(angle)
    near = sine < 1e-6  # a straight line, where the sphere is flat
    safe = np.where(near, 1, sine)
    before = np.where(near, 1 - part, np.sin((1 - part) * angle) / safe)
    after = np.where(near, part, np.sin(part * angle) / safe)
    return unit(before * first + after * np.where(dot < 0, -last, last))


def twist_about(xyzw: Floats, axis: Floats) -> Floats:
    """The part of a rotation that turns about a unit axis (..., 3): rotation = swing * twist, swing across the axis."""
    along = np.sum(xyzw[..., :3] * axis, axis=-1, keepdims=True)
    raw = np.concatenate([along * axis, xyzw[..., 3:]], axis=-1)
    length = np.linalg.norm(raw, axis=-1, keepdims=True)
    return np.asarray(np.where(length < 1e-9, IDENTITY, raw / np.maximum(length, TINY)))  # half a swing: no twist


def continuous(xyzw: Floats) -> Floats:
    """Signs such that neighbours along axis 0 lie on the same half of the sphere (q and -q are one rotation)."""
    if len(xyzw) < 2:
        return xyzw
    flips = np.where(np.sum(xyzw[1:] * xyzw[:-1], axis=-1, keepdims=True) < 0, -1.0, 1.0)
    np.cumprod(flips, axis=0, out=flips)
    return np.concatenate([xyzw[:1], xyzw[1:] * flips])


def from_matrix(matrix: Floats) -> Floats:
    """Rotation matrices (..., 3, 3) -> (..., 4) with w >= 0."""
    m = np.asarray(matrix, dtype=np.float64)
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    squares = np.stack([1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz, 1 + xx + yy + zz], axis=-1)
    xy, xz, yz = m[..., 1, 0] + m[..., 0, 1], m[..., 0, 2] + m[..., 2, 0], m[..., 2, 1] + m[..., 1, 2]
    wx, wy, wz = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    rows = np.stack([
        np.stack([squares[..., 0], xy, xz, wx], -1), np.stack([xy, squares[..., 1], yz, wy], -1),
        np.stack([xz, yz, squares[..., 2], wz], -1), np.stack([wx, wy, wz, squares[..., 3]], -1)], axis=-2)
    best = squares.argmax(axis=-1)[..., None, None]  # the row of the largest component loses no digits
    found = unit(np.take_along_axis(rows, np.broadcast_to(best, (*best.shape[:-1], 4)), axis=-2)[..., 0, :])
    return np.asarray(np.where(found[..., 3:] < 0, -found, found))


def to_matrix(xyzw: Floats) -> Floats:
    """(..., 4) -> rotation matrices (..., 3, 3)."""
    return np.stack([rotate(xyzw, axis) for axis in np.eye(3)], axis=-1)


def to_rotvec(xyzw: Floats) -> Floats:
    """(..., 4) -> (..., 3): axis times angle, of the shorter way round."""
    short = np.where(xyzw[..., 3:] < 0, -xyzw, xyzw)
    sine = np.linalg.norm(short[..., :3], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, short[..., 3:])
    return np.asarray(short[..., :3] * np.where(sine > TINY, angle / np.maximum(sine, TINY), 2.0))
