"""Tables of many small arrays as few wide ones: a row of floats, one of doubles and one of bools for each session.

So that a session's state is fetched and put back in three steps, not thirty.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

Table = TypeVar("Table")
TYPES = (torch.float32, torch.float64, torch.bool)


class Packing(Generic[Table]):
    """How tables like one of a single row lie in rows; what of it is no array stays as it is."""

    def __init__(self, like: Table) -> None:
        self._like = like
        self.widths = [sum(math.prod(part.shape[1:]) for part in self._parts(like, kind)) for kind in TYPES]

    def empty(self, count: int, device: torch.device) -> list[Tensor]:
        """Rows of nothing, of each type."""
        return [torch.zeros(count, width, dtype=kind, device=device)
                for kind, width in zip(TYPES, self.widths, strict=True)]

    def pack(self, table: Table) -> list[Tensor]:
        """(B, width) of each type."""
        rows = []
        for kind in TYPES:
            parts = self._parts(table, kind)
            rows.append(torch.cat([part.reshape(part.shape[0], math.prod(part.shape[1:])) for part in parts], 1)
                        if parts else torch.zeros(0))
        return rows

    def unpack(self, rows: Sequence[Tensor]) -> Table:
        """The table of such rows, which it shares their memory with."""
        begins = dict.fromkeys(TYPES, 0)
        table: Table = self._read(self._like, dict(zip(TYPES, rows, strict=True)), begins)
        return table

    def _read(self, like: Any, rows: dict[torch.dtype, Tensor], begins: dict[torch.dtype, int]) -> Any:
        if isinstance(like, Tensor):
            kind, shape, start = like.dtype, like.shape[1:], begins[like.dtype]
            begins[kind] = start + math.prod(shape)
            own = rows[kind][:, start : begins[kind]]
            return own.view(own.shape[0], *shape)
        if is_dataclass(like):
            kind_of: Any = type(like)
            return kind_of(*[self._read(getattr(like, each.name), rows, begins) for each in fields(like)])
        return like

    def _parts(self, table: Any, kind: torch.dtype) -> list[Tensor]:
        if isinstance(table, Tensor):
            return [table] if table.dtype == kind else []
        if is_dataclass(table):
            return [part for each in fields(table) for part in self._parts(getattr(table, each.name), kind)]
        return []


def in_torch(table: Any) -> Any:
    """A table of numpy's arrays as one of tensors."""
    if is_dataclass(table):
        kind: Any = type(table)
        return kind(*[in_torch(getattr(table, each.name)) for each in fields(table)])
    return torch.from_numpy(table) if hasattr(table, "__array_interface__") else table


def in_numpys(table: Any) -> Any:
    """A table of tensors as one of numpy's arrays in the same memory."""
    if is_dataclass(table):
        kind: Any = type(table)
        return kind(*[in_numpys(getattr(table, each.name)) for each in fields(table)])
    return table.numpy() if isinstance(table, Tensor) else table
