"""Live sessions on a device that records ticks: who is where, and arrays of all sessions in and out."""
from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence

import numpy as np
import torch

from bridge.engine.packed import POSE_WIDTH, PackedPoses, PackedWindows
from bridge.frames import TrackerClip
from models.body import Body
from models.captured.people import People, captured_solver
from models.captured.staging import Asked
from models.prior.folded import Precision
from models.solver import Solver

NOBODY = -1
log = logging.getLogger(__name__)


class CapturedLive:
    """As engine.turns.LiveTurns, for a device that is not the CPU. Sessions are solved with their kind, all of one kind
    in one go."""

    def __init__(self, solver: Solver, device: str, precision: Precision = "float16") -> None:
        self._solver, self._device = captured_solver(solver, precision), torch.device(device)
        if self._device.type == "cuda":
            if self._device.index is not None:
                torch.cuda.set_device(self._device)
            with warnings.catch_warnings():  # it is called an experiment
                warnings.simplefilter("ignore")
                torch.backends.cuda.preferred_linalg_library("cusolver")  # the other makes the host wait
        self._kinds: list[tuple[int, ...]] = []
        self._people: dict[int, People] = {}
        self._free: dict[int, list[int]] = {}  # rows, by kind
        self._kind_of, self._row_of = (np.full(64, NOBODY, np.int64) for _ in range(2))  # by slot

    def open(self, slot: int, body: Body) -> None:
        """A session begins in a slot; records what a tick with it may need."""
        self.close(slot)
        if slot >= len(self._kind_of):
            more = np.full(max(slot + 1, 2 * len(self._kind_of)) - len(self._kind_of), NOBODY, np.int64)
            self._kind_of, self._row_of = (np.concatenate([old, more]) for old in (self._kind_of, self._row_of))
        kind = self._kind(body.kind)
        people, free = self._people[kind], self._free[kind]
        row = free.pop() if free else int((self._kind_of == kind).sum())
        self._kind_of[slot], self._row_of[slot] = kind, row
        people.open(row, body)
        people.prepare(int((self._kind_of == kind).sum()))

    def fuse(self, body: Body) -> str | None:
        """Compile what sessions of the body's kind do in a tick, see models/captured/fused.py. Why it failed, if so."""
        self.open(0, body)
        failed = self._people[int(self._kind_of[0])].fuse()
        self.close(0)
        return failed

    def close(self, slot: int) -> None:
        """The last of a kind takes what was recorded for it along."""
        if slot >= len(self._kind_of) or self._kind_of[slot] == NOBODY:
            return
        kind = int(self._kind_of[slot])
        self._free[kind].append(int(self._row_of[slot]))
        self._kind_of[slot] = self._row_of[slot] = NOBODY
        if kind and not (self._kind_of == kind).any():  # the first kind is the usual one
            del self._people[kind], self._free[kind]

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> PackedPoses:
        """One pose for each slot, as interface.Engine says."""
        packed, now_s, at = PackedWindows.of(windows), np.asarray(times_s, np.float64), np.asarray(slots, np.int64)
        kinds = self._kind_of[at]
        if (kinds == NOBODY).any():
            raise KeyError(f"slots {at[kinds == NOBODY].tolist()} are not open")
        rows = self._row_of[at]
        if len(at) and (kinds == kinds[0]).all():
            return PackedPoses(self._people[int(kinds[0])].answer(Asked(now_s, rows, *packed.stacked())))
        poses = np.empty((len(at), POSE_WIDTH), np.float32)
        for kind in np.unique(kinds):
            which = np.flatnonzero(kinds == kind)
            poses[which] = self._people[int(kind)].answer(Asked(now_s[which], rows[which], *packed.stacked(which)))
        return PackedPoses(poses)

    def _kind(self, joints: tuple[int, ...]) -> int:
        if joints not in self._kinds:
            self._kinds.append(joints)
        kind = self._kinds.index(joints)
        if kind not in self._people:
            self._people[kind], self._free[kind] = People(self._solver, joints, self._device), []
        return kind


def live_on(solver: Solver, device: str, fuse: Body | None = None) -> CapturedLive | None:
    """The recording live solver for a device; None, with a line in the log, where nothing can be recorded of it.
    `fuse`: a body of the kind whose steps are compiled before they are recorded."""
    try:
        live = CapturedLive(solver, device)
    except ValueError as error:
        log.warning("live sessions are solved step by step: %s", error)
        return None
    if fuse:
        live.fuse(fuse)
    return live
