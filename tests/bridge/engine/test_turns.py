"""Live turns on a CPU: by machine code where there is some, and step by step where that is not enough."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from bridge.engine.interface import LivePose
from bridge.engine.solver import load_solver_prior
from bridge.engine.tensors import body_of
from bridge.engine.turns import LiveTurns
from bridge.frames import Motion, Setup, TrackerClip
from bridge.simulate import simulate_trackers
from models.body import Body
from models.samplers.streaming import History
from models.solver import Solver, solver_of

WIDTH = 135
Person = dict[str, Any]


class Compiled:
    """As CompiledPeople, and as who makes them: it says the time for a root, and at some times that this is not enough.
    """

    def __init__(self, made: bool = True) -> None:
        self.made, self.refused = made, set[float]()
        self.went_on: list[History] = []

    def people(self, body: Body) -> Compiled | None:
        return self if self.made else None

    def open(self, body: Body, history: History | None) -> Person:
        return {"history": history}

    def history(self, person: Person) -> History | None:
        history: History | None = person["history"]
        return history

    def goes_on(self, person: Person, history: History) -> None:
        self.went_on.append(history)
        person["history"] = history

    def answer(
        self, people: Sequence[Person], windows: Sequence[Any], times_s: Sequence[float]
    ) -> tuple[list[np.ndarray], list[bool]]:
        rows = np.zeros((len(people), WIDTH), np.float32)
        rows[:, 0] = times_s
        return list(rows), [time_s not in self.refused for time_s in times_s]


@pytest.fixture(scope="module")
def solver() -> Solver:
    return solver_of(load_solver_prior(None))


@pytest.fixture
def window(swaying: Callable[..., Motion]) -> Callable[[int], TrackerClip]:
    clip = simulate_trackers(swaying(), Setup(), seed=0)

    def cut(first: int) -> TrackerClip:
        parts = (clip.positions_m, clip.rotations_xyzw, clip.position_valid, clip.rotation_valid)
        return TrackerClip(clip.rate_hz, *(part[first : first + 41] for part in parts))

    return cut


def roots(poses: Sequence[LivePose]) -> list[float]:
    return [float(pose.root_position_m[0]) for pose in poses]


def test_until_there_is_machine_code_steps_are_made_one_by_one_and_then_it_goes_on_from_there(
    solver: Solver, window: Callable[[int], TrackerClip]
) -> None:
    making = Compiled(made=False)
    live, plain = LiveTurns(solver, making), LiveTurns(solver)  # type: ignore[arg-type]
    for turns in (live, plain):
        turns.open(3, body_of(Setup()))
    for tick in range(3):
        ((mine,), (theirs,)) = (turns.solve_live([3], [window(tick)], [1.0 + tick / 60]) for turns in (live, plain))
        assert np.array_equal(mine.local_xyzw, theirs.local_xyzw)
    making.made = True
    assert roots(live.solve_live([3], [window(3)], [5.0])) == [5.0]
    making.refused = {6.0}
    (pose,) = live.solve_live([3], [window(4)], [6.0])
    assert pose.local_xyzw.any()
    (history,) = making.went_on
    assert history.times_s[0, -4:].tolist() == pytest.approx([1.0, 1 + 1 / 60, 1 + 2 / 60, 6.0])


def test_each_is_told_what_is_its_own(solver: Solver, window: Callable[[int], TrackerClip]) -> None:
    making = Compiled()
    making.refused = {2.0, 4.0}
    live = LiveTurns(solver, making)  # type: ignore[arg-type]
    for slot in range(4):
        live.open(slot, body_of(Setup()))
    found = roots(live.solve_live([3, 1, 0, 2], [window(0)] * 4, [1.0, 2.0, 3.0, 4.0]))
    assert [found[0], found[2]] == [1.0, 3.0] and not {2.0, 4.0} & {found[1], found[3]}
    live.close(1)
    live.open(1, body_of(Setup()))
    live.solve_live([1], [window(1)], [4.0])
    assert making.went_on[-1].times_s[0, -1] == 4.0 and not np.isfinite(making.went_on[-1].times_s[0, -2])
