"""The steps of a tick, recorded once for a number of sessions and repeated from then on.

There are two recordings of each size. The plain one takes no branch for the few, and tells of every session whether it
needed one; what it says of such a session does not count, and its state stays as it was. The careful one takes all
branches, for all. See kinematics/branches.py.
"""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor

from models.captured.packing import Packing
from models.captured.staging import FIELDS, Asked, Staging
from models.group import Group
from models.kinematics.arrays import with_type
from models.kinematics.branches import Plan, planned
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.streaming import History, StreamConfig
from models.solver import Solver
from models.tick import Told, tick

WARM_UPS = 2  # runs before a recording: libraries choose their kernels and take their memory
Pool = Any  # torch's handle of memory that graphs share, which run one after the other; None without graphs
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rows:
    """Bodies and states of sessions on a device, a row each; the last row is anybody's."""

    body_packing: Packing[Group]
    bodies: list[Tensor]
    state_packing: Packing[History]
    states: list[Tensor]

    @property
    def spare(self) -> int:
        return len(self.states[0]) - 1


@dataclass(frozen=True)
class Tick:
    """All that a tick's steps need besides what is asked."""

    solver: Solver
    config: StreamConfig
    rows: Rows
    constants: AbstractContextManager[Any]  # inside which the steps are done
    fused: list[Callable[..., tuple[Tensor, ...]]] = field(default_factory=list)  # the plain steps, once compiled
    take_common: bool = False  # of the branches: see kinematics/branches.py

    def fuse(self, asked: Asked, compiler: Any = None) -> None:
        """Compile the plain steps, from an example of what is asked; see fused.py. What the compiler raises."""
        from models.captured.fused import fused  # tracing takes a second to load

        table, count = self.rows, len(FIELDS)
        rows = [part.index_select(0, asked.rows) for part in (*table.bodies, *table.states)]

        def plain(*values: Tensor) -> tuple[Tensor, ...]:
            return self.answers(False, Asked(*values[:count]), *values[count:])

        self.fused[:] = [fused(plain, [*(getattr(asked, name) for name in FIELDS), *rows], compiler)]

    @torch.inference_mode()
    def run(self, asked: Asked, told: Tensor, careful: bool) -> None:
        """Answer into `told` (B, TOLD_WIDTH + 1) and write the states of those whose answers count."""
        rows = asked.rows
        own = [part.index_select(0, rows) for part in (*self.rows.bodies, *self.rows.states)]
        if self.fused and not careful:
            answers, needed, *states = self.fused[0](*(getattr(asked, name) for name in FIELDS), *own)
        else:
            answers, needed, *states = self.answers(careful, asked, *own)
        told.copy_(answers)
        kept = rows if careful else rows.masked_fill(needed, self.rows.spare)
        for part, new in zip(self.rows.states, states, strict=True):
            part.index_copy_(0, kept, new)

    def answers(self, careful: bool, asked: Asked, *rows: Tensor) -> tuple[Tensor, ...]:
        """What is told (B, TOLD_WIDTH + 1), whether a branch was needed (B,), and the new rows of states, from the rows
        of bodies and states. Nothing is written to, so that this may be traced."""
        table = self.rows
        with self.constants, planned(Plan(careful, self.take_common)) as plan:
            group = table.body_packing.unpack(rows[: len(table.bodies)])
            history = table.state_packing.unpack(rows[len(table.bodies) :])
            answered = tick(self.solver, group, asked.windows, asked.now_s, history, self.config)
            needed = plan.needed
            told = torch.cat([*_columns(group, asked, answered), with_type(needed, answered.root)[:, None]], 1)
            return told, needed, *table.state_packing.pack(answered.history)


def _columns(group: Group, asked: Asked, answered: Told) -> list[Tensor]:
    """Root, local xyzw rotations, confidence and whether each joint's tracker was read and believed, (B, ...)."""
    read = asked.rotation_known[:, -1] & ~answered.rejected
    measured = answered.confidence.new_zeros(read.shape[0], JOINT_COUNT)
    measured[:, list(group.joints)] = with_type(read, measured)
    local = matrix_to_xyzw(global_to_local(answered.rotations))
    return [answered.root, local.reshape(-1, 4 * JOINT_COUNT), answered.confidence, measured]


class Recording:
    """A tick of `size` sessions at most, as a graph where the device has graphs; without one step by step."""

    def __init__(self, work: Tick, staging: Staging, careful: bool, pool: Pool) -> None:
        self.staging = staging
        self._steps: Callable[[], None] = partial(work.run, staging.asked, staging.told, careful)
        self._run: Callable[[], None] = self._steps
        self.failed: str | None = None
        if staging.told.is_cuda:
            self._record(pool)

    def _record(self, pool: Pool) -> None:
        device, graph = self.staging.told.device, torch.cuda.CUDAGraph()
        try:
            side = torch.cuda.Stream(device)
            side.wait_stream(torch.cuda.current_stream(device))
            with torch.cuda.stream(side):
                for _ in range(WARM_UPS):
                    self._run()
            torch.cuda.current_stream(device).wait_stream(side)
            torch.cuda.synchronize(device)
            with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):
                self._run()
        except RuntimeError as error:
            self.failed = " because of ".join(map(_first_line, _causes(error)))
            count = len(self.staging.told)
            log.warning("no graph of %d sessions: %s; they are answered step by step", count, self.failed)
            return
        self._run = graph.replay

    def step_by_step(self) -> None:
        """From now on without the graph: to compare."""
        self._run = self._steps

    def start(self) -> None:
        """Answer what is staged; `staging.fetch()` waits for it."""
        self.staging.send()
        self._run()


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what went before: a recording that is broken off fails once more where it ends."""
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
