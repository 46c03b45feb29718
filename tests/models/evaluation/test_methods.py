"""Each method from end to end with an untrained network."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.evaluation.methods import Method, last_seen, ours, prior_only, reference, root_from_head
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import HEAD
from models.samplers.samplers import SamplerConfig
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]
Make = Callable[[Solver], Method]


@pytest.mark.parametrize("make", [ours, prior_only, reference])
@pytest.mark.parametrize("frames", [20, 41, 55])
def test_a_sequence_of_any_length_is_solved(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear, make: Make, frames: int
) -> None:
    rotations, root = make(tiny_solver).solve(*wear(*swaying_body(frames)))
    assert rotations.shape == (frames, 22, 3, 3) and root.shape == (frames, 3)
    assert rotations.isfinite().all() and root.isfinite().all()
    assert not rotations.requires_grad and not root.requires_grad
    square = rotations @ rotations.mT
    torch.testing.assert_close(square, torch.eye(3).expand_as(square), atol=1e-4, rtol=0)


@pytest.mark.parametrize("make", [prior_only, reference])
def test_the_published_rule_puts_the_head_where_it_is_measured(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear, make: Make
) -> None:
    body, readings = wear(*swaying_body(45), joints=(20, 15, 21))
    rotations, root = make(tiny_solver).solve(body, readings)
    head = positions_from_pelvis(rotations, body.offsets)[:, HEAD] + root
    torch.testing.assert_close(head, readings.positions[:, 1], atol=1e-5, rtol=0)


def test_the_root_under_a_true_pose_is_the_true_root(swaying_body: SwayingBody, wear: Wear) -> None:
    rotations, root = swaying_body(10)
    body, readings = wear(rotations, root)
    torch.testing.assert_close(root_from_head(body, readings, rotations), root, atol=1e-5, rtol=0)


def test_what_each_method_costs(tiny_solver: Solver) -> None:
    config = replace(tiny_solver.config, stride=8, sampler=SamplerConfig(passes=2))
    solver = replace(tiny_solver, config=config)
    methods = [make(solver) for make in (ours, prior_only, reference)]
    assert [method.name for method in methods] == ["ours", "prior", "reference"]
    assert [method.passes_per_frame for method in methods] == pytest.approx([0.5, 0.125, 49 / 20])
    assert [method.live is not None for method in methods] == [True, False, False]


def test_passes_are_what_is_counted(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    """Over a long sequence the ends weigh little, and the network is run as often as the table says."""
    passes = 0

    def counting(motion: Tensor, condition: Tensor, level: Tensor) -> Tensor:
        nonlocal passes
        passes += len(motion)
        return tiny_solver.forward(motion, condition, level)

    solver = replace(tiny_solver, forward=counting)
    body, readings = wear(*swaying_body(401))
    for make in (ours, prior_only, reference):
        passes, method = 0, make(solver)
        method.solve(body, readings)
        assert passes / 401 == pytest.approx(method.passes_per_frame, rel=0.1)


def test_the_reference_s_prior_is_told_rotations_alone(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    told: list[Tensor] = []

    def forward(motion: Tensor, condition: Tensor, level: Tensor) -> Tensor:
        told.append(condition)
        return 0 * motion

    body, readings = wear(*swaying_body(41))
    solver = replace(tiny_solver, forward=forward)
    reference(solver).solve(body, readings)
    reference(solver).solve(body, replace(readings, positions=readings.positions + 1.0))
    assert all(torch.equal(condition, told[0]) for condition in told)


def test_the_root_allows_for_the_head_s_mount(swaying_body: SwayingBody, wear: Wear) -> None:
    rotations, root = swaying_body(10)
    body, readings = wear(rotations, root, mounts=torch.tensor([[0.0, 0.1, 0.05]]).repeat(3, 1))
    torch.testing.assert_close(root_from_head(body, readings, rotations), root, atol=1e-5, rtol=0)


def test_a_lost_tracker_stays_where_it_was(swaying_body: SwayingBody, wear: Wear) -> None:
    _, readings = wear(*swaying_body(12))
    known = readings.position_known.clone()
    known[3:6, 1] = False
    known[:2, 2] = False
    spoilt = torch.where(known.unsqueeze(-1), readings.positions, torch.nan)
    held = last_seen(replace(readings, positions=spoilt, position_known=known))
    assert held.position_known.all()
    assert torch.equal(held.positions[:, 0], readings.positions[:, 0])
    assert torch.equal(held.positions[2:7, 1], readings.positions[[2, 2, 2, 2, 6], 1])
    assert torch.equal(held.positions[:3, 2], readings.positions[[2, 2, 2], 2])


@pytest.mark.parametrize("make", [ours, prior_only, reference])
def test_every_method_bears_lost_hands(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear, make: Make
) -> None:
    body, readings = wear(*swaying_body(50))
    known = readings.position_known.clone()
    known[10:45, 1:] = False
    spoilt = torch.where(known.unsqueeze(-1), readings.positions, torch.nan)
    rotations, root = make(tiny_solver).solve(
        body, replace(readings, positions=spoilt, position_known=known, rotation_known=known))
    assert rotations.isfinite().all() and root.isfinite().all()
