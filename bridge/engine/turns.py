"""Live sessions one turn each: what each was told lies with it, and those of one kind are solved together."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bridge.engine.compiling import Compiling
from bridge.engine.interface import LivePose
from bridge.engine.packed import POSE_WIDTH, PackedPoses
from bridge.frames import JOINT_COUNT, Flags, Floats, TrackerClip
from models.body import Body, Readings
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw
from models.live import Answer, Turn, by_kind, solve_live
from models.samplers.streaming import History
from models.solver import Solver

if TYPE_CHECKING:
    from models.compiled.people import CompiledPeople, Person


@dataclass
class LiveBody:
    """What a slot holds: who it is, and what was answered."""

    body: Body
    history: History | None = None
    person: Person | None = None  # where its ticks are compiled, which has the history then


class LiveTurns:
    """Live sessions by their slots, on a CPU. `compiling`: who makes their ticks machine code; None: nobody."""

    def __init__(self, solver: Solver, compiling: Compiling | None = None) -> None:
        self._solver, self.compiling = solver, compiling
        self._slots: dict[int, LiveBody] = {}

    def open(self, slot: int, body: Body) -> None:
        self._slots[slot] = LiveBody(body)

    def close(self, slot: int) -> None:
        self._slots.pop(slot, None)

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> PackedPoses:
        """One pose for each slot, as interface.Engine says."""
        held, readings = [self._slots[slot] for slot in slots], list(map(_numpy_readings, windows))
        rows = np.empty((len(held), POSE_WIDTH), np.float32)
        for group in by_kind([live.body for live in held]).values():
            people = self.compiling.people(held[group[0]].body) if self.compiling else None
            left = _compiled(people, group, held, readings, times_s, rows) if people else group
            if left:
                poses = self._step_by_step(people, left, held, readings, times_s)
                rows[left] = PackedPoses.of(poses).rows
        return PackedPoses(rows)

    def _step_by_step(
        self, people: CompiledPeople | None, which: Sequence[int], held: Sequence[LiveBody],
        readings: Sequence[Readings], times_s: Sequence[float],
    ) -> list[LivePose]:
        turns = [Turn(held[index].body, readings[index], times_s[index], _history(people, held[index]))
                 for index in which]
        answers = solve_live(self._solver, turns)
        for index, answer in zip(which, answers, strict=True):
            live = held[index]
            if people and live.person:
                people.goes_on(live.person, answer.history)
            else:
                live.history = answer.history
        return _live_poses(answers, turns)


def _history(people: CompiledPeople | None, live: LiveBody) -> History | None:
    return people.history(live.person) if people and live.person else live.history


def _compiled(
    people: CompiledPeople, which: Sequence[int], held: Sequence[LiveBody], readings: Sequence[Readings],
    times_s: Sequence[float], rows: Floats,
) -> list[int]:
    """Fills in their rows; who is left, as they need more than is compiled."""
    for index in which:
        live = held[index]
        if live.person is None:
            live.person, live.history = people.open(live.body, live.history), None
    persons = [person for index in which if (person := held[index].person)]
    told, counts = people.answer(persons, [readings[index] for index in which], [times_s[index] for index in which])
    rows[which] = told
    return [index for index, counted in zip(which, counts, strict=True) if not counted]


def _numpy_readings(window: TrackerClip) -> Readings:
    """A live window's readings, as the solver wants them on a CPU."""
    return Readings(window.positions_m, window.rotations_xyzw, window.position_valid, window.rotation_valid)


def _live_poses(answers: Sequence[Answer], turns: Sequence[Turn]) -> list[LivePose]:
    local = matrix_to_xyzw(global_to_local(np.stack([answer.rotations for answer in answers])))
    return [LivePose(answer.root, xyzw, answer.confidence, _measured(turn, answer))
            for answer, turn, xyzw in zip(answers, turns, local, strict=True)]


def _measured(turn: Turn, answer: Answer) -> Flags:
    """Joints whose tracker was read and believed."""
    measured = np.zeros(JOINT_COUNT, dtype=np.bool_)
    measured[list(turn.body.joints)] = turn.readings.rotation_known[-1] & ~answer.rejected
    return measured
