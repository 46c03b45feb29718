"""Live sessions of one kind on a device: their bodies and states stay there, windows go in and answers come out."""
from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.body import Body
from models.captured.constants import Constants
from models.captured.packing import Packing, in_torch
from models.captured.staging import TOLD_WIDTH, Asked, Staging
from models.captured.steps import Recording, Rows, Tick
from models.group import Group, group_of
from models.prior.folded import Precision
from models.prior.newest import planned_forward
from models.samplers.streaming import StreamConfig
from models.solver import Solver
from models.tick import untold

SMALLEST, LARGEST, LARGEST_CAREFUL = 2, 4096, 256  # of the recordings; more sessions take turns
EXAMPLE = 29  # sessions, as many as nothing else is
ROOM = (512, 4096)  # for sessions of a kind at first, and then; a power of two beyond that

log = logging.getLogger(__name__)


def captured_solver(solver: Solver, precision: Precision = "float32") -> Solver:
    """The solver with a network that a device can record. It must be one of a single pass."""
    if solver.config.sampler.passes != 1:
        raise ValueError(f"a solver of {solver.config.sampler.passes} passes; recordings are made of 1")
    return replace(solver, forward=planned_forward(solver.prior.network, precision))


def sizes(most: int) -> tuple[int, ...]:
    """2, 4, 8, ... up to `most`."""
    return tuple(1 << power for power in range(1, most.bit_length()))


@dataclass
class People:
    """Sessions by their rows, which are numbers that the caller gives out from zero on."""

    solver: Solver  # see captured_solver
    joints: tuple[int, ...]
    device: torch.device
    config: StreamConfig = field(default_factory=StreamConfig)
    careful_rows: NDArray[np.bool_] = field(init=False)  # who needed a branch last time

    def __post_init__(self) -> None:
        self._constants = Constants(self.device)
        self.work: Tick | None = None
        self._recordings: dict[tuple[int, bool], Recording] = {}
        self.careful_rows = np.zeros(0, np.bool_)

    @property
    def capacity(self) -> int:
        """Sessions that there is room for."""
        return len(self.careful_rows)

    @torch.inference_mode()
    def open(self, row: int, body: Body) -> None:
        """A session begins: nothing is known of what was told in its row before."""
        if body.kind != self.joints:
            raise ValueError(f"trackers on {body.kind}; here they are on {self.joints}")
        own = group_of([body])
        if self.work is None or row >= self.capacity:
            self._make_room(row + 1, Packing(own))
        assert self.work is not None
        rows, never = self.work.rows, in_torch(untold(len(self.joints)))
        for table, new in ((rows.bodies, rows.body_packing.pack(own)), (rows.states, rows.state_packing.pack(never))):
            for part, values in zip(table, new, strict=True):
                if part.shape[1]:
                    part[row] = values[0].to(self.device)
        self.careful_rows[row] = False

    def _make_room(self, count: int, packing: Packing[Group]) -> None:
        """More room; recordings know where the rows were, and are made anew."""
        most = next((room for room in ROOM if room >= count), 1 << (count - 1).bit_length())
        states = Packing(in_torch(untold(len(self.joints))))
        rows = Rows(packing, packing.empty(most + 1, self.device), states, states.empty(most + 1, self.device))
        if self.work is not None:
            before = self.work.rows
            for part, old in zip(rows.bodies + rows.states, before.bodies + before.states, strict=True):
                part[: len(old) - 1] = old[:-1]
        self._recordings.clear()  # the last one takes the pool of their memory along
        self._pool = torch.cuda.graph_pool_handle() if self.device.type == "cuda" else None
        fused = self.work.fused if self.work else []  # it is for any number of rows
        self.work = Tick(self.solver, self.config, rows, self._constants, fused)
        self.careful_rows = np.concatenate([self.careful_rows, np.zeros(most - self.capacity, np.bool_)])

    def prepare(self, count: int) -> list[str]:
        """Record what `count` sessions need in a tick; why recordings failed, if they did."""
        made = [self._recording(size, careful) for careful, most in ((False, LARGEST), (True, LARGEST_CAREFUL))
                for size in sizes(min(_size_for(count), most))]
        return [each.failed for each in made if each.failed]

    def fuse(self, compiler: Any = None) -> str | None:
        """Compile what is recorded from now on, see fused.py: a matter of minutes. Why it failed, if it did; then steps
        are recorded one by one. Somebody must have been opened. `compiler`: torch's, or another."""
        assert self.work is not None, "nobody was opened"
        frames = self.solver.prior.config.frames
        example = Staging(EXAMPLE, frames, len(self.joints), self.device, self.work.rows.spare)
        try:
            self.work.fuse(example.asked, compiler)
        except Exception as error:  # whatever a compiler, or the lack of one, comes to
            log.warning("steps are not fused: %s: %s", type(error).__name__, next(iter(str(error).splitlines()), ""))
            return str(error)
        self._recordings.clear()
        self._pool = torch.cuda.graph_pool_handle() if self.device.type == "cuda" else None
        return None

    def answer(self, asked: Asked) -> NDArray[np.float32]:
        """(B, TOLD_WIDTH) for all who ask. Nobody asks twice."""
        told = np.empty((len(asked.rows), TOLD_WIDTH), np.float32)
        careful = self.careful_rows[asked.rows]
        failed = self._answer(asked, np.flatnonzero(~careful), False, told)
        self._answer(asked, np.concatenate([np.flatnonzero(careful), failed]), True, told)
        return told

    def _answer(
        self, asked: Asked, which: NDArray[np.intp], careful: bool, told: NDArray[np.float32]
    ) -> NDArray[np.intp]:
        """By recordings of one sort; those of them whose answers do not count."""
        most, failed = LARGEST_CAREFUL if careful else LARGEST, [which[:0]]
        for begin in range(0, len(which), most):
            some = which[begin : begin + most]
            recording = self._recording(_size_for(len(some)), careful)
            everybody = len(some) == len(asked.rows)
            recording.staging.fill(asked, slice(None) if everybody else some)
            recording.start()
            answers = recording.staging.fetch()[: len(some)]
            needed = answers[:, -1] > 0
            told[slice(None) if everybody else some] = answers[:, :-1]
            self.careful_rows[asked.rows[some]] = needed
            failed.append(some[needed])
        return np.concatenate(failed)

    def _recording(self, size: int, careful: bool) -> Recording:
        if (size, careful) not in self._recordings:
            assert self.work is not None, "nobody was opened"
            frames = self.solver.prior.config.frames
            staging = Staging(size, frames, len(self.joints), self.device, self.work.rows.spare)
            self._recordings[size, careful] = Recording(self.work, staging, careful, self._pool)
        return self._recordings[size, careful]


def _size_for(count: int) -> int:
    """The smallest recording that holds so many."""
    return max(SMALLEST, 1 << max(count - 1, 0).bit_length())
