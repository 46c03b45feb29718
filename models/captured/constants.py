"""Constants of the maths, put onto a device once, and who solves its systems there.

The maths takes its tables and lists of joints from the host, and its zeros from Python. On another device each use
would be a copy, and a graph that is being recorded allows none. Inside `Constants` the copies that are there already
are used instead; it is one store for all graphs that use them, and lives as long as they do.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from models.captured import small_systems
from models.captured.kernels import kernels_for
from models.kinematics.arrays import aid


class Constants(TorchFunctionMode):
    """Tables, indices and numbers, by their value."""

    def __init__(self, device: torch.device) -> None:
        super().__init__()
        self._device, self.own_kernels = device, kernels_for(device) is not None
        self._kept: dict[tuple[Any, ...], Tensor] = {}
        self._sources: list[Tensor] = []  # so that no other gets their identity

    def __enter__(self) -> Constants:
        self._token = aid.set(self)
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)  # type: ignore[no-untyped-call]
        aid.reset(self._token)

    @property
    def count(self) -> int:
        """How many there are: no more of them once everything has run once."""
        return len(self._kept)

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func in (Tensor.__getitem__, Tensor.__setitem__) and self._has(args[0]):
            return func(args[0], self._indices(args[1]), *args[2:])
        if func is torch.where and len(args) == 3 and self._has(args[0]):
            return func(args[0], *self._both(args[1], args[2]))
        return func(*args, **(kwargs or {}))

    def solve(self, systems: Tensor, columns: Tensor) -> Tensor:
        """For systems.solve."""
        return small_systems.solve(systems, columns)

    def solve_banded(self, bands: Tensor, columns: Tensor, place: Any) -> tuple[Tensor, Tensor]:
        """For systems.solve_banded."""
        return small_systems.solve_banded(bands, columns, self._at(np.asarray(place, np.int64)))

    def _has(self, array: Tensor) -> bool:
        """Whether it is on the device; the host's own arrays are left alone."""
        return array.device.type == self._device.type

    def _indices(self, index: Any) -> Any:
        parts = index if isinstance(index, tuple) else (index,)
        if not any(isinstance(part, list | range | np.ndarray) for part in parts):
            return index
        return tuple(
            self._at(np.asarray(part, np.int64)) if isinstance(part, list | range | np.ndarray) else part
            for part in parts)

    def alike(self, values: Any, like: Tensor) -> Tensor:
        """For arrays.alike: what is on the device is not from the host."""
        if not self._has(like):
            return (values if isinstance(values, Tensor) else torch.from_numpy(values)).to(like)
        if isinstance(values, np.ndarray):
            return self._at(values, like.dtype)
        key = (id(values), like.dtype)  # tables that the maths keeps
        if key not in self._kept:
            self._kept[key] = values.to(like)
            self._sources.append(values)
        return self._kept[key]

    def _both(self, one: Any, other: Any) -> tuple[Any, Any]:
        """The two choices of a `where`, a number among them as a tensor."""
        if isinstance(one, Tensor) and isinstance(other, float):
            return one, self._at(np.array(other), one.dtype)
        if isinstance(other, Tensor) and isinstance(one, float):
            return self._at(np.array(one), other.dtype), other
        return one, other

    def _at(self, values: np.ndarray, dtype: torch.dtype | None = None) -> Tensor:
        key = (values.tobytes(), values.dtype.str, values.shape, dtype)
        if key not in self._kept:
            self._kept[key] = torch.tensor(values, dtype=dtype, device=self._device)
        return self._kept[key]
