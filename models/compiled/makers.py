"""The makers of text by the names of torch's operators, and what they share."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from torch import Tensor

from models.compiled.loops import FLOATING, Part, Text

FAST = "reassoc contract"  # sums in any order
CALLED = ("sin", "cos", "exp", "log", "log2")  # of C's library, by one number
INTRINSIC = {"sqrt": "llvm.sqrt", "round": "llvm.roundeven", "abs": "llvm.fabs"}
PAIRED = {"maximum": ("llvm.maximum", "llvm.smax"), "minimum": ("llvm.minimum", "llvm.smin")}
SUFFIX = {"float": "f32", "double": "f64", "i64": "i64", "i32": "i32"}
WIDTH = {"float": 4, "double": 8, "i64": 8, "i32": 4}  # bytes
Maker = Callable[..., Text | list[Text]]  # of the memory, the outcome, and torch's arguments
MAKERS: dict[str, Maker] = {}


class Memory(Protocol):
    """Where tensors lie."""

    def part(self, tensor: Tensor) -> Part: ...

    def scratch(self, shape: Sequence[int], kind: str) -> Part:
        """What is used in one step alone."""
        ...

    def fixed(self, values: Sequence[int]) -> Part:
        """32-bit integers, for LAPACK."""
        ...


def maker(*names: str) -> Callable[[Maker], Maker]:
    def note(function: Maker) -> Maker:
        MAKERS.update(dict.fromkeys(names, function))
        return function

    return note


def call(text: Text, function: str, kind: str, *values: str) -> str:
    """An intrinsic, or a function of C's library."""
    name = f"{function}.{SUFFIX[kind]}" if function.startswith("llvm.") else function + ("f" if kind == "float" else "")
    return text.new(f"call {kind} @{name}({', '.join(f'{kind} {value}' for value in values)})")


def extreme(text: Text, names: tuple[str, str], kind: str, one: str, other: str) -> str:
    """The larger or the smaller, see PAIRED; NaN if one is."""
    return call(text, names[kind not in FLOATING], kind, one, other)
