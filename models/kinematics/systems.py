"""Small linear systems by the thousand, of tensors or numpy's arrays, see arrays.py."""
from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import cho_solve_banded, cholesky_banded, lapack
from torch import Tensor

from models.kinematics.arrays import Array, aid, through_torch

CPU = torch.device("cpu")
MANY = 24  # systems from which on it is quicker not to make whole matrices of their bands


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
    """(..., N, N), symmetric ones. By torch, whose LAPACK takes half the time of numpy's."""
    helper = aid.get()
    if helper and isinstance(matrices, Tensor):
        eye = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=matrices.device)
        return helper.solve(matrices, eye.expand_as(matrices))
    return through_torch(lambda some: torch.linalg.inv_ex(some).inverse, matrices)


def solve_banded(bands: Array, columns: Array, place: Array) -> tuple[Array, Array]:
    """X of A X = B and the diagonal of A's inverse, (..., N, K) and (..., N), of symmetric systems that are made of
    bands (..., 4 N + 1): the diagonal, what couples i to i + 1, to i + 2 and to i + 3, each with N places, and a zero.
    `place` (N N,) says where in the bands the entries of A are."""
    helper = aid.get()
    if helper and isinstance(bands, Tensor):
        return helper.solve_banded(bands, columns, place)
    if isinstance(bands, Tensor) and bands.device == CPU and bands[..., 0].numel() >= MANY:
        return solve_banded_in_a_row(bands, columns)
    return solve_banded_whole(bands, columns, place)


def solve_banded_whole(bands: Array, columns: Array, place: Array) -> tuple[Array, Array]:
    """The same by the whole matrix."""
    frames = columns.shape[-2]
    return solve_positive(bands[..., place].reshape(*bands.shape[:-1], frames, frames), columns)


def solve_banded_in_a_row(bands: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    """The same of all systems as one long one, whose bands it keeps: work that grows with N instead of its cube."""
    frames, systems = columns.shape[-2], bands[..., 0].numel()
    rows = bands[..., : 4 * frames].reshape(systems, 4, frames).transpose(0, 1).reshape(4, -1).numpy()
    factor = cholesky_banded(rows, overwrite_ab=False, lower=True, check_finite=False)
    solved = cho_solve_banded((factor, True), columns.reshape(systems * frames, -1).numpy(), check_finite=False)
    variance = _variance(factor.reshape(4, systems, frames).transpose(2, 0, 1))
    diagonals = torch.from_numpy(variance).reshape(*bands.shape[:-1], frames)
    return torch.from_numpy(solved).reshape(columns.shape), diagonals


def solve_banded_newest(bands: NDArray[np.float64], columns: NDArray[np.float64]) -> tuple[Array, Array]:
    """X as of `solve_banded`, of numpy's arrays, and of the inverse's diagonal the last place alone, (...): who
    eliminates from the first on has it from the last pivot."""
    frames, systems = columns.shape[-2], bands[..., 0].size
    rows = bands[..., : 4 * frames].reshape(systems, 4, frames).swapaxes(1, 2).reshape(-1, 4)
    factor, wrong = lapack.dpbtrf(rows.T, lower=1)
    if wrong:
        raise np.linalg.LinAlgError(f"row {wrong} of {len(rows)} is not positive definite")
    solved, _ = lapack.dpbtrs(factor, columns.reshape(len(rows), -1), lower=1)
    return solved.reshape(columns.shape), factor[0, frames - 1 :: frames].reshape(bands.shape[:-1]) ** -2


def _variance(factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """The diagonal of the inverse (systems, N) of L L^T, from the last on, by what of the inverse is near it (Takahashi
    1973); factor (N, 4, systems), L's diagonal first."""
    shares = np.ascontiguousarray(factor[:, 1:] / factor[:, :1])
    own = 1 / (factor[:, 0] * factor[:, 0])
    near = np.zeros((3, 3, own.shape[1]))  # of the inverse: frames i + 1 to i + 3
    for i in range(len(own) - 1, -1, -1):
        row = -(shares[i][:, None] * near).sum(0)
        own[i] -= (shares[i] * row).sum(0)
        near[1:, 1:] = near[:2, :2].copy()
        near[0, 0], near[0, 1:] = own[i], row[:2]
        near[1:, 0] = row[:2]
    return np.ascontiguousarray(own.T)


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
