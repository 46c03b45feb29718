"""A live tick's steps, recorded for one session of a kind, and compiled."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from models.body import Body
from models.captured.packing import Packing, in_torch
from models.captured.staging import FIELDS, Asked
from models.captured.steps import WARM_UPS, Rows, Tick
from models.compiled.layout import Bytes
from models.compiled.program import Program, compiled
from models.compiled.tape import Tape, noted, outside
from models.group import Group, group_of
from models.kinematics.arrays import aid
from models.kinematics.systems import solve_banded_whole
from models.prior.newest import newest_forward
from models.prior.precision import Sparse
from models.samplers.streaming import History, StreamConfig
from models.solver import Solver
from models.tick import untold


class AskedOutside(Sparse):
    """The network, which is no step of the maths."""

    def __init__(self, network: Sparse) -> None:
        self._network = network
        self.between, self.steady_alone = network.between, network.steady_alone

    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        raise NotImplementedError("a tick of one pass begins from nothing")

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


@dataclass(frozen=True)
class Steps:
    """A program, and what it begins with and tells."""

    program: Program
    sources: tuple[list[Tensor], list[Tensor], list[Tensor]]  # what is asked, as FIELDS; body; state
    told: Tensor
    state: list[Tensor]
    bodies: Packing[Group]  # how body and state are told
    states: Packing[History]

    def views(self, tensors: Sequence[Tensor], arena: Bytes) -> list[NDArray[Any]]:
        """Their places in an arena."""
        return [self.program.layout.view(tensor, arena) if tensor.numel() else tensor.numpy() for tensor in tensors]


def compiled_steps(solver: Solver, body: Body, careful: bool, folder: Path | None) -> Steps:
    """Of bodies of this one's kind; `careful`: with all branches, see kinematics/branches.py. CannotCompile."""
    network = solver.live or newest_forward(solver.prior.network)
    bodies, states = Packing(group_of([body])), Packing(in_torch(untold(len(body.joints))))
    table = Rows(bodies, bodies.pack(group_of([body])), states, states.pack(in_torch(untold(len(body.joints)))))
    solver = replace(solver, live=AskedOutside(network))  # type: ignore[arg-type]
    work = Tick(solver, StreamConfig(), table, _Aid(), take_common=True)
    asked = _example(solver.prior.config.frames, len(body.joints))
    sources = [getattr(asked, name) for name in FIELDS], table.bodies, table.states
    begun = [tensor for some in sources for tensor in some if tensor.numel()]
    with torch.inference_mode():
        for _ in range(WARM_UPS):
            work.answers(careful, asked, *table.bodies, *table.states)
        with Tape(begun) as tape:
            told, _, *state = work.answers(careful, asked, *table.bodies, *table.states)
    outcomes = [tensor for tensor in (told, *state) if tensor.numel()]
    return Steps(compiled(tape, begun, outcomes, folder), sources, told, state, bodies, states)


def _example(frames: int, trackers: int) -> Asked:
    shape = (1, frames, trackers)
    known, unturned = torch.ones(shape, dtype=torch.bool), torch.tensor([0.0, 0, 0, 1]).repeat(*shape, 1)
    return Asked(torch.zeros(1, dtype=torch.float64), torch.zeros(1, dtype=torch.int64), torch.zeros(*shape, 3),
                 unturned, known, known.clone())
