"""Live sessions one turn each: what each was told lies with it, and those of one kind are solved together."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bridge.engine.interface import LivePose
from bridge.frames import JOINT_COUNT, Flags, TrackerClip
from models.body import Body, Readings
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw
from models.live import Answer, Turn, by_trackers, solve_live
from models.samplers.streaming import History
from models.solver import Solver


@dataclass
class LiveBody:
    """What a slot holds: who it is, and what was answered."""

    body: Body
    history: History | None = None


class LiveTurns:
    """Live sessions by their slots, on a CPU."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._slots: dict[int, LiveBody] = {}

    def open(self, slot: int, body: Body) -> None:
        self._slots[slot] = LiveBody(body)

    def close(self, slot: int) -> None:
        self._slots.pop(slot, None)

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> list[LivePose]:
        """One pose for each slot, as interface.Engine says."""
        held = [self._slots[slot] for slot in slots]
        turns = [
            Turn(live.body, _numpy_readings(window), time_s, live.history)
            for live, window, time_s in zip(held, windows, times_s, strict=True)
        ]
        answers: dict[int, Answer] = {}
        for group in by_trackers(turns).values():
            answers.update(zip(group, solve_live(self._solver, [turns[index] for index in group]), strict=True))
        for index, live in enumerate(held):
            live.history = answers[index].history
        return _live_poses([answers[index] for index in range(len(turns))], turns)


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
