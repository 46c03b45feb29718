"""Where the numbers of recorded steps lie: in an arena for each session, and in one block of constants for all."""
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.compiled.loops import TYPES, Part
from models.compiled.makers import WIDTH
from models.compiled.tape import Step, place_of

LINE = 64  # bytes: arrays begin where a line of the cache does
NUMPY = {"float": np.float32, "double": np.float64, "i1": np.bool_, "i64": np.int64, "i32": np.int32}
Bytes = NDArray[np.uint8]


class Layout:
    """Where in an arena tensors' memory is, and where among the constants what does not change.

    Memory that is not used any more is used again: so an arena stays in the processor's cache. What is pinned is used
    from before the first step until after the last.
    """

    def __init__(self, changing: set[int], steps: Sequence[Step], pinned: Sequence[Tensor]) -> None:
        self._changing = changing
        self._fixed: dict[int, int] = {}
        self._constants: list[Tensor] = []
        self._fixed_size = 0
        self._begins, self._end = _begins(changing, steps, pinned)
        self.size, self._free = self._end, self._end

    def part(self, tensor: Tensor) -> Part:
        width, place = tensor.element_size(), place_of(tensor)
        strides = tuple(stride * width for stride in tensor.stride())
        fixed = place not in self._changing
        begin = (self._constant(tensor) if fixed else self._begins[place]) + int(tensor.storage_offset()) * width
        return Part(begin, fixed, TYPES[tensor.dtype], tuple(tensor.shape), strides)

    def begin_step(self) -> None:
        """What was scratch for the last step is free."""
        self._free = self._end

    def scratch(self, shape: Sequence[int], kind: str) -> Part:
        width, begin = WIDTH[kind], self._free
        self._free += _lines(math.prod(shape) * width)
        self.size = max(self.size, self._free)
        strides = [width * math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
        return Part(begin, False, kind, tuple(shape), tuple(strides))

    def fixed(self, values: Sequence[int]) -> Part:
        return self.part(torch.tensor(values, dtype=torch.int32))

    def view(self, tensor: Tensor, arena: Bytes) -> NDArray[Any]:
        """The tensor's place in an arena, as an array."""
        return seen(self.part(tensor), arena)

    def constants(self) -> Bytes:
        """All of them in a row."""
        held = np.zeros(self._fixed_size, np.uint8)
        for tensor in self._constants:
            begin, whole = self._fixed[place_of(tensor)], torch.empty(0, dtype=torch.uint8)
            whole.set_(tensor.untyped_storage())
            held[begin : begin + len(whole)] = whole.numpy()
        return held

    def _constant(self, tensor: Tensor) -> int:
        place = place_of(tensor)
        if place not in self._fixed:
            self._constants.append(tensor)
            self._fixed[place] = self._fixed_size
            self._fixed_size += _lines(tensor.untyped_storage().nbytes())
        return self._fixed[place]


def seen(part: Part, memory: Bytes) -> NDArray[Any]:
    """A part of an arena, or of the constants, as an array."""
    return np.ndarray(part.shape, NUMPY[part.type], memory.data, part.at, part.strides)


def _lines(count: int) -> int:
    return -(-count // LINE) * LINE


def _begins(changing: set[int], steps: Sequence[Step], pinned: Sequence[Tensor]) -> tuple[dict[int, int], int]:
    """Where each memory begins, and where the last ends."""
    sizes: dict[int, int] = {}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for at, tensors in enumerate([list(pinned), *([*step.read, *step.written] for step in steps), list(pinned)]):
        for tensor in tensors:
            place = place_of(tensor)
            if place in changing:
                sizes[place] = _lines(tensor.untyped_storage().nbytes())
                first.setdefault(place, at)
                last[place] = at
    begins: dict[int, int] = {}
    taken: list[tuple[int, int, int]] = []  # of what is used: begin, end, last use
    for place in sorted(first, key=lambda place: first[place]):
        taken = sorted(each for each in taken if each[2] >= first[place])
        begin = 0
        for other, end, _ in taken:
            if other - begin >= sizes[place]:
                break
            begin = max(begin, end)
        begins[place] = begin
        taken.append((begin, begin + sizes[place], last[place]))
    return begins, max((begins[place] + sizes[place] for place in begins), default=0)
