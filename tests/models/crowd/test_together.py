"""Many clips at once are solved as each alone, wherever that is done."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.crowd.together import crowd_solver, solve_together
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import geodesic_angle
from models.kinematics.skeleton import JOINT_INDEX
from models.prior.condition import CUE_JOINTS
from models.prior.denoiser import SAID
from models.prior.network import Network, NetworkConfig
from models.solver import Solution, Solver
from models.swap import exchanged
from tests.pretend_gpu import PretendGpu, mark

Worn = tuple[Body, Readings]
SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., Worn]
FRAMES = (95, 43, 42, 180, 30, 101, 41, 120)


@pytest.fixture
def solver(tiny_solver: Solver) -> Solver:
    """Of a network that tells of contact too, likely at times."""
    torch.manual_seed(3)
    config = NetworkConfig(said=SAID, width=16, blocks=1, heads=2)
    network = Network(config)
    torch.nn.init.normal_(network.head.weight, std=0.1)
    network.head.bias.data[-4:] = 0.3
    prior = replace(tiny_solver.prior, network=network.eval().requires_grad_(False), config=config)
    return Solver(prior, network)


@pytest.fixture
def people(swaying_body: SwayingBody, wear: Wear) -> list[Worn]:
    """Some whose trackers are lost for a while, jump, or are out of reach; bodies of several sizes."""
    worn = [wear(*swaying_body(frames, seed, 0.2), noise=0.002) for seed, frames in enumerate(FRAMES)]
    worn[1] = replace(worn[1][0], offsets=0.9 * worn[1][0].offsets, floor_height=None), worn[1][1]
    lost = replace(worn[3][1], position_known=worn[3][1].position_known.clone(), positions=worn[3][1].positions.clone())
    lost.position_known[50:80, 1] = False
    lost.positions[50:80, 1] = torch.nan
    worn[3] = worn[3][0], lost
    far = worn[5][1].positions.clone()
    far[40:44, 2] += 3.0
    far[60:, 1] += torch.tensor([0.0, 0.3, 0.3])
    worn[5] = worn[5][0], replace(worn[5][1], positions=far)
    return worn


def apart(one: Solution, other: Solution, body: Body) -> tuple[float, float]:
    """Mean distance of joints, cm, and mean angle, degrees."""
    places = [positions_from_pelvis(part.rotations, body.offsets) + part.root[:, None] for part in (one, other)]
    turned = torch.rad2deg(geodesic_angle(one.rotations, other.rotations)).mean()
    return 100 * float((places[0] - places[1]).norm(dim=-1).mean()), float(turned)


def same(found: Solution, expected: Solution, body: Body) -> None:
    assert found.rotations.shape == expected.rotations.shape
    centimetres, degrees = apart(found, expected, body)
    assert centimetres < 0.01 and degrees < 0.02
    torch.testing.assert_close(found.confidence, expected.confidence, atol=2e-3, rtol=0)
    torch.testing.assert_close(found.spread.rotation, expected.spread.rotation, atol=1e-3, rtol=0)
    assert torch.equal(found.rejected, expected.rejected)


@pytest.mark.parametrize("at_once", [1, 200, 1 << 16])
def test_together_is_as_alone(solver: Solver, people: list[Worn], at_once: int) -> None:
    for (body, readings), found in zip(people, solve_together(solver, people, at_once), strict=True):
        same(found, solver.sequence(body, readings), body)


def test_who_never_stands_is_solved_as_alone(tiny_solver: Solver, people: list[Worn]) -> None:
    for (body, readings), found in zip(people, solve_together(tiny_solver, people), strict=True):
        same(found, tiny_solver.sequence(body, readings), body)


def test_more_trackers_together(solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    joints = (*CUE_JOINTS, JOINT_INDEX["pelvis"], JOINT_INDEX["L_ankle"])
    worn = [wear(*swaying_body(60 + 7 * seed, seed), joints=joints) for seed in range(3)]
    for (body, readings), found in zip(worn, solve_together(solver, worn), strict=True):
        same(found, solver.sequence(body, readings), body)


def test_who_wears_the_wrong_hands_is_found_among_others(
    solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    worn = [wear(*swaying_body(330, seed, 0.05)) for seed in range(2)]
    body, readings = worn[1]
    wrong = [worn[0], (body, exchanged(body, readings))]
    found, expected = solve_together(solver, wrong), solve_together(solver, worn)
    for (body, _), one, other in zip(worn, found, expected, strict=True):
        same(one, other, body)


def test_a_network_made_for_crowds_says_the_same(solver: Solver, people: list[Worn]) -> None:
    made = crowd_solver(solver, "float32")
    thin = replace(made, forward=made.forward)
    for (body, readings), found in zip(people, solve_together(thin, people), strict=True):
        same(found, thin.sequence(body, readings), body)
    with pytest.raises(ValueError, match="2 passes"):
        crowd_solver(replace(solver, config=replace(solver.config, sampler=replace(solver.config.sampler, passes=2))))


def test_nothing_of_it_is_left_on_the_cpu(solver: Solver, people: list[Worn]) -> None:
    expected = solve_together(crowd_solver(solver, "float32"), people)
    mark([[*solver.prior.network.parameters()], [*solver.prior.network.buffers()]])
    with PretendGpu():
        found = solve_together(crowd_solver(solver, "float32"), people)
    for (body, _), one, other in zip(people, found, expected, strict=True):
        same(one, other, body)


def test_bodies_of_two_kinds_are_refused(solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    motion = swaying_body(60)
    with pytest.raises(ValueError, match="one kind"):
        solve_together(solver, [wear(*motion), wear(*motion, joints=CUE_JOINTS[:1])])
    assert solve_together(solver, []) == []
