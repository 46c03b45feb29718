"""Live sessions of one kind whose ticks are machine code.

There are two programs of the same steps. The plain one takes none of the branches for the few (kinematics/branches.py),
and says of whoever needed one; what it says of them does not count. The careful one takes all.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.body import Body, Readings
from models.captured.packing import in_numpys, in_torch
from models.compiled.layout import Bytes
from models.compiled.steps import Steps, compiled_steps
from models.group import group_of
from models.samplers.streaming import History
from models.solver import Solver
from models.tick import untold

Arrays = list[NDArray[Any]]


@dataclass
class Person:
    """A session in an arena: where in it things are."""

    body: Body
    arena: Bytes
    asked: Arrays  # as FIELDS
    state: Arrays
    new_state: Arrays
    told: NDArray[np.float32]  # (1, TOLD_WIDTH + 1)
    careful: Person | None = None  # the same, for the careful program
    needs_care: bool = False  # by what was told last


class CompiledPeople:
    """Of bodies of one kind, see Body.kind. To make one takes some ten seconds, or less than one where `folder` has
    what was compiled before; to make it careful, twice that.

    Raises:
        CannotCompile: a step of the solver is of no known kind.
        ValueError: the solver is one of several passes.
    """

    def __init__(self, solver: Solver, body: Body, folder: Path | None = None) -> None:
        if solver.config.sampler.passes != 1:
            raise ValueError(f"a solver of {solver.config.sampler.passes} passes; ticks are compiled of 1")
        self._made_of = solver, body, folder
        self._plain = compiled_steps(solver, body, False, folder)
        self._careful: Steps | None = None

    def make_careful(self) -> None:
        """From now on everything counts."""
        solver, body, folder = self._made_of
        self._careful = compiled_steps(solver, body, True, folder)

    def open(self, body: Body, history: History | None = None) -> Person:
        """A session begins, or goes on from a history of numpy's arrays."""
        person = self._opened(self._plain, body)
        self.goes_on(person, history)
        return person

    def _opened(self, steps: Steps, body: Body) -> Person:
        arena = steps.program.arena()
        asked, its, state = (steps.views(some, arena) for some in steps.sources)
        _fill(its, (part.numpy() for part in steps.bodies.pack(group_of([body]))))
        (told,) = steps.views([steps.told], arena)
        return Person(body, arena, asked, state, steps.views(steps.state, arena), told)

    def goes_on(self, person: Person, history: History | None) -> None:
        """From something else than what it was told here."""
        known = untold(len(person.body.joints)) if history is None else history
        _fill(person.state, (part.numpy() for part in self._plain.states.pack(in_torch(known))))

    def history(self, person: Person) -> History:
        """What it was told, in its own memory."""
        found: History = in_numpys(self._plain.states.unpack([torch.from_numpy(part) for part in person.state]))
        return found

    def answer(
        self, people: Sequence[Person], windows: Sequence[Readings], times_s: Sequence[float]
    ) -> tuple[list[NDArray[np.float32]], list[bool]]:
        """TOLD_WIDTH numbers for each, as captured/steps.py has them, and whether they count. The numbers lie in the
        arenas: the next answer overwrites them."""
        for person, window, time_s in zip(people, windows, times_s, strict=True):
            now, _, *parts = person.asked
            now[0] = time_s
            _fill((part[0] for part in parts), window.parts)
        careful = self._careful
        _run(self._plain, [person for person in people if not (careful and person.needs_care)])
        in_need = [person for person in people if person.needs_care]
        if careful:
            self._take_care(careful, in_need)
        told = [(person.careful or person).told if person.needs_care else person.told for person in people]
        counts = [careful is not None or not person.needs_care for person in people]
        for person in in_need if careful else ():
            person.needs_care = bool(person.careful and person.careful.told[0, -1] > 0)
        return [row[0, :-1] for row in told], counts

    def _take_care(self, steps: Steps, people: Sequence[Person]) -> None:
        others = []
        for person in people:
            other = person.careful = person.careful or self._opened(steps, person.body)
            _fill(other.asked, person.asked)
            _fill(other.state, person.state)
            others.append(other)
        steps.program.run([other.arena for other in others])
        for person, other in zip(people, others, strict=True):
            _fill(person.state, other.new_state)


def _run(steps: Steps, people: Sequence[Person]) -> None:
    """Who needs care is as before, and has it noted."""
    steps.program.run([person.arena for person in people])
    for person in people:
        person.needs_care = bool(person.told[0, -1] > 0)
        if not person.needs_care:
            _fill(person.state, person.new_state)


def _fill(places: Iterable[NDArray[Any]], parts: Iterable[NDArray[Any]]) -> None:
    for place, part in zip(places, parts, strict=True):
        place[...] = part
