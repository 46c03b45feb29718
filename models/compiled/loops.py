"""Loops over arrays that lie where they lie, as text for LLVM."""
from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

TYPES = {torch.float32: "float", torch.float64: "double", torch.bool: "i1", torch.int64: "i64", torch.int32: "i32"}
FLOATING = ("float", "double")


@dataclass(frozen=True)
class Part:
    """An array: `at` bytes into a session's arena, or into the constants, which are fixed."""

    at: int
    fixed: bool
    type: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # bytes

    def spread(self, shape: Sequence[int]) -> Part:
        """Broadcast."""
        missing = len(shape) - len(self.shape)
        own, strides = (1,) * missing + self.shape, (0,) * missing + self.strides
        kept = tuple(0 if size == 1 else stride for size, stride in zip(own, strides, strict=True))
        return replace(self, shape=tuple(shape), strides=kept)


class Text:
    """The body of one function of an arena."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._first: list[str] = []
        self._count, self._block = 0, "entry"

    def __str__(self) -> str:
        return "\n".join(["entry:", *self._first, *self.lines, "ret void"])

    def new(self, code: str) -> str:
        """A line that names what it makes."""
        self._count += 1
        self.lines.append(f"%v{self._count} = {code}")
        return f"%v{self._count}"

    def do(self, code: str) -> None:
        self.lines.append(code)

    def variable(self, kind: str) -> Variable:
        self._count += 1
        self._first.append(f"%v{self._count} = alloca {kind}")
        return Variable(self, f"%v{self._count}", kind)

    @contextmanager
    def loop(self, count: int) -> Iterator[str]:
        """What is written inside is done for each index, which is told."""
        if count == 1:
            yield "0"
            return
        self._count += 1
        mark, before = self._count, self._block
        self._label(f"head{mark}", f"br label %head{mark}")
        self.do(f"%i{mark} = phi i64 [0, %{before}], [%n{mark}, %last{mark}]")
        yield f"%i{mark}"
        self._label(f"last{mark}", f"br label %last{mark}")
        self.do(f"%n{mark} = add nuw nsw i64 %i{mark}, 1")
        self.do(f"%c{mark} = icmp ult i64 %n{mark}, {count}")
        self._label(f"after{mark}", f"br i1 %c{mark}, label %head{mark}, label %after{mark}")

    @contextmanager
    def loops(self, shape: Sequence[int]) -> Iterator[list[str]]:
        if not shape:
            yield []
            return
        with self.loop(shape[0]) as first, self.loops(shape[1:]) as rest:
            yield [first, *rest]

    def _label(self, name: str, jump: str) -> None:
        self.lines += [jump, f"{name}:"]
        self._block = name

    def pointer(self, part: Part, indices: Sequence[str]) -> str:
        """To the number at these indices."""
        at = str(part.at)
        for index, stride in zip(indices, part.strides, strict=True):
            if stride and index != "0":
                step = self.new(f"mul nsw i64 {index}, {stride}")
                at = self.new(f"add nsw i64 {at}, {step}") if at != "0" else step
        return self.new(f"getelementptr i8, ptr {'%fixed' if part.fixed else '%arena'}, i64 {at}")

    def load(self, part: Part, indices: Sequence[str]) -> str:
        """Bools are bytes in memory."""
        pointer = self.pointer(part, indices)
        if part.type != "i1":
            return self.new(f"load {part.type}, ptr {pointer}")
        return self.new(f"icmp ne i8 {self.new(f'load i8, ptr {pointer}')}, 0")

    def store(self, value: str, part: Part, indices: Sequence[str]) -> None:
        kind = part.type
        if kind == "i1":
            value, kind = self.new(f"zext i1 {value} to i8"), "i8"
        self.do(f"store {kind} {value}, ptr {self.pointer(part, indices)}")

    def converted(self, value: str, before: str, after: str) -> str:
        """In another type."""
        if before == after:
            return value
        if after == "i1":
            test = f"fcmp une {before} {value}, 0.0" if before in FLOATING else f"icmp ne {before} {value}, 0"
            return self.new(test)
        ways = {("float", "double"): "fpext", ("double", "float"): "fptrunc", ("i64", "i32"): "trunc",
                ("i32", "i64"): "sext"}
        kinds = before in FLOATING, after in FLOATING
        unsigned = before == "i1"
        way = ways.get((before, after)) or {
            (False, True): "uitofp" if unsigned else "sitofp", (True, False): "fptosi", (False, False): "zext"}[kinds]
        return self.new(f"{way} {before} {value} to {after}")


@dataclass(frozen=True)
class Variable:
    """A number that a text works on."""

    text: Text
    pointer: str
    type: str

    def set(self, value: str) -> None:
        self.text.do(f"store {self.type} {value}, ptr {self.pointer}")

    def get(self) -> str:
        return self.text.new(f"load {self.type}, ptr {self.pointer}")


def literal(value: float, kind: str) -> str:
    """A number as LLVM spells it."""
    if kind not in FLOATING:
        return str(int(value))
    held = struct.unpack("f", struct.pack("f", value))[0] if kind == "float" else float(value)
    return f"0x{struct.unpack('Q', struct.pack('d', held))[0]:016X}"


def together(parts: Sequence[Part]) -> list[Part]:
    """The same numbers of arrays of one shape in the fewest dimensions, the first of them as it lies in memory."""
    shape = parts[0].shape
    kept: list[tuple[int, list[int]]] = []
    for axis in range(len(shape)):
        strides = [part.strides[axis] for part in parts]
        if shape[axis] == 1:
            continue
        if kept and all(before == stride * shape[axis] for before, stride in zip(kept[-1][1], strides, strict=True)):
            kept[-1] = kept[-1][0] * shape[axis], strides
        else:
            kept.append((shape[axis], strides))
    sizes = tuple(size for size, _ in kept)
    return [replace(part, shape=sizes, strides=tuple(strides[place] for _, strides in kept))
            for place, part in enumerate(parts)]


Expression = Callable[[Text, list[str]], str]


def each(out: Part, parts: Sequence[Part], expression: Expression, convert: bool = True) -> Text:
    """out = expression(parts), number by number, broadcast; each part's number in the type of the outcome if wanted."""
    text = Text()
    out, *parts = together([out, *(part.spread(out.shape) for part in parts)])
    with text.loops(out.shape) as indices:
        values = [text.load(part, indices) for part in parts]
        if convert:
            values = [text.converted(value, part.type, out.type) for value, part in zip(values, parts, strict=True)]
        text.store(expression(text, values), out, indices)
    return text
