"""Operators that put numbers elsewhere."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.compiled.loops import Text, each
from models.compiled.makers import Memory, maker


def copied(memory: Memory, to: Tensor, value: Tensor) -> Text:
    return each(memory.part(to), [memory.part(value)], lambda text, values: values[0])


@maker("to", "_to_copy", "clone", "reshape", "contiguous")
def _(memory: Memory, out: Tensor, value: Tensor, *_: Any, **__: Any) -> Text:
    return copied(memory, out if out.shape == value.shape else out.view(value.shape), value)


@maker("copy_")
def _(memory: Memory, out: Tensor, to: Tensor, value: Tensor, *_: Any) -> Text:
    return copied(memory, to, value)


@maker("cat", "concat")
def _(memory: Memory, out: Tensor, parts: Sequence[Tensor], dim: int = 0) -> list[Text]:
    texts, begin = [], 0
    for part in parts:
        if part.numel():
            texts.append(copied(memory, out.narrow(dim, begin, part.shape[dim]), part))
            begin += part.shape[dim]
    return texts


@maker("stack")
def _(memory: Memory, out: Tensor, parts: Sequence[Tensor], dim: int = 0) -> list[Text]:
    return [copied(memory, out.select(dim, place), part) for place, part in enumerate(parts)]


@maker("roll")
def _(memory: Memory, out: Tensor, value: Tensor, shifts: Any, dims: Any) -> list[Text]:
    shift, dim = (given[0] if isinstance(given, Sequence) else given for given in (shifts, dims))
    size = value.shape[dim]
    by = shift % size
    return [copied(memory, out.narrow(dim, by, size - by), value.narrow(dim, 0, size - by)),
            *([copied(memory, out.narrow(dim, 0, by), value.narrow(dim, size - by, by))] if by else [])]


@maker("flip")
def _(memory: Memory, out: Tensor, value: Tensor, dims: Sequence[int]) -> list[Text]:
    (dim,) = dims
    count = value.shape[dim]
    return [copied(memory, out.select(dim, place), value.select(dim, count - 1 - place)) for place in range(count)]


def _picked(memory: Memory, out: Tensor, value: Tensor, axis: int, index: Tensor) -> Text:
    text, to, source, place, rank = Text(), memory.part(out), memory.part(value), memory.part(index), index.dim()
    with text.loops(to.shape) as at:
        chosen = text.converted(text.load(place, at[axis : axis + rank]), place.type, "i64")
        text.store(text.load(source, [*at[:axis], chosen, *at[axis + rank :]]), to, at)
    return text


@maker("index_select")
def _(memory: Memory, out: Tensor, value: Tensor, dim: int, index: Tensor) -> Text:
    return _picked(memory, out, value, dim % value.dim(), index)


@maker("index")
def _(memory: Memory, out: Tensor, value: Tensor, indices: Sequence[Tensor | None]) -> Text:
    (axis,) = [at for at, index in enumerate(indices) if index is not None]
    index = indices[axis]
    if index is None or index.dtype == torch.bool:
        raise NotImplementedError("chosen by bools")
    return _picked(memory, out, value, axis, index)


@maker("gather")
def _(memory: Memory, out: Tensor, value: Tensor, dim: int, index: Tensor, **_: Any) -> Text:
    text, to, source, place = Text(), memory.part(out), memory.part(value), memory.part(index)
    with text.loops(to.shape) as at:
        chosen = text.load(place, at)
        text.store(text.load(source, [chosen if axis == dim % value.dim() else each for axis, each in enumerate(at)]),
                   to, at)
    return text


@maker("index_put_")
def _(memory: Memory, out: Tensor, value: Tensor, indices: Sequence[Tensor | None], new: Tensor, *_: Any) -> list[Text]:
    (axis,) = [at for at, index in enumerate(indices) if index is not None]
    places = np.asarray(indices[axis]).tolist()
    given = new.expand([len(places) if at == axis else size for at, size in enumerate(value.shape)])
    return [copied(memory, value.select(axis, place), given.select(axis, at)) for at, place in enumerate(places)]
