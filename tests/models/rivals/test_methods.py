"""The trained rivals as methods: any length, yaw and place of the world, live as offline, and the published root."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.evaluation.live import window_ending_at
from models.evaluation.methods import Method
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, matrix_to_sixd, matrix_to_xyzw, xyzw_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT
from models.live import Turn
from models.prior.checkpoint import Trained
from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig
from models.rivals.methods import STEPS, bodiffusion, regressor
from models.rivals.network import Regressor
from models.rivals.recipes import BODIFFUSION, BODIFFUSION_LOCAL, REGRESSOR, REGRESSOR_BONES
from models.rivals.sight import BONES_WIDTH
from models.solver import SolverConfig

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]
NAMES = ("bodiffusion", "bodiffusion-local", "regressor", "regressor-bones")


def untrained(network: Network | Regressor) -> Network | Regressor:
    torch.nn.init.normal_(network.head.weight, std=0.1)
    return network.eval().requires_grad_(False)


def t_pose() -> Statistics:
    return Statistics(matrix_to_sixd(torch.eye(3).repeat(JOINT_COUNT, 1, 1)).flatten(), 0.3, torch.ones(JOINT_COUNT))


@pytest.fixture
def made(small: NetworkConfig) -> Callable[[str], Method]:
    """made(name): a rival with an untrained network for 9 frames."""

    def make(name: str) -> Method:
        if name.startswith("bodiffusion"):
            kind = {each.name: each for each in (BODIFFUSION, BODIFFUSION_LOCAL)}[name]
            diffusing = untrained(Network(small))
            return bodiffusion(kind, Trained(diffusing, small, t_pose()), diffusing, SolverConfig(stride=4))
        taught = {each.name: each for each in (REGRESSOR, REGRESSOR_BONES)}[name]
        config = replace(small, condition=small.condition + BONES_WIDTH * taught.bones)
        network = untrained(Regressor(config))
        return regressor(taught, Trained(network, config, t_pose()), network)

    return make


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frames", [4, 9, 30])
def test_a_sequence_of_any_length_is_solved(
    made: Callable[[str], Method], swaying_body: SwayingBody, wear: Wear, name: str, frames: int
) -> None:
    body, readings = wear(*swaying_body(frames))
    rotations, root = made(name).solve(body, readings)
    assert rotations.shape == (frames, 22, 3, 3) and root.shape == (frames, 3)
    square = rotations @ rotations.mT
    torch.testing.assert_close(square, torch.eye(3).expand_as(square), atol=1e-4, rtol=0)
    head = positions_from_pelvis(rotations, body.offsets)[:, HEAD] + root
    torch.testing.assert_close(head, readings.positions[:, 0], atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", NAMES)
def test_a_world_turned_and_moved_turns_and_moves_the_answer(
    made: Callable[[str], Method], swaying_body: SwayingBody, wear: Wear, name: str
) -> None:
    body, readings = wear(*swaying_body(30))
    turn, shift = about_y(torch.tensor(1.3)), torch.tensor([2.0, 0.0, -1.0])
    elsewhere = replace(readings, positions=readings.positions @ turn.T + shift,
                        xyzw=matrix_to_xyzw(turn @ xyzw_to_matrix(readings.xyzw)))
    method = made(name)
    (rotations, root), (turned, moved) = method.solve(body, readings), method.solve(body, elsewhere)
    torch.testing.assert_close(turned, turn @ rotations, atol=2e-3, rtol=0)
    torch.testing.assert_close(moved, root @ turn.T + shift, atol=2e-3, rtol=0)


@pytest.mark.parametrize("name", NAMES[2:])
def test_a_regressor_answers_live_what_it_answers_offline(
    made: Callable[[str], Method], swaying_body: SwayingBody, wear: Wear, name: str
) -> None:
    method, sessions = made(name), [wear(*swaying_body(20, seed)) for seed in (0, 1)]
    assert method.live is not None and method.live.window == 9 and method.passes_per_frame == 1
    for frame in (0, 5, 19):
        turns = [Turn(body, window_ending_at(readings, frame, 9), frame / 60) for body, readings in sessions]
        for (body, readings), answer in zip(sessions, method.live.answer(turns), strict=True):
            rotations, root = method.solve(body, readings)
            torch.testing.assert_close(answer.rotations, rotations[frame], atol=1e-4, rtol=0)
            torch.testing.assert_close(answer.root, root[frame], atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", NAMES[2:])
def test_a_regressor_knows_nothing_of_what_comes(
    made: Callable[[str], Method], swaying_body: SwayingBody, wear: Wear, name: str
) -> None:
    body, readings = wear(*swaying_body(20))
    method = made(name)
    whole, begun = method.solve(body, readings)[0], method.solve(body, readings.frames(0, 12))[0]
    torch.testing.assert_close(whole[:12], begun, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("name", "told"), [*((name, False) for name in NAMES[:3]), (NAMES[3], True)])
def test_who_is_told_the_bones(
    made: Callable[[str], Method], swaying_body: SwayingBody, wear: Wear, name: str, told: bool
) -> None:
    """The same readings on other bones: only who is told can answer differently."""
    body, readings = wear(*swaying_body(20))
    method, longer = made(name), replace(body, offsets=1.2 * body.offsets)
    same = torch.allclose(method.solve(body, readings)[0], method.solve(longer, readings)[0], atol=1e-6)
    assert same != told


def test_a_chain_s_passes_are_counted(small: NetworkConfig, swaying_body: SwayingBody, wear: Wear) -> None:
    passes, network = 0, untrained(Network(small))

    def counting(motion: Tensor, told: Tensor, level: Tensor) -> Tensor:
        nonlocal passes
        passes += len(motion)
        return network(motion, told, level)

    method = bodiffusion(BODIFFUSION, Trained(network, small, t_pose()), counting, SolverConfig(stride=4))
    method.solve(*wear(*swaying_body(201)))
    assert passes / 201 == pytest.approx(method.passes_per_frame, rel=0.1)
    assert method.passes_per_frame == STEPS / 4 and method.live is None


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_hand_is_borne(
    made: Callable[[str], Method], swaying_body: SwayingBody, wear: Wear, name: str
) -> None:
    body, readings = wear(*swaying_body(30))
    known = readings.position_known.clone()
    known[10:20, 1] = False
    blank = torch.where(known.unsqueeze(-1), readings.positions, torch.nan)
    lost = replace(readings, positions=blank, position_known=known, rotation_known=known)
    rotations, root = made(name).solve(body, lost)
    assert rotations.isfinite().all() and root.isfinite().all()
