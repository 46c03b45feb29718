"""Small linear systems by the thousand, of tensors or numpy's arrays, see arrays.py."""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from models.kinematics.arrays import Array, aid, through_torch

CPU = torch.device("cpu")


def solve(systems: Array, columns: Array) -> Array:
    """X of A X = B, for symmetric systems (..., N, N) and columns (..., N, K). Many columns by torch, see `inverse`,
    and by one product: LAPACK goes through so small systems column by column."""
    helper = aid.get()
    if helper and isinstance(systems, Tensor):
        return helper.solve(systems, columns)
    if not isinstance(systems, Tensor) and columns.shape[-1] == 1:
        return np.linalg.solve(systems, columns)
    return through_torch(_solve, systems, columns)


def _solve(systems: Tensor, columns: Tensor) -> Tensor:
    if columns.shape[-1] > 2 * columns.shape[-2] and systems.device == CPU:
        return torch.linalg.inv_ex(systems).inverse @ columns
    return torch.linalg.solve_ex(systems, columns).result


def inverse(matrices: Array) -> Array:
    """(..., N, N). By torch, whose LAPACK takes half the time of numpy's."""
    return through_torch(lambda some: torch.linalg.inv_ex(some).inverse, matrices)


def solve_banded(bands: Array, columns: Array, place: Array) -> tuple[Array, Array]:
    """X of A X = B and the diagonal of A's inverse, (..., N, K) and (..., N), of symmetric systems that are made of
    bands (..., 4 N + 1): the diagonal, what couples i to i + 1, to i + 2 and to i + 3, each with N places, and a zero.
    `place` (N N,) says where in the bands the entries of A are."""
    helper = aid.get()
    if helper and isinstance(bands, Tensor):
        return helper.solve_banded(bands, columns, place)
    return solve_banded_whole(bands, columns, place)


def solve_banded_whole(bands: Array, columns: Array, place: Array) -> tuple[Array, Array]:
    """The same by the whole matrix."""
    frames = columns.shape[-2]
    return solve_positive(bands[..., place].reshape(*bands.shape[:-1], frames, frames), columns)


def solve_positive(matrices: Array, columns: Array) -> tuple[Array, Array]:
    """X of A X = B for positive definite A (..., N, N), and the inverse's diagonal (..., N)."""
    if isinstance(matrices, Tensor) and matrices.device != CPU:
        inverses = inverse(matrices)
        return inverses @ columns, inverses.diagonal(0, -2, -1)
    root = through_torch(_inverse_root, matrices)
    return root.mT @ (root @ columns), (root * root).sum(-2)


def _inverse_root(matrices: Tensor) -> Tensor:
    """W with W^T W the inverse, by Cholesky: half the work of an inverse."""
    factor = torch.linalg.cholesky_ex(matrices).L
    eye = torch.eye(factor.shape[-1], dtype=factor.dtype).expand_as(factor)
    return torch.linalg.solve_triangular(factor, eye, upper=False)
