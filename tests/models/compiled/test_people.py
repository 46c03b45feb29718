"""Compiled people are told what they are told step by step, and who needs more is told so."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.compiled.people import CompiledPeople
from models.evaluation.live import window_ending_at
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw
from models.live import Answer, Turn, solve_live
from models.prior.newest import newest_forward
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]


def in_numpy(readings: Readings, frame: int) -> Readings:
    return Readings(*(part.numpy() for part in window_ending_at(readings, frame, 41).parts))


def row_of(answer: Answer) -> np.ndarray:
    local = matrix_to_xyzw(global_to_local(answer.rotations[None]))
    return np.concatenate([answer.root, local.ravel(), answer.confidence])


def worn(swaying_body: SwayingBody, wear: Wear) -> list[tuple[Body, Readings]]:
    """Somebody; another with a hand that jumps, and then leaves the body; one whose hand is not seen for a while."""
    (one, first), (two, second), (three, third) = [wear(*swaying_body(34, seed), noise=0.001) for seed in range(3)]
    places, known = second.positions.clone(), third.position_known.clone()
    places[13:16, 1] += torch.tensor([0.7, 0.4, 0.0])
    places[18:, 1] += torch.linspace(0, 1, 16)[:, None] * torch.tensor([0.0, 0.9, 0.9])
    known[14:20, 1] = False
    return [(one, first), (replace(two, offsets=1.1 * two.offsets), replace(second, positions=places)),
            (three, replace(third, position_known=known, rotation_known=known))]


@pytest.mark.timeout(300)  # to compile takes half a minute, on a busy machine more
def test_they_are_told_what_they_are_told_step_by_step(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    solver = replace(tiny_solver, live=newest_forward(tiny_solver.prior.network, lambda network: network))
    sessions, needed = worn(swaying_body, wear), np.zeros(3, int)
    people = CompiledPeople(solver, sessions[0][0])
    for careful in (False, True):
        if careful:
            people.make_careful()
        persons, histories = [people.open(body) for body, _ in sessions], [None] * 3
        for frame in range(10, 34):
            windows = [in_numpy(readings, frame) for _, readings in sessions]
            answers = [solve_live(solver, [Turn(body, window, frame / 60, history)])[0]
                       for (body, _), window, history in zip(sessions, windows, histories, strict=True)]
            histories = [answer.history for answer in answers]
            told, counts = people.answer(persons, windows, [frame / 60] * 3)
            for person, row, counted, answer in zip(persons, told, counts, answers, strict=True):
                if counted:
                    np.testing.assert_allclose(row[:113], row_of(answer), rtol=0, atol=5e-5)
                    np.testing.assert_allclose(people.history(person).sixd, answer.history.sixd, rtol=0, atol=5e-5)
                else:
                    assert not careful
                    people.goes_on(person, answer.history)
            needed += ~np.array(counts)
    assert needed[0] == needed[2] == 0  # a tracker that comes or goes is nothing for the few
    assert 0 < needed[1] < 24


def test_several_passes_are_not_compiled(tiny_solver: Solver, wear: Wear, swaying_body: SwayingBody) -> None:
    twice = replace(tiny_solver.config, sampler=replace(tiny_solver.config.sampler, passes=2))
    with pytest.raises(ValueError, match="2 passes"):
        CompiledPeople(replace(tiny_solver, config=twice), wear(*swaying_body(3))[0])
    assert torch.is_grad_enabled()
