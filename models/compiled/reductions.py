"""Operators that make one number of many."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from torch import Tensor

from models.compiled.loops import FLOATING, TYPES, Text, literal
from models.compiled.makers import FAST, MAKERS, PAIRED, Memory, call, extreme, maker


def _axes(value: Tensor, dims: Any) -> list[int]:
    given = dims if isinstance(dims, Sequence) else [] if dims is None else [dims]
    return sorted(dim % value.dim() for dim in given) or list(range(value.dim()))


def _reduced(
    memory: Memory, out: Tensor, value: Tensor, dims: Any, start: str, more: Callable[[Text, str, str], str],
    at_end: Callable[[Text, str], str] = lambda text, value: value,
) -> Text:
    text, source, to = Text(), memory.part(value), memory.part(out)
    axes = _axes(value, dims)
    others = [axis for axis in range(value.dim()) if axis not in axes]
    flat = memory.part(out.reshape([value.shape[axis] for axis in others]))
    total = text.variable(to.type)
    with text.loops(flat.shape) as at:
        total.set(start)
        with text.loops([value.shape[axis] for axis in axes]) as inner:
            place = dict(zip([*others, *axes], [*at, *inner], strict=True))
            found = text.load(source, [place[axis] for axis in range(value.dim())])
            total.set(more(text, total.get(), text.converted(found, source.type, to.type)))
        text.store(at_end(text, total.get()), flat, at)
    return text


@maker("sum")
def _(memory: Memory, out: Tensor, value: Tensor, dims: Any = None, keep: bool = False, **_: Any) -> Text:
    kind = TYPES[out.dtype]
    add = f"fadd {FAST}" if kind in FLOATING else "add"
    return _reduced(memory, out, value, dims, literal(0, kind), lambda text, a, b: text.new(f"{add} {kind} {a}, {b}"))


@maker("mean")
def _(memory: Memory, out: Tensor, value: Tensor, dims: Any = None, keep: bool = False, **_: Any) -> Text:
    kind, share = TYPES[out.dtype], out.numel() / value.numel()
    return _reduced(
        memory, out, value, dims, literal(0, kind), lambda text, a, b: text.new(f"fadd {FAST} {kind} {a}, {b}"),
        lambda text, total: text.new(f"fmul {kind} {total}, {literal(share, kind)}"))


@maker("linalg_vector_norm")
def _(
    memory: Memory, out: Tensor, value: Tensor, order: float = 2, dims: Any = None, keep: bool = False, **_: Any
) -> Text:
    if order != 2:
        raise NotImplementedError(f"a norm of order {order}")
    kind = TYPES[out.dtype]

    def more(text: Text, total: str, one: str) -> str:
        square = text.new(f"fmul {FAST} {kind} {one}, {one}")
        return text.new(f"fadd {FAST} {kind} {total}, {square}")

    return _reduced(memory, out, value, dims, literal(0, kind), more,
                    lambda text, total: call(text, "llvm.sqrt", kind, total))


def _most(names: tuple[str, str], sign: int, memory: Memory, out: Tensor, value: Tensor, dims: Any = None,
          keep: bool = False, **_: Any) -> Text:
    kind = TYPES[out.dtype]
    start = literal(sign * float("inf"), kind) if kind in FLOATING else str(sign * ((1 << 62) - 1))
    return _reduced(memory, out, value, dims, start,
                    lambda text, a, b: extreme(text, names, kind, a, b))


MAKERS |= {"amax": partial(_most, PAIRED["maximum"], -1), "amin": partial(_most, PAIRED["minimum"], 1)}


@maker("any")
def _(memory: Memory, out: Tensor, value: Tensor, dims: Any = None, keep: bool = False, **_: Any) -> Text:
    return _reduced(memory, out, value, dims, "false", lambda text, a, b: text.new(f"or i1 {a}, {b}"))


@maker("all")
def _(memory: Memory, out: Tensor, value: Tensor, dims: Any = None, keep: bool = False, **_: Any) -> Text:
    return _reduced(memory, out, value, dims, "true", lambda text, a, b: text.new(f"and i1 {a}, {b}"))


def _place_of(sign: int, memory: Memory, out: Tensor, value: Tensor, dim: int, keep: bool = False) -> Text:
    """The first place of the largest, or by a sign of -1 of the smallest."""
    text, source, axis = Text(), memory.part(value), dim % value.dim()
    others = [each for each in range(value.dim()) if each != axis]
    to, kind = memory.part(out.reshape([value.shape[each] for each in others])), source.type
    held = "i32" if kind == "i1" else kind
    best, place = text.variable(held), text.variable("i64")
    test = ("fcmp ogt" if sign > 0 else "fcmp olt") if held in FLOATING else ("icmp sgt" if sign > 0 else "icmp slt")
    start = literal(-sign * float("inf"), held) if held in FLOATING else str(-sign * 0x7FFFFFFF)
    with text.loops(to.shape) as at:
        best.set(start)
        place.set("0")
        with text.loop(value.shape[axis]) as here:
            found = text.converted(text.load(source, [*at[:axis], here, *at[axis:]]), kind, held)
            before, old = best.get(), place.get()
            better = text.new(f"{test} {held} {found}, {before}")
            best.set(text.new(f"select i1 {better}, {held} {found}, {held} {before}"))
            place.set(text.new(f"select i1 {better}, i64 {here}, i64 {old}"))
        text.store(place.get(), to, at)
    return text


MAKERS |= {"argmax": partial(_place_of, 1), "argmin": partial(_place_of, -1)}


@maker("cumsum")
def _(memory: Memory, out: Tensor, value: Tensor, dim: int, **_: Any) -> Text:
    text, source, to, axis = Text(), memory.part(value), memory.part(out), dim % value.dim()
    add, total = "fadd" if to.type in FLOATING else "add", text.variable(to.type)
    with text.loops([size for each, size in enumerate(value.shape) if each != axis]) as others:
        total.set(literal(0, to.type))
        with text.loop(value.shape[axis]) as here:
            at = [*others[:axis], here, *others[axis:]]
            found = text.converted(text.load(source, at), source.type, to.type)
            more = text.new(f"{add} {to.type} {total.get()}, {found}")
            total.set(more)
            text.store(more, to, at)
    return text
