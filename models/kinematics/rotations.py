"""Rotations: matrix, 6D, xyzw quaternion, rotation vector. A live frame converts over and over: each conversion here
is a product with a constant table and little else, a quarter of the steps that a library made for gradients takes.

6D = the first two columns [a; b] of the matrix (Zhou et al. 2019), read back by Gram-Schmidt.
"""
from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.kinematics.arrays import Array, alike, at_least, lengths, library, picked


def matrix_to_sixd(matrix: Array) -> Array:
    """(..., 3, 3) -> (..., 6)."""
    return matrix[..., :2].mT.reshape(*matrix.shape[:-2], 6)


def sixd_to_matrix(sixd: Array) -> Array:
    """(..., 6) -> (..., 3, 3) by Gram-Schmidt; any two independent columns will do."""
    a = normalized(sixd[..., :3])
    b = sixd[..., 3:]
    b = normalized(b - (a * b).sum(-1)[..., None] * a)
    return library(sixd).stack([a, b, cross(a, b)], -1)


def normalized(vectors: Array) -> Array:
    """(..., C) of length one; zero stays zero."""
    return vectors / at_least(lengths(vectors), 1e-12)


def cross(one: Array, other: Array) -> Array:
    """(..., 3) twice -> (..., 3)."""
    if library(one) is torch:
        return torch.linalg.cross(one, other)
    first, second = [1, 2, 0], [2, 0, 1]
    return one[..., first] * other[..., second] - one[..., second] * other[..., first]


def rotvec_to_matrix(rotvec: Array) -> Array:
    """(..., 3) -> (..., 3, 3) by Rodrigues' formula."""
    maths = library(rotvec)
    angle = at_least(lengths(rotvec), 1e-6)
    cos = maths.cos(angle)
    skew = ((rotvec * (maths.sin(angle) / angle)) @ alike(_generators(), rotvec)).reshape(*rotvec.shape, 3)
    along = (rotvec * ((1 - cos) / (angle * angle)))[..., None] * rotvec[..., None, :]
    return skew + along + cos[..., None] * alike(_EYE, rotvec)


_EYE = np.eye(3, dtype=np.float32)


@cache
def _generators() -> NDArray[np.float32]:
    """(3, 9): takes a rotation vector to its skew matrix, row by row."""
    return np.swapaxes(np.linalg.cross(_EYE[:, None], _EYE[None]), 1, 2).reshape(3, 9)


def matrix_to_rotvec(matrix: Array) -> Array:
    """(..., 3, 3) -> (..., 3), angle at most pi; by the largest entry of its quaternion (Markley 2008)."""
    maths, xyzw = library(matrix), _some_xyzw(matrix)
    axis, w = xyzw[..., :3], xyzw[..., 3:]
    sine = lengths(axis)
    return axis * maths.copysign(2 * maths.atan2(sine, abs(w)) / at_least(sine, 1e-30), w)


def _some_xyzw(matrix: Array) -> Array:
    """A quaternion (..., 4) of each rotation, of any length and sign: the longest row of 4 q q^T."""
    table = alike(_quaternion_products(), matrix)
    products = (matrix.reshape(-1, 9) @ table[:9] + table[9]).reshape(-1, 4, 4)
    largest = products.diagonal(0, 1, 2).argmax(-1)
    return picked(products, largest).reshape(*matrix.shape[:-2], 4)


@cache
def _quaternion_products() -> NDArray[np.float32]:
    """(10, 16): takes a matrix's nine entries and a one to 4 q q^T of its quaternion xyzw. Linear, since
    4xx = 1 + m00 - m11 - m22, 4ww = 1 + m00 + m11 + m22, 4xy = m01 + m10, 4xw = m21 - m12, and so on round."""
    products = np.zeros((3, 3, 4, 4), np.float32)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        products[i, i, [i, j, k, 3], [i, j, k, 3]] = [1.0, -1.0, -1.0, 1.0]
        products[i, j, [i, j], [j, i]] = products[j, i, [i, j], [j, i]] = 1.0
        products[k, j, [i, 3], [3, i]], products[j, k, [i, 3], [3, i]] = 1.0, -1.0
    return np.concatenate([products.reshape(9, 16), np.eye(4, dtype=np.float32).reshape(1, 16)])


def matrix_to_xyzw(matrix: Array) -> Array:
    """(..., 3, 3) -> (..., 4), unit; of the two that there are, any."""
    return normalized(_some_xyzw(matrix))


def xyzw_to_matrix(xyzw: Array) -> Array:
    """(..., 4) unit quaternions -> (..., 3, 3)."""
    products = (xyzw[..., None] * xyzw[..., None, :]).reshape(*xyzw.shape[:-1], 16)
    return (products @ alike(_matrix_of_products(), xyzw)).reshape(*xyzw.shape[:-1], 3, 3)


@cache
def _matrix_of_products() -> NDArray[np.float32]:
    """(16, 9): takes q q^T of a unit quaternion xyzw to its matrix: m00 = xx - yy - zz + ww, m01 = 2 (xy - zw), and so
    on round."""
    entries = np.zeros((4, 4, 3, 3), np.float32)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        entries[[i, j, k, 3], [i, j, k, 3], i, i] = [1.0, -1.0, -1.0, 1.0]
        entries[i, j, i, j] = entries[i, j, j, i] = 2.0
        entries[k, 3, i, j], entries[k, 3, j, i] = -2.0, 2.0
    return entries.reshape(16, 9)


def geodesic_angle(one: Tensor, other: Tensor) -> Tensor:
    """Angle between two rotations, (..., 3, 3) twice -> (...), radians in [0, pi]; exact near zero."""
    import roma  # with it comes torch's compiler, two seconds of every start; whoever solves needs neither

    return roma.rotmat_geodesic_distance(one, other)


def about_y(angle: Array) -> Array:
    """Turn about the vertical. (...) radians -> (..., 3, 3)."""
    maths = library(angle)
    cos, sin, zero, one = maths.cos(angle), maths.sin(angle), maths.zeros_like(angle), maths.ones_like(angle)
    rows = [cos, zero, sin, zero, one, zero, -sin, zero, cos]
    return maths.stack(rows, -1).reshape(*angle.shape, 3, 3)


def heading(matrix: Array) -> Array:
    """The vertical twist of a rotation, (..., 3, 3) -> (...), radians.

    The swing-twist angle, not the direction of the forward axis: it is defined for a head that looks straight
    up or down, and only loses its meaning upside down.
    """
    return library(matrix).atan2(matrix[..., 0, 2] - matrix[..., 2, 0], matrix[..., 0, 0] + matrix[..., 2, 2])


def turn_windows(values: Array, turn: Array) -> Array:
    """All vectors (B, ..., 3) or 6D rotations (B, ..., 6) of each window, turned by its (B, 3, 3): one product each."""
    return (values.reshape(values.shape[0], -1, 3) @ turn.mT).reshape(values.shape)
