"""Whole sequences: any length, any losses, the same however they are cut up."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, geodesic_angle, matrix_to_xyzw, xyzw_to_matrix
from models.kinematics.skeleton import JOINT_INDEX, PELVIS
from models.prior.condition import CUE_JOINTS
from models.prior.runtime import fast_forward
from models.solver import Solution, Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]


def finite(solution: Solution) -> bool:
    return all(bool(part.isfinite().all()) for part in (solution.rotations, solution.root, solution.confidence))


def same(one: Solution, other: Solution, atol: float = 5e-5) -> None:
    torch.testing.assert_close(one.rotations, other.rotations, atol=atol, rtol=0)
    torch.testing.assert_close(one.root, other.root, atol=atol, rtol=0)
    torch.testing.assert_close(one.confidence, other.confidence, atol=atol, rtol=0)


@pytest.mark.parametrize("frames", [1, 2, 3, 5, 40, 41, 42, 95])
def test_any_length_is_solved(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear, frames: int) -> None:
    solution = tiny_solver.sequence(*wear(*swaying_body(frames)))
    assert solution.rotations.shape == (frames, 22, 3, 3)
    assert solution.root.shape == (frames, 3) and solution.confidence.shape == (frames, 22)
    assert finite(solution)
    square = solution.rotations @ solution.rotations.mT
    torch.testing.assert_close(square, torch.eye(3).expand_as(square), atol=1e-5, rtol=0)
    assert solution.confidence.min() > -1e-5 and solution.confidence.max() < 1 + 1e-5


def test_progress_ends_with_all_frames_and_then_the_solution(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    solver = replace(tiny_solver, config=replace(tiny_solver.config, batch=2, stride=10))
    *done, solution = solver.sequence_steps(*wear(*swaying_body(120)))
    assert isinstance(solution, Solution)
    assert done == sorted(done) and done[4:] == [120, 120, 120]  # nine windows, two by two; settled; smoothed
    told: list[int] = []
    same(solver.sequence(*wear(*swaying_body(120)), told.append), solution)
    assert told == done


@pytest.mark.parametrize("lost", [slice(0, 30), slice(40, 70), slice(50, 90), slice(0, 90)])
def test_nothing_that_is_lost_comes_out_as_nan(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear, lost: slice
) -> None:
    body, readings = wear(*swaying_body(90))
    known = readings.position_known.clone()
    known[lost] = False
    gone = Readings(
        readings.positions.where(known.unsqueeze(-1), torch.nan), readings.xyzw.where(known.unsqueeze(-1), torch.nan),
        known, known,
    )
    solution = tiny_solver.sequence(body, gone)
    assert finite(solution)
    read, places = known.all(-1).nonzero().flatten(), torch.arange(90)
    away = (places.unsqueeze(-1) - read).abs().amin(-1) if len(read) else torch.full((90,), 90)
    assert (solution.confidence[away > 25] < 1e-3).all()
    assert (solution.confidence[away > 10] < 0.9).all()


def test_how_windows_are_batched_does_not_matter(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    worn = wear(*swaying_body(100))
    one, many = (replace(tiny_solver, config=replace(tiny_solver.config, batch=batch)) for batch in (1, 16))
    same(one.sequence(*worn), many.sequence(*worn))


def test_a_long_sequence_is_finished_in_pieces_that_do_not_show(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    body, readings = wear(*swaying_body(1030))
    whole = tiny_solver.sequence(body, readings)
    part = tiny_solver.sequence(body, readings.frames(0, 620))
    torch.testing.assert_close(part.rotations[:560], whole.rotations[:560], atol=5e-5, rtol=0)
    torch.testing.assert_close(part.root[:560], whole.root[:560], atol=5e-5, rtol=0)
    jerk = whole.root.diff(n=3, dim=0).norm(dim=-1)
    assert jerk[490:510].max() < 2 * jerk[520:990].max()


def test_pieces_are_short_while_somebody_waits_and_say_the_same(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    worn = wear(*swaying_body(300))
    waits = iter([False, True] + [True] * 100)
    *calm, whole = tiny_solver.sequence_steps(*worn)
    *hurried, same_whole = tiny_solver.sequence_steps(*worn, lambda: next(waits))
    assert isinstance(whole, Solution) and isinstance(same_whole, Solution)
    same(same_whole, whole)
    assert hurried[0] == calm[0] and len(hurried) > 2 * len(calm)  # asked anew before each piece


def test_windows_of_several_people_are_their_own(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    worn = [wear(*swaying_body(41, seed)) for seed in range(3)]
    bodies, readings = [body for body, _ in worn], [part for _, part in worn]
    bodies[1] = replace(bodies[1], offsets=0.8 * bodies[1].offsets, floor_height=None)
    with torch.no_grad():
        together, _ = tiny_solver.windows(bodies, readings)
        for index in range(3):
            alone, _ = tiny_solver.windows(bodies[index : index + 1], readings[index : index + 1])
            torch.testing.assert_close(together.poses[index], alone.poses[0], atol=5e-5, rtol=0)


def test_a_turned_and_moved_world_is_solved_alike(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    body, readings = wear(*swaying_body(60))
    turn, shift = about_y(torch.tensor(2.0)), torch.tensor([4.0, 0.7, -3.0])
    moved = replace(readings, positions=readings.positions @ turn.mT + shift,
                    xyzw=matrix_to_xyzw(turn @ xyzw_to_matrix(readings.xyzw)))
    plain = tiny_solver.sequence(body, readings)
    turned = tiny_solver.sequence(replace(body, floor_height=0.7), moved)
    torch.testing.assert_close(turned.rotations, turn @ plain.rotations, atol=1e-3, rtol=0)
    torch.testing.assert_close(turned.root, plain.root @ turn.mT + shift, atol=1e-3, rtol=0)


def test_trackers_are_met_whatever_the_prior_believes(
    t_pose_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    truth, path = swaying_body(120)
    body, readings = wear(truth, path)
    solution = t_pose_solver.sequence(body, readings)
    joints = list(CUE_JOINTS)
    places = positions_from_pelvis(solution.rotations, body.offsets) + solution.root[:, None]
    assert (places[:, joints] - readings.positions).norm(dim=-1).max() < 0.02
    assert torch.rad2deg(geodesic_angle(solution.rotations[:, joints], truth[:, joints])).max() < 2
    assert (solution.confidence[:, joints] == 1).all()


def test_more_trackers_lower_the_error(t_pose_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    truth, path = swaying_body(60)
    ankles, errors = (JOINT_INDEX["L_ankle"], JOINT_INDEX["R_ankle"]), []
    for extra in ((), (PELVIS,), (PELVIS, *ankles)):
        body, readings = wear(truth, path, joints=(*CUE_JOINTS, *extra))
        solution = t_pose_solver.sequence(body, readings)
        found, true = (positions_from_pelvis(part, body.offsets) for part in (solution.rotations, truth))
        errors.append(float((found + solution.root[:, None] - true - path[:, None]).norm(dim=-1).mean()))
    assert errors[0] > errors[1] > errors[2] and errors[2] < errors[0] / 2


def test_the_prior_is_told_what_the_configuration_allows(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    body, readings = wear(*swaying_body(41))

    def told(who: Body, **options: bool) -> Tensor:
        seen: list[Tensor] = []

        def forward(motion: Tensor, condition: Tensor, level: Tensor) -> Tensor:
            seen.append(condition)
            return torch.zeros_like(motion)

        allowed = {"tell_height": True, "tell_hands": True, "tell_path": True} | options
        Solver(tiny_solver.prior, forward, replace(tiny_solver.config, **allowed)).sequence(who, readings)
        return seen[0]

    full, no_floor = told(body), told(replace(body, floor_height=None))
    assert not torch.equal(full, no_floor)
    assert torch.equal(told(body, tell_height=False), no_floor)
    blind = told(body, tell_height=False, tell_hands=False)
    assert int((blind != no_floor).any(0).any(0).sum()) == 14  # two hands known, where they are, and their steps
    lost = told(body, tell_path=False)
    assert int((lost != full).any(0).any(0).sum()) == 5


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_network_on_the_gpu_solves_the_same(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    worn = wear(*swaying_body(60))
    expected = tiny_solver.sequence(*worn)
    prior = tiny_solver.prior.to("cuda")
    found = replace(tiny_solver, prior=prior, forward=fast_forward(prior.network)).sequence(*worn)
    assert found.root.device.type == "cpu"
    same(found, expected, atol=0.05)
