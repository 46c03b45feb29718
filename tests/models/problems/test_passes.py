"""Passes over a sequence: any length, blended, reported."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.problems.known import Known
from models.problems.passes import PassConfig, look
from models.samplers.schedules import NOTHING
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]


@pytest.mark.parametrize("frames", [1, 20, 41, 100])
def test_every_frame_is_answered_and_the_bar_ends(frames: int, tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    rotations, root = swaying_body(frames)
    everything = torch.ones(frames, JOINT_COUNT, dtype=torch.bool)
    told: list[float] = []
    known = Known(rotations, everything, root, everything[:, 0], neutral_offsets())
    guess = look(tiny_solver, known, NOTHING, PassConfig(batch=2), told.append)
    assert guess.poses.shape == (frames, 6 * JOINT_COUNT)
    assert guess.poses.isfinite().all()
    assert told == sorted(told)
    assert told[-1] == 1


def test_how_windows_are_batched_does_not_matter(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    rotations, root = swaying_body(90)
    some = torch.zeros(90, JOINT_COUNT, dtype=torch.bool)
    some[::30] = True
    known = Known(rotations, some, root, some[:, 0], neutral_offsets())
    one, other = (look(tiny_solver, known, 0.5, PassConfig(batch=batch)) for batch in (1, 16))
    assert torch.allclose(one.poses, other.poses, atol=1e-5)
