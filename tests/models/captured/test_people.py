"""People on a device are answered as by turns: whatever happens to whom, and whichever rows they have."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.captured.people import People, captured_solver, sizes
from models.captured.staging import Asked
from models.evaluation.live import window_ending_at
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import geodesic_angle, matrix_to_xyzw, xyzw_to_matrix
from models.live import Turn, solve_live
from models.prior.newest import newest_forward
from models.solver import Solver

Session = tuple[Body, Readings]
SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]
CPU = torch.device("cpu")


def jumps(readings: Readings) -> Readings:
    """A hand that is elsewhere for three frames, and later for good: out of reach."""
    positions = readings.positions.clone()
    positions[8:11, 1] += torch.tensor([0.7, 0.4, 0.0])
    positions[18:, 1] += torch.tensor([0.0, 0.9, 0.9])
    return replace(readings, positions=positions)


def gaps(readings: Readings) -> Readings:
    """A hand, and then both, that nobody sees for a while."""
    known = readings.position_known.clone()
    known[6:12, 1] = known[10:14, 2] = False
    lost = readings.positions.where(known[..., None], torch.nan)
    return replace(readings, positions=lost, position_known=known, rotation_known=known)


@pytest.fixture
def solver(tiny_solver: Solver) -> Solver:
    return replace(tiny_solver, forward=newest_forward(tiny_solver.prior.network, lambda network: network))


@pytest.fixture
def sessions(swaying_body: SwayingBody, wear: Wear) -> list[Session]:
    (one, first), (two, second), (three, third) = [wear(*swaying_body(26, seed), noise=0.001) for seed in range(3)]
    return [(one, first), (replace(two, offsets=1.1 * two.offsets), jumps(second)),
            (replace(three, floor_height=None), gaps(third))]


def asked_of(sessions: Sequence[Session], rows: Sequence[int], frame: int) -> Asked:
    windows = [window_ending_at(readings, frame, 41).parts for _, readings in sessions]
    stacked = (torch.stack(part).numpy() for part in zip(*windows, strict=True))
    return Asked(np.full(len(rows), frame / 60), np.array(rows), *stacked)


def by_turns(solver: Solver, sessions: Sequence[Session], frames: range) -> list[list[np.ndarray]]:
    """For every frame what each session is told, as rows of a table."""
    history, told = [None] * len(sessions), []
    for frame in frames:
        turns = [Turn(body, window_ending_at(readings, frame, 41), frame / 60, before)
                 for (body, readings), before in zip(sessions, history, strict=True)]
        answers = solve_live(solver, turns)
        history = [answer.history for answer in answers]
        local = [matrix_to_xyzw(global_to_local(answer.rotations)) for answer in answers]
        told.append([np.concatenate([answer.root, xyzw.ravel(), answer.confidence])
                     for answer, xyzw in zip(answers, local, strict=True)])
    return told


def same(one: np.ndarray, other: np.ndarray, atol: float = 1e-4) -> None:
    """Root and confidence, and the angle between the rotations."""
    np.testing.assert_allclose(one[:3], other[:3], atol=atol)
    np.testing.assert_allclose(one[91:113], other[91:113], atol=atol)
    turned = [xyzw_to_matrix(torch.from_numpy(values[3:91].reshape(22, 4))) for values in (one, other)]
    assert geodesic_angle(*turned).max() < 10 * atol


def test_all_are_answered_as_by_turns(solver: Solver, sessions: list[Session]) -> None:
    people, rows, careful = People(captured_solver(solver), (15, 20, 21), CPU), [4, 0, 2], []
    for row, (body, _) in zip(rows, sessions, strict=True):
        people.open(row, body)
    for frame, expected in zip(range(26), by_turns(solver, sessions, range(26)), strict=True):
        for mine, yours in zip(people.answer(asked_of(sessions, rows, frame)), expected, strict=True):
            same(mine, yours)
        careful.append(people.careful_rows[rows].copy())
    needed = np.array(careful)
    assert needed[:, 1].any() and needed[:, 2].any() and not needed.all(1).any()  # both recordings were of use


def test_what_a_row_held_before_is_forgotten(solver: Solver, sessions: list[Session]) -> None:
    people = People(captured_solver(solver), (15, 20, 21), CPU)
    people.open(0, sessions[0][0])
    people.open(1, sessions[1][0])
    for frame in range(5):
        people.answer(asked_of(sessions[:2], [0, 1], frame))
    people.open(1, sessions[0][0])
    again = people.answer(asked_of(sessions[:1] * 2, [0, 1], 5))
    went_on, = by_turns(solver, sessions[:1], range(6))[5]
    anew, = by_turns(solver, sessions[:1], range(5, 6))[0]
    same(again[0], went_on)
    same(again[1], anew)


def test_more_room_keeps_who_is_there(solver: Solver, sessions: list[Session]) -> None:
    people = People(captured_solver(solver), (15, 20, 21), CPU)
    people.open(0, sessions[0][0])
    for frame in range(4):
        people.answer(asked_of(sessions[:1], [0], frame))
    before = people.capacity
    people.open(before, sessions[1][0])
    assert people.capacity > before
    same(people.answer(asked_of(sessions[:1], [0], 4))[0], by_turns(solver, sessions[:1], range(5))[4][0])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_any_number_is_answered(solver: Solver, sessions: list[Session], count: int) -> None:
    people = People(captured_solver(solver), (15, 20, 21), CPU)
    for row in range(count):
        people.open(row, sessions[0][0])
    alone = by_turns(solver, sessions[:1], range(1))[0][0]
    for told in people.answer(asked_of(sessions[:1] * count, range(count), 0)):
        same(told, alone)


def test_what_is_refused(solver: Solver, sessions: list[Session]) -> None:
    with pytest.raises(ValueError, match="trackers on"):
        People(captured_solver(solver), (15, 20), CPU).open(0, sessions[0][0])
    twice = replace(solver, config=replace(solver.config, sampler=replace(solver.config.sampler, passes=2)))
    with pytest.raises(ValueError, match="2 passes"):
        captured_solver(twice)
    assert sizes(8) == (2, 4, 8)
