"""One text of the maths for two libraries: torch for whole sequences and GPUs, numpy for live frames on a CPU.

A live frame takes some five hundred steps on arrays of a few hundred numbers. A step costs numpy about one microsecond
and torch five, so that on a CPU numpy answers in half the time; a sequence is the same work in a few large steps, on
several cores or another device. Functions that serve both use what both spell alike, of the library of what they are
given: numpy 2 and torch agree on operators, indexing, reshape, sum, where, concat, stack, amax and most of the rest,
with axes by position. What is spelled otherwise is here.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Table = TypeVar("Table")  # a dataclass of arrays with as many rows, and of such dataclasses
Array = Any  # a torch.Tensor or a numpy.ndarray; all arrays that meet in an operation are of one kind


def library(array: Array) -> Any:
    """torch or numpy."""
    return torch if isinstance(array, Tensor) else np


def alike(values: Array, array: Array) -> Array:
    """Values of either kind as an array of the kind, type and device of another; not to be written to."""
    if isinstance(array, Tensor):
        return (values if isinstance(values, Tensor) else torch.from_numpy(values)).to(array)
    found = in_numpy(values)
    return found if found.dtype == array.dtype else found.astype(array.dtype)


def in_numpy(array: Array) -> NDArray[Any]:
    """An array of either kind as one of numpy's."""
    return array.cpu().numpy() if isinstance(array, Tensor) else array


def with_type(values: Array, array: Array) -> Array:
    """Values, bools say, in the number type of another array of the same kind."""
    return values.to(array.dtype) if isinstance(values, Tensor) else values.astype(array.dtype)


def as_double(values: Array) -> Array:
    """In float64."""
    return values.double() if isinstance(values, Tensor) else values.astype(np.float64)


def lengths(vectors: Array) -> Array:
    """Of vectors (..., C), (..., 1)."""
    if isinstance(vectors, Tensor):
        return torch.linalg.vector_norm(vectors, dim=-1, keepdim=True)
    return np.sqrt(np.vecdot(vectors, vectors))[..., None]


def at_least(values: Array, least: float) -> Array:
    """No value below `least`."""
    return values.clamp(min=least) if isinstance(values, Tensor) else np.maximum(values, values.dtype.type(least))


def at_most(values: Array, most: float) -> Array:
    """No value above `most`."""
    return values.clamp(max=most) if isinstance(values, Tensor) else np.minimum(values, values.dtype.type(most))


def solve(systems: Array, columns: Array) -> Array:
    """X of A X = B, for systems (..., N, N) and columns (..., N, K). Many columns by torch, see `inverse`, and by one
    product: LAPACK goes through so small systems column by column."""
    if not isinstance(systems, Tensor) and columns.shape[-1] == 1:
        return np.linalg.solve(systems, columns)
    return through_torch(_solve, systems, columns)


def _solve(systems: Tensor, columns: Tensor) -> Tensor:
    if columns.shape[-1] > 2 * columns.shape[-2] and not systems.is_cuda:
        return torch.linalg.inv_ex(systems).inverse @ columns
    return torch.linalg.solve_ex(systems, columns).result


def inverse(matrices: Array) -> Array:
    """(..., N, N). By torch, whose LAPACK takes half the time of numpy's."""
    return through_torch(lambda some: torch.linalg.inv_ex(some).inverse, matrices)


def solve_positive(matrices: Array, columns: Array) -> tuple[Array, Array]:
    """X of A X = B for positive definite A (..., N, N), and the inverse's diagonal (..., N)."""
    if isinstance(matrices, Tensor) and matrices.is_cuda:
        inverses = inverse(matrices)
        return inverses @ columns, inverses.diagonal(0, -2, -1)
    root = through_torch(_inverse_root, matrices)
    return root.mT @ (root @ columns), (root * root).sum(-2)


def _inverse_root(matrices: Tensor) -> Tensor:
    """W with W^T W the inverse, by Cholesky: half the work of an inverse."""
    factor = torch.linalg.cholesky_ex(matrices).L
    eye = torch.eye(factor.shape[-1], dtype=factor.dtype).expand_as(factor)
    return torch.linalg.solve_triangular(factor, eye, upper=False)


def followed_by_zeros(values: Array, count: int) -> Array:
    """(..., N) -> (..., N + count)."""
    if isinstance(values, Tensor):
        return torch.nn.functional.pad(values, (0, count))
    padded = np.zeros((*values.shape[:-1], values.shape[-1] + count), values.dtype)
    padded[..., : values.shape[-1]] = values
    return padded


def filled(shape: tuple[int, ...], value: float, array: Array) -> Array:
    """Of the kind, type and device of another array, with one value everywhere."""
    return array.new_full(shape, value) if isinstance(array, Tensor) else np.full(shape, value, array.dtype)


def finite_or_zero(values: Array) -> Array:
    """Zero where values are not finite."""
    maths = library(values)
    return maths.where(maths.isfinite(values), values, 0.0)


def sorted_along_last(values: Array) -> Array:
    """In ascending order, NaN last."""
    return values.sort(-1).values if isinstance(values, Tensor) else np.sort(values, -1)


def through_torch(function: Callable[..., Tensor], *arrays: Array) -> Array:
    """A function of tensors, of arrays of either kind; numpy's share their memory."""
    if isinstance(arrays[0], Tensor):
        return function(*arrays)
    return function(*map(torch.from_numpy, arrays)).numpy()


def joined(tables: Sequence[Table]) -> Table:
    """One table with the rows of all, in their order."""
    if len(tables) == 1:
        return tables[0]
    columns = zip(*map(_columns, tables), strict=True)
    return type(tables[0])(*[
        joined(parts) if is_dataclass(parts[0]) else library(parts[0]).concat(parts) for parts in columns])


def rows_of(table: Table) -> list[Table]:
    """Each row as a table of its own."""
    if _count(table) == 1:
        return [table]
    columns = [rows_of(part) if is_dataclass(part) else _rows(part) for part in _columns(table)]
    return [type(table)(*parts) for parts in zip(*columns, strict=True)]


def _count(table: Any) -> int:
    first = _columns(table)[0]
    return _count(first) if is_dataclass(first) else len(first)


def _rows(array: Array) -> list[Array]:
    return [array[row : row + 1] for row in range(len(array))]


def _columns(table: Any) -> list[Any]:
    return list(vars(table).values())
