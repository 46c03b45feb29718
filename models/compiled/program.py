"""Recorded steps as machine code, with what is called outside between them.

The code is for one session, whose numbers all lie in an arena of its own; for several it is run several times, but for
what is called outside, which is called once for all of them together.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.compiled import banded, elementwise, moves, products, reductions  # noqa: F401  # the makers
from models.compiled.layout import Bytes, Layout, seen
from models.compiled.loops import Part
from models.compiled.machine import Code, machine_code
from models.compiled.makers import MAKERS
from models.compiled.tape import OUTSIDE, Step, Tape, place_of
from models.kinematics.arrays import in_numpy


class CannotCompile(Exception):
    """Steps that nobody has said how to do in machine code."""


@dataclass(frozen=True)
class Outside:
    """A function of arrays that have a row, or several, of each session, and of what is the same for all."""

    function: Callable[..., Sequence[NDArray[Any]]]
    inputs: list[Part]
    outputs: list[Part]

    def __call__(self, arenas: Sequence[Bytes], constants: Bytes) -> None:
        told = self.function(*(_of_all(part, arenas, constants) for part in self.inputs))
        for part, each in zip(self.outputs, told, strict=True):
            rows = part.shape[0]
            for place, arena in enumerate(arenas):
                seen(part, arena)[...] = each[place * rows : (place + 1) * rows]


def _of_all(part: Part, arenas: Sequence[Bytes], constants: Bytes) -> NDArray[Any]:
    if part.fixed:
        return seen(part, constants)
    views = [seen(part, arena) for arena in arenas]
    return np.concatenate(views) if len(views) > 1 else views[0]


@dataclass(frozen=True)
class Program:
    """Steps in their order, for arenas."""

    layout: Layout
    pieces: list[Code | Outside]
    constants: Bytes
    owners: tuple[Any, ...]  # of the code, and of the tensors that it was made of

    def run(self, arenas: Sequence[Bytes]) -> None:
        if not arenas:
            return
        fixed, places = self.constants.ctypes.data, [arena.ctypes.data for arena in arenas]
        for piece in self.pieces:
            if isinstance(piece, Outside):
                piece(arenas, self.constants)
            else:
                for place in places:
                    piece(place, fixed)

    def arena(self) -> Bytes:
        return np.zeros(self.layout.size, np.uint8)


def compiled(
    tape: Tape, sources: Sequence[Tensor], outcomes: Sequence[Tensor], folder: Path | None = None
) -> Program:
    """Those of the tape's steps that matter for the outcomes. `folder`: see machine.py.

    Raises:
        CannotCompile: a step is of no known kind.
    """
    steps = _that_matter(tape.steps, outcomes)
    layout = Layout(tape.changing, steps, [*sources, *outcomes])
    texts: list[str] = []
    pieces: list[list[int] | Outside] = [[]]
    for step in steps:
        layout.begin_step()
        if step.name in _OUTSIDE:
            function, told = _OUTSIDE[step.name](step)
            parts = ([layout.part(tensor) for tensor in some] for some in (step.read, told))
            pieces += [Outside(function, *parts), []]
            continue
        for text in _texts(layout, step):
            pieces[-1].append(len(texts))  # type: ignore[union-attr]
            texts.append(text)
    engine, codes = machine_code(texts, [piece for piece in pieces if isinstance(piece, list)], folder)
    found = iter(codes)
    return Program(layout, [piece if isinstance(piece, Outside) else next(found) for piece in pieces],
                   layout.constants(), (engine, tape))


Called = tuple[Callable[..., Sequence[NDArray[Any]]], list[Tensor]]  # a function of what a step read, and what it tells


def _asked(step: Step) -> Called:
    def function(*arrays: NDArray[Any]) -> list[NDArray[Any]]:
        return [in_numpy(step.function(*map(torch.from_numpy, arrays)))]

    return function, step.written


def _sorted(step: Step) -> Called:
    """The values alone: nobody asks where they were."""
    if step.kwargs or [*step.args[1:]] not in ([], [-1], [-1, False]):
        raise CannotCompile(f"sort: by {step.args[1:]}, {step.kwargs}")
    return lambda values: [np.sort(values, -1)], [step.outcome[0]]


_OUTSIDE: dict[str, Callable[[Step], Called]] = {OUTSIDE: _asked, "sort": _sorted}


def _texts(layout: Layout, step: Step) -> list[str]:
    try:
        made = MAKERS[step.name](layout, step.outcome, *step.args, **step.kwargs)
    except (KeyError, NotImplementedError) as error:
        raise CannotCompile(f"{step.name}: {error}") from None
    return [str(text) for text in (made if isinstance(made, list) else [made])]


def _that_matter(steps: Sequence[Step], outcomes: Sequence[Tensor]) -> list[Step]:
    wanted, found = {place_of(outcome) for outcome in outcomes}, []
    for step in reversed(steps):
        if wanted.intersection(place_of(tensor) for tensor in step.written):
            wanted.update(place_of(tensor) for tensor in step.read)
            found.append(step)
    return found[::-1]
