"""One text of the maths for two libraries: torch for whole sequences and GPUs, numpy for live frames on a CPU.

A live frame takes some five hundred steps on arrays of a few hundred numbers. A step costs numpy about one microsecond
and torch five, so that on a CPU numpy answers in half the time; a sequence is the same work in a few large steps, on
several cores or another device. (Before long live frames on a CPU are machine code, which is recorded from torch's
steps, see models/compiled; numpy answers until then.) Functions that serve both use what both spell alike, of the
library of what they are given: numpy 2 and torch agree on operators, indexing, reshape, sum, where, concat, stack,
amax and most of the rest, with axes by position. What is spelled otherwise is here.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import is_dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Table = TypeVar("Table")  # a dataclass of arrays with as many rows, and of such dataclasses
Array = Any  # a torch.Tensor or a numpy.ndarray; all arrays that meet in an operation are of one kind


class Aid(Protocol):
    """Who does for tensors on a device what torch does slowly there, or not without its host."""

    def alike(self, values: Array, array: Tensor) -> Tensor: ...

    def solve(self, systems: Tensor, columns: Tensor) -> Tensor: ...

    def solve_banded(self, bands: Tensor, columns: Tensor, place: Array) -> tuple[Tensor, Tensor]: ...


aid: ContextVar[Aid | None] = ContextVar("aid", default=None)  # for all that is done meanwhile


def library(array: Array) -> Any:
    """torch or numpy."""
    return torch if isinstance(array, Tensor) else np


def alike(values: Array, array: Array) -> Array:
    """Values of either kind as an array of the kind, type and device of another; not to be written to."""
    if isinstance(array, Tensor):
        helper = aid.get()
        if helper:
            return helper.alike(values, array)
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


def picked(values: Array, place: Array) -> Array:
    """Of each row of values (B, N, ...) the one at its place (B,), or those at its places (B, K): (B, ...) or
    (B, K, ...)."""
    if not isinstance(values, Tensor):
        return values[np.arange(len(values)).reshape(-1, *[1] * (place.ndim - 1)), place]
    if place.ndim == 1:
        return picked(values, place[:, None])[:, 0]
    index = place.reshape(*place.shape, *[1] * (values.ndim - 2))
    return values.gather(1, index.expand(-1, -1, *values.shape[2:]))


def followed_by_zeros(values: Array, count: int) -> Array:
    """(..., N) -> (..., N + count)."""
    if isinstance(values, Tensor):
        return torch.cat([values, values.new_zeros(*values.shape[:-1], count)], -1)  # pad() would fix a traced size
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
