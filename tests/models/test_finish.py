"""Finishing every third frame is as good as finishing each."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.finish import Finisher, Solution, filled_between
from models.group import group_of, measure
from models.guess import Guess
from models.kinematics.rotations import geodesic_angle, matrix_to_sixd
from models.samplers.sensing import sense
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]


@pytest.mark.parametrize("frames", [60, 61, 62])
@pytest.mark.parametrize("stands", [0.0, 1.0])
def test_the_frames_between_follow(
    t_pose_solver: Solver, swaying_body: SwayingBody, wear: Wear, frames: int, stands: float
) -> None:
    solver, (rotations, root) = t_pose_solver, swaying_body(frames, amount=0.2)
    body, readings = wear(rotations, root)
    still = matrix_to_sixd(torch.eye(3).expand(frames, 22, 3, 3)).flatten(1)
    guess = Guess(still, torch.full((frames, 22), 0.3), torch.full((frames, 4), stands))

    def finished(every: int) -> Solution:
        group = group_of([body])
        finisher = Finisher(body, solver.root_finder(group), solver.floor(group), solver.config.sampler,
                            solver.prior.statistics.reach, 24, every)
        *_, solution = finisher.steps(sense(measure([body], [readings])), guess)
        assert solution is not None
        return solution

    each, third = finished(1), finished(3)
    inner = slice(0, -2)  # what is after the last third frame goes on as before it
    assert torch.rad2deg(geodesic_angle(each.rotations, third.rotations)[inner]).max() < 0.5
    assert (each.root - third.root)[inner].norm(dim=-1).max() < 0.005
    torch.testing.assert_close(third.confidence, each.confidence, atol=0.02, rtol=0)


@pytest.mark.parametrize("frames", [1, 3, 10, 11, 12])
def test_between_two_frames_are_straight_lines(frames: int) -> None:
    line = torch.arange(frames)[:, None] * torch.tensor([1.0, -2.0])
    filled = filled_between(line[::3], 3, frames)
    last = (frames - 1) // 3 * 3
    torch.testing.assert_close(filled, line[torch.arange(frames).clamp(max=last)])
