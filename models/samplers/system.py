"""The guidance's linear system: forces on the trackers, and a shift of the root, that a frame's readings ask for.

One system per frame, see guidance.py: [S + N, J; J^T, -L] [f; d] = [r; 0].
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from models.kinematics.arrays import Array, alike, followed_by_zeros, library, with_type
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.rows import Rows

LEAST_ROOT_INFORMATION = 1e-6  # per square metre: keeps a frame without any tracker solvable


@dataclass(frozen=True)
class RootPrior:
    """Where the pelvis joint is believed to be before the trackers are asked."""

    mean: Array  # (B, T, 3) metres
    information: Array  # (B, T, 3) 1 / variance per axis, 1 / m^2; zero: nothing is known

    def single(self, who: Tensor, when: Tensor) -> RootPrior:
        """As measurement.Measurement.single."""
        return RootPrior(self.mean[who, when][:, None], self.information[who, when][:, None])


@dataclass(frozen=True)
class Target:
    """Rows and root as one: what of the linear system does not change from step to step.

    N is the number of rows that count (see used_rows) and the root's three.
    """

    rows: Rows
    root: RootPrior
    known: Array  # (B, T, N) 1 or 0
    matrix: Array  # (B, T, N, N) without S


def target_of(rows: Rows, root: RootPrior) -> Target:
    """Rows and what is known of the root, ready for any step."""
    maths = library(rows.places)
    known = with_type(used_rows(rows.known, rows.only_height), root.mean)
    known = maths.concat([known, maths.ones_like(root.mean)], -1)
    noise = used_rows(maths.where(rows.known, rows.variance, 1.0), rows.only_height)
    diagonal = maths.concat([noise, -(root.information + LEAST_ROOT_INFORMATION)], -1)
    _, root_moves = _structure(rows.places.shape[-1], rows.only_height)
    coupled = alike(root_moves, known) * known[..., None] * known[..., None, :]
    return Target(rows, root, known, coupled + diagonal[..., None] * eye_for(diagonal))


def row_moves(arms: Array, sd: Array, target: Target) -> Array:
    """How the rows move with each joint's turn in units of its sd, (B, T, N, 66); the root's, not at all."""
    to_moves, _ = _structure(arms.shape[-1], target.rows.only_height)
    weighted = (arms * sd[..., None, None]).reshape(*sd.shape, -1)
    moves = (weighted @ alike(to_moves, arms)).reshape(*sd.shape[:-1], 3 * JOINT_COUNT, -1)
    return moves.mT * target.known[..., None]


def linear_system(moves: Array, covered: Array, target: Target) -> Array:
    """The system (B, T, N, N), of rows' moves (B, T, N, 66) and how turns covary with them, (B, T, N, 66)."""
    return covered @ moves.mT + target.matrix


def used_rows(values: Array, only_height: int) -> Array:
    """(..., 3, M) -> (..., N - 3), axis by axis: of the last `only_height` points the vertical alone."""
    if not only_height:
        return values.reshape(*values.shape[:-2], -1)
    parts = [values[..., 0, :-only_height], values[..., 1, :], values[..., 2, :-only_height]]
    return library(values).concat(parts, -1)


@cache
def _structure(points: int, only_height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What no body changes.

    Returns:
        (3M, 3N): from a joint's arms u (axis, point) to how the rows move with its turns about x, y and z: e_c x u.
        (N, N): how the rows move with the root, J and its transpose, in the last three columns and rows.
    """
    eye = eye_of(3)
    turned = np.linalg.cross(eye[:, None], eye[None])  # (c, axis of u, axis)
    moves = used_rows(np.einsum("cba,kl->bkcal", turned, eye_of(points)), only_height)
    moves = followed_by_zeros(moves, 3).reshape(3 * points, -1)
    to_root = used_rows(np.broadcast_to(eye[..., None], (3, 3, points)), only_height)  # (3, N - 3)
    size = to_root.shape[1] + 3
    root_moves = np.zeros((size, size), np.float32)
    root_moves[-3:, :-3], root_moves[:-3, -3:] = to_root, to_root.T
    return moves, root_moves


def eye_for(values: Array) -> Array:
    """(N, N) for values (..., N)."""
    return alike(eye_of(values.shape[-1]), values)


@cache
def eye_of(size: int) -> NDArray[np.float32]:
    return np.eye(size, dtype=np.float32)
