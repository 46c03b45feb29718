"""Live sessions of one kind whose ticks are machine code.

A tick's steps are recorded without the branches for the few (kinematics/branches.py): of whoever needed one it says so,
what it says of them does not count, and they are as they were before.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.body import Body, Readings
from models.captured.packing import Packing, in_numpys, in_torch
from models.captured.staging import FIELDS, Asked
from models.captured.steps import Rows, Tick
from models.compiled.program import Program, compiled
from models.compiled.tape import Tape, noted, outside
from models.group import group_of
from models.kinematics.arrays import aid
from models.kinematics.systems import solve_banded_whole
from models.prior.precision import Sparse
from models.prior.thinned import newest_forward
from models.samplers.streaming import History, StreamConfig
from models.solver import Solver
from models.tick import untold

WARM_UPS = 2  # runs before the recording: what the maths keeps is made then


@dataclass(frozen=True)
class Person:
    """A session: its arena, and where in it things are."""

    arena: NDArray[np.uint8]
    asked: tuple[NDArray[Any], ...]  # as FIELDS
    state: tuple[NDArray[Any], ...]
    new_state: tuple[NDArray[Any], ...]
    told: NDArray[np.float32]  # (1, TOLD_WIDTH + 1)


class AskedOutside(Sparse):
    """The network, which is no step of the maths."""

    def __init__(self, network: Sparse) -> None:
        self._network, self.between = network, network.between

    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        return outside(self._network, motion, condition, log_level)

    def few(self, condition: Tensor, log_level: Tensor) -> Tensor:
        level = float(log_level[0])
        return outside(lambda asked: self._network.few(asked, asked.new_full((len(asked),), level)), condition)


class _Aid:
    """Systems are solved in one step each."""

    def __enter__(self) -> None:
        self._token = aid.set(self)

    def __exit__(self, *error: Any) -> None:
        aid.reset(self._token)

    def alike(self, values: Any, array: Tensor) -> Tensor:
        return (values if isinstance(values, Tensor) else torch.from_numpy(values)).to(array)

    def solve(self, systems: Tensor, columns: Tensor) -> Tensor:
        solved: Tensor = noted("solve", lambda a, b: torch.linalg.solve_ex(a, b).result.contiguous(), systems, columns)
        return solved

    def solve_banded(self, bands: Tensor, columns: Tensor, place: Any) -> tuple[Tensor, Tensor]:
        def whole(bands: Tensor, columns: Tensor) -> tuple[Tensor, ...]:
            return tuple(part.contiguous() for part in solve_banded_whole(bands, columns, place))

        solved, variance = noted("solve_banded", whole, bands, columns)
        return solved, variance


class CompiledPeople:
    """Of bodies of one kind, see Body.kind. To make one takes some ten seconds, or less than one where `folder` has
    what was compiled before.

    Raises:
        CannotCompile: a step of the solver is of no known kind.
        ValueError: the solver is one of several passes.
    """

    def __init__(self, solver: Solver, body: Body, folder: Path | None = None) -> None:
        if solver.config.sampler.passes != 1:
            raise ValueError(f"a solver of {solver.config.sampler.passes} passes; ticks are compiled of 1")
        self._trackers = len(body.joints)
        self._bodies, self._states = Packing(group_of([body])), Packing(in_torch(untold(len(body.joints))))
        self._sources, tape, self._outcomes = self._recorded(solver, body)
        begun, told = ([tensor for tensor in some if tensor.numel()] for some in (self._sources, self._outcomes))
        self._program: Program = compiled(tape, begun, told, folder)

    def _recorded(self, solver: Solver, body: Body) -> tuple[list[Tensor], Tape, list[Tensor]]:
        """What the steps begin with, the steps, and what comes of them: told, needed, state."""
        network = solver.live or newest_forward(solver.prior.network)
        table = Rows(self._bodies, self._bodies.pack(group_of([body])), self._states, self._pack(None))
        asked_of = replace(solver, live=AskedOutside(network))  # type: ignore[arg-type]
        work = Tick(asked_of, StreamConfig(), table, _Aid())
        shape = (1, solver.prior.config.frames, len(body.joints))
        known = torch.ones(shape, dtype=torch.bool)
        asked = Asked(torch.zeros(1, dtype=torch.float64), torch.zeros(1, dtype=torch.int64), torch.zeros(*shape, 3),
                      torch.tensor([0.0, 0, 0, 1]).repeat(*shape, 1), known, known.clone())
        sources = [*(getattr(asked, name) for name in FIELDS), *table.bodies, *table.states]
        with torch.inference_mode():
            for _ in range(WARM_UPS):
                work.answers(False, asked, *table.bodies, *table.states)
            with Tape([source for source in sources if source.numel()]) as tape:
                told, _, *state = work.answers(False, asked, *table.bodies, *table.states)
        return sources, tape, [told, *state]

    def open(self, body: Body, history: History | None = None) -> Person:
        """A session begins, or goes on from a history of numpy's arrays."""
        arena, layout = self._program.arena(), self._program.layout

        def views(tensors: Sequence[Tensor]) -> list[NDArray[Any]]:
            return [layout.view(tensor, arena) if tensor.numel() else tensor.numpy() for tensor in tensors]

        told, *new = views(self._outcomes)
        mine, state = self._bodies.pack(group_of([body])), views(self._sources[-len(new) :])
        for place, part in zip(views(self._sources[len(FIELDS) : -len(new)]), mine, strict=True):
            place[...] = part.numpy()
        person = Person(arena, tuple(views(self._sources[: len(FIELDS)])), tuple(state), tuple(new), told)
        self.goes_on(person, history)
        return person

    def goes_on(self, person: Person, history: History | None) -> None:
        """From something else than what it was told here."""
        for place, part in zip(person.state, self._pack(history), strict=True):
            place[...] = part.numpy()

    def history(self, person: Person) -> History:
        """What it was told, in its own memory."""
        found: History = in_numpys(self._states.unpack([torch.from_numpy(part) for part in person.state]))
        return found

    def answer(
        self, people: Sequence[Person], windows: Sequence[Readings], times_s: Sequence[float]
    ) -> tuple[list[NDArray[np.float32]], list[bool]]:
        """TOLD_WIDTH numbers for each, as captured/steps.py has them, and whether they count."""
        for person, window, time_s in zip(people, windows, times_s, strict=True):
            now, _, *parts = person.asked
            now[0] = time_s
            for place, part in zip(parts, window.parts, strict=True):
                place[0] = part
        self._program.run([person.arena for person in people])
        counts = [not person.told[0, -1] > 0 for person in people]
        for person, told in zip(people, counts, strict=True):
            if told:
                for place, part in zip(person.state, person.new_state, strict=True):
                    place[...] = part
        return [person.told[0, :-1].copy() for person in people], counts

    def _pack(self, history: History | None) -> list[Tensor]:
        return self._states.pack(in_torch(untold(self._trackers) if history is None else history))

