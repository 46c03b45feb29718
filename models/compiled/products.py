"""Products of matrices, and small systems."""
from __future__ import annotations

import torch
from torch import Tensor

from models.compiled.loops import TYPES, Part, Text, each, literal
from models.compiled.makers import FAST, WIDTH, Memory, maker

SPARSE = 0.26  # of a column that may be other than zero, for its zeros to be left out
NARROW = 3  # columns: a row of no more is not worth a loop of its own


@maker("matmul")
def _(memory: Memory, out: Tensor, one: Tensor, other: Tensor) -> Text:
    """Row by row, each number of the one with a row of the other; or where that lies in columns, sums of products."""
    to, inner = memory.part(out), one.shape[-1]
    if other.dim() == 2 and memory.part(other).fixed and (other != 0).sum(0).max() <= SPARSE * inner:
        return _by_sparse(memory, to, memory.part(one), other)
    left = memory.part(one).spread((*out.shape[:-1], inner))
    right = memory.part(other).spread((*out.shape[:-2], inner, out.shape[-1]))
    text = Text()
    in_rows = right.strides[-1] == WIDTH[to.type] and out.shape[-1] > NARROW and inner > 1
    with text.loops(out.shape[:-1]) as at:
        (_by_rows if in_rows else _by_sums)(text, at, to, left, right)
    return text


def _by_sparse(memory: Memory, to: Part, left: Part, other: Tensor) -> Text:
    """With a constant matrix that is mostly zero: the few numbers of each column, as many of all."""
    text, most = Text(), int((other != 0).sum(0).max())
    places = torch.argsort((other != 0).byte(), dim=0, descending=True, stable=True)[:most]
    place, share = memory.part(places.contiguous()), memory.part(other.gather(0, places).contiguous())
    total = text.variable(to.type)
    with text.loops(to.shape[:-1]) as at, text.loop(to.shape[-1]) as column:
        total.set(literal(0, to.type))
        for few in range(most):
            number = text.load(left, [*at, text.load(place, [str(few), column])])
            product = text.new(f"fmul {FAST} {to.type} {number}, {text.load(share, [str(few), column])}")
            total.set(text.new(f"fadd {FAST} {to.type} {total.get()}, {product}"))
        text.store(total.get(), to, [*at, column])
    return text


def _by_rows(text: Text, at: list[str], to: Part, left: Part, right: Part) -> None:
    kind, columns = to.type, to.shape[-1]
    with text.loop(columns) as column:
        text.store(literal(0, kind), to, [*at, column])
    with text.loop(left.shape[-1]) as along:
        share = text.load(left, [*at, along])
        with text.loop(columns) as column:
            product = text.new(f"fmul {FAST} {kind} {share}, {text.load(right, [*at[:-1], along, column])}")
            more = text.new(f"fadd {FAST} {kind} {text.load(to, [*at, column])}, {product}")
            text.store(more, to, [*at, column])


def _by_sums(text: Text, at: list[str], to: Part, left: Part, right: Part) -> None:
    kind, total = to.type, text.variable(to.type)
    with text.loop(to.shape[-1]) as column:
        total.set(literal(0, kind))
        with text.loop(left.shape[-1]) as along:
            share = text.load(left, [*at, along])
            product = text.new(f"fmul {FAST} {kind} {share}, {text.load(right, [*at[:-1], along, column])}")
            total.set(text.new(f"fadd {FAST} {kind} {total.get()}, {product}"))
        text.store(total.get(), to, [*at, column])


@maker("linalg_cross")
def _(memory: Memory, out: Tensor, one: Tensor, other: Tensor, dim: int = -1) -> list[Text]:
    kind, texts = TYPES[out.dtype], []
    for axis in range(3):
        ahead, behind = (axis + 1) % 3, (axis + 2) % 3
        parts = [memory.part(each.select(dim, place)) for each, place in (
            (one, ahead), (other, behind), (one, behind), (other, ahead))]

        def cross(text: Text, values: list[str]) -> str:
            a, b, c, d = values
            plus, minus = text.new(f"fmul {kind} {a}, {b}"), text.new(f"fmul {kind} {c}, {d}")
            return text.new(f"fsub {kind} {plus}, {minus}")

        texts.append(each(memory.part(out.select(dim, axis)), parts, cross))
    return texts


@maker("solve")
def _(memory: Memory, out: Tensor, systems: Tensor, columns: Tensor) -> Text:
    """By LAPACK's gesv: symmetric systems are the same in its order; columns are turned, and turned back."""
    kind, size, count = TYPES[out.dtype], columns.shape[-2], columns.shape[-1]
    text, to, matrix, asked = Text(), memory.part(out), memory.part(systems), memory.part(columns)
    whole, turned = memory.scratch((size, size), kind), memory.scratch((count, size), kind)
    order, pivots = memory.fixed([size, count]), memory.scratch((size + 1,), "i32")
    with text.loops(out.shape[:-2]) as batch:
        with text.loops((size, size)) as (row, column):
            text.store(text.load(matrix, [*batch, row, column]), whole, [row, column])
        with text.loops((count, size)) as (column, row):
            text.store(text.load(asked, [*batch, row, column]), turned, [column, row])
        first, second = (text.pointer(order, [str(place)]) for place in range(2))
        given = [first, second, text.pointer(whole, ["0", "0"]), first, text.pointer(pivots, ["0"]),
                 text.pointer(turned, ["0", "0"]), first, text.pointer(pivots, [str(size)])]
        text.do(f"call void @{'s' if kind == 'float' else 'd'}gesv({', '.join(f'ptr {each}' for each in given)})")
        with text.loops((size, count)) as (row, column):
            text.store(text.load(turned, [column, row]), to, [*batch, row, column])
    return text
