"""Operators that do the same to each number."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from models.compiled.loops import FLOATING, TYPES, Expression, Part, Text, each, literal
from models.compiled.makers import CALLED, INTRINSIC, MAKERS, PAIRED, Memory, call, extreme, maker

ARITHMETIC = {  # of floating numbers, integers, bools
    "add": ("fadd contract", "add", "or"), "sub": ("fsub contract", "sub", "xor"),
    "mul": ("fmul contract", "mul", "and"), "div": ("fdiv", "sdiv", "and"), "floor_divide": ("", "sdiv", ""),
    "__rshift__": ("", "ashr", ""), **dict.fromkeys(("__and__", "bitwise_and"), ("", "and", "and")),
    **dict.fromkeys(("__or__", "bitwise_or"), ("", "or", "or")),
}
COMPARED = {"lt": ("olt", "slt"), "le": ("ole", "sle"), "gt": ("ogt", "sgt"), "ge": ("oge", "sge"),
            "eq": ("oeq", "eq"), "ne": ("une", "ne")}


def _numbers(memory: Memory, args: Sequence[Any], kind: str) -> tuple[list[Part], Callable[[list[str]], list[str]]]:
    """The tensors among the arguments, and how their values and the plain numbers go together again."""
    parts = [memory.part(arg) for arg in args if isinstance(arg, Tensor)]

    def all_of(values: list[str]) -> list[str]:
        found = iter(values)
        return [next(found) if isinstance(arg, Tensor) else literal(arg, kind) for arg in args]

    return parts, all_of


def _each(memory: Memory, out: Tensor, args: Sequence[Any], expression: Expression) -> Text:
    to = memory.part(out)
    parts, all_of = _numbers(memory, args, to.type)
    return each(to, parts, lambda text, values: expression(text, all_of(values)))


def _arithmetic(names: tuple[str, str, str], memory: Memory, out: Tensor, one: Any, other: Any, **more: Any) -> Text:
    if more:
        raise NotImplementedError(f"with {more}")
    kind = TYPES[out.dtype]
    name = names[0] if kind in FLOATING else names[2] if kind == "i1" else names[1]
    return _each(memory, out, (one, other), lambda text, values: text.new(f"{name} {kind} {values[0]}, {values[1]}"))


def _compared(names: tuple[str, str], memory: Memory, out: Tensor, one: Any, other: Any) -> Text:
    kind = TYPES[torch.result_type(one, other)]
    test = f"fcmp {names[0]}" if kind in FLOATING else f"icmp {names[1]}"
    parts, all_of = _numbers(memory, (one, other), kind)

    def compare(text: Text, values: list[str]) -> str:
        told = [text.converted(value, part.type, kind) for value, part in zip(values, parts, strict=True)]
        left, right = all_of(told)
        return text.new(f"{test} {kind} {left}, {right}")

    return each(memory.part(out), parts, compare, convert=False)


def _one(expression: Callable[[Text, str, str], str], memory: Memory, out: Tensor, value: Tensor, **_: Any) -> Text:
    kind = TYPES[out.dtype]
    return _each(memory, out, (value,), lambda text, values: expression(text, values[0], kind))


def _called(function: str, memory: Memory, out: Tensor, value: Tensor) -> Text:
    return _one(lambda text, told, kind: call(text, function, kind, told), memory, out, value)


def _tested(test: str, memory: Memory, out: Tensor, value: Tensor) -> Text:
    part = memory.part(value)
    return each(memory.part(out), [part], lambda text, values: text.new(test.format(kind=part.type, value=values[0])),
                convert=False)


def _paired(names: tuple[str, str], memory: Memory, out: Tensor, one: Any, other: Any) -> Text:
    kind = TYPES[out.dtype]
    return _each(memory, out, (one, other), lambda text, values: extreme(text, names, kind, *values))


MAKERS |= {name + end: partial(_arithmetic, names) for name, names in ARITHMETIC.items() for end in ("", "_")}
MAKERS |= {name: partial(_compared, names) for name, names in COMPARED.items()}
MAKERS |= {name: partial(_paired, names) for name, names in PAIRED.items()}
MAKERS |= {name: partial(_called, called) for name, called in (*((name, name) for name in CALLED), *INTRINSIC.items())}
MAKERS["neg"] = partial(_one, lambda text, value, kind: text.new(f"fneg {kind} {value}"))
MAKERS["reciprocal"] = partial(_one, lambda text, value, kind: text.new(f"fdiv {kind} 1.0, {value}"))
MAKERS["bitwise_not"] = partial(_one, lambda text, value, kind: text.new(f"xor {kind} {value}, true"))
MAKERS["isnan"] = partial(_tested, "fcmp uno {kind} {value}, {value}")


@maker("isfinite")
def _(memory: Memory, out: Tensor, value: Tensor) -> Text:
    part = memory.part(value)

    def finite(text: Text, values: list[str]) -> str:
        size = call(text, "llvm.fabs", part.type, values[0])
        return text.new(f"fcmp olt {part.type} {size}, {literal(float('inf'), part.type)}")

    return each(memory.part(out), [part], finite, convert=False)


@maker("rsub")
def _(memory: Memory, out: Tensor, one: Any, other: Any) -> Text:
    return _arithmetic(ARITHMETIC["sub"], memory, out, other, one)


@maker("pow")
def _(memory: Memory, out: Tensor, value: Tensor, power: float) -> Text:
    if power != 2:
        raise NotImplementedError(f"a power of {power}")
    return _one(lambda text, value, kind: text.new(f"fmul {kind} {value}, {value}"), memory, out, value)


def _two(function: str, memory: Memory, out: Tensor, one: Any, other: Any) -> Text:
    return _each(memory, out, (one, other), lambda text, values: call(text, function, TYPES[out.dtype], *values))


MAKERS |= {"atan2": partial(_two, "atan2"), "copysign": partial(_two, "llvm.copysign")}


@maker("clamp", "clip")
def _(memory: Memory, out: Tensor, value: Tensor, min: float | None = None, max: float | None = None) -> Text:
    kind = TYPES[out.dtype]

    def clamp(text: Text, values: list[str]) -> str:
        told = values[0]
        for limit, names in ((min, PAIRED["maximum"]), (max, PAIRED["minimum"])):
            told = told if limit is None else extreme(text, names, kind, told, literal(limit, kind))
        return told

    return _each(memory, out, (value,), clamp)


@maker("where")
def _(memory: Memory, out: Tensor, which: Tensor, one: Any, other: Any) -> Text:
    kind, mask = TYPES[out.dtype], memory.part(which)
    parts, all_of = _numbers(memory, (one, other), kind)

    def choose(text: Text, values: list[str]) -> str:
        told = [text.converted(value, part.type, kind) for value, part in zip(values[1:], parts, strict=True)]
        chosen, left = all_of(told)
        return text.new(f"select i1 {values[0]}, {kind} {chosen}, {kind} {left}")

    return each(memory.part(out), [mask, *parts], choose, convert=False)
