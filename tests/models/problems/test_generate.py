"""Made motion: the same for a seed, from its pose on, over the floor, along its path."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import geodesic_angle
from models.kinematics.skeleton import neutral_offsets
from models.problems.generate import GenerateConfig, generate
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
QUICK = GenerateConfig(steps=4)


@pytest.mark.parametrize("frames", [10, 41, 70])
def test_a_seed_makes_one_motion(frames: int, tiny_solver: Solver) -> None:
    one, again, other = (generate(tiny_solver, neutral_offsets(), frames, seed, config=QUICK) for seed in (5, 5, 6))
    assert one.rotations.shape == (frames, 22, 3, 3)
    assert torch.equal(one.rotations, again.rotations)
    assert torch.equal(one.root, again.root)
    assert not torch.allclose(one.rotations, other.rotations, atol=1e-2)


def test_it_starts_with_the_pose_that_is_told(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    start = swaying_body(1, amount=0.5)[0][0]
    made = generate(tiny_solver, neutral_offsets(), 60, 0, start, config=QUICK)
    assert geodesic_angle(made.rotations[0], start).max() < 0.1


def test_it_goes_along_its_path_and_not_through_the_floor(t_pose_solver: Solver) -> None:
    path = torch.zeros(120, 3)
    path[:, 2] = torch.linspace(0, 2, 120)
    made = generate(t_pose_solver, neutral_offsets(), 120, 0, path=path, config=QUICK)
    assert (made.root - path)[:, [0, 2]].norm(dim=-1).max() < 0.2
    places = positions_from_pelvis(made.rotations, neutral_offsets()) + made.root[:, None]
    assert places[..., 1].min() > -0.01


def test_levels_fall_to_nothing() -> None:
    levels = GenerateConfig().levels
    assert levels == sorted(levels, reverse=True)
    assert levels[0] == pytest.approx(8.0)
    assert levels[-1] == 0
