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
from models.prior.thinned import newest_forward
from models.samplers.streaming import History
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]


def in_numpy(readings: Readings, frame: int) -> Readings:
    return Readings(*(part.numpy() for part in window_ending_at(readings, frame, 41).parts))


def row_of(answer: Answer) -> np.ndarray:
    local = matrix_to_xyzw(global_to_local(answer.rotations[None]))
    return np.concatenate([answer.root, local.ravel(), answer.confidence])


@pytest.mark.timeout(300)  # on a busy machine; to compile a tick takes some ten seconds
def test_they_are_told_what_they_are_told_step_by_step(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    solver = replace(tiny_solver, live=newest_forward(tiny_solver.prior.network, lambda network: network))
    sessions = [wear(*swaying_body(30, seed), noise=0.001) for seed in range(3)]
    sessions[1] = replace(sessions[1][0], offsets=1.1 * sessions[1][0].offsets), sessions[1][1]
    gone = sessions[2][1].position_known.clone()
    gone[14:20, 1] = False
    sessions[2] = sessions[2][0], replace(sessions[2][1], position_known=gone, rotation_known=gone)
    people = CompiledPeople(solver, sessions[0][0])
    persons = [people.open(body) for body, _ in sessions]
    histories: list[History | None] = [None, None, None]
    needed = np.zeros(3, int)
    for frame in range(10, 30):
        windows = [in_numpy(readings, frame) for _, readings in sessions]
        turns = [Turn(body, window, frame / 60, history)
                 for (body, _), window, history in zip(sessions, windows, histories, strict=True)]
        answers = [solve_live(solver, [turn])[0] for turn in turns]
        histories = [answer.history for answer in answers]
        told, counts = people.answer(persons, windows, [frame / 60] * 3)
        for place, (row, answer) in enumerate(zip(told, answers, strict=True)):
            if counts[place]:
                np.testing.assert_allclose(row[:113], row_of(answer), rtol=0, atol=2e-5)
                np.testing.assert_allclose(people.history(persons[place]).sixd, answer.history.sixd, rtol=0, atol=2e-5)
            else:
                needed[place] += 1
                people.goes_on(persons[place], answer.history)
    assert needed[:2].tolist() == [0, 0] and 0 < needed[2] < 20


def test_several_passes_are_not_compiled(tiny_solver: Solver, wear: Wear, swaying_body: SwayingBody) -> None:
    twice = replace(tiny_solver.config, sampler=replace(tiny_solver.config.sampler, passes=2))
    with pytest.raises(ValueError, match="2 passes"):
        CompiledPeople(replace(tiny_solver, config=twice), wear(*swaying_body(3))[0])
    assert torch.is_grad_enabled()
