"""Trackers worn on the wrong hands are seen within seconds whatever their mounts, right ones are not, and a reader that
says nothing says nothing."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.kinematics.forward import local_to_global
from models.kinematics.rotations import about_y, matrix_to_xyzw, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT, JOINT_INDEX, L_WRIST, R_WRIST
from models.solver import Solver
from models.swap import exchanged, looks_swapped, swap_evidence, swap_signs, worn_swapped

Worn = tuple[Body, Readings]


@pytest.fixture
def worn(wear: Callable[..., Worn]) -> Worn:
    """Ten seconds of a body that walks a circle with hanging, swinging, bent arms."""
    frames = 600
    time_s = torch.arange(frames) / 60
    turns = torch.zeros(frames, JOINT_COUNT, 3)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        turns[:, JOINT_INDEX[f"{side}_shoulder"], 2] = -1.2 * sign
        turns[:, JOINT_INDEX[f"{side}_elbow"], 1] = -sign * (0.8 + 0.4 * torch.sin(3 * time_s + sign))
    rotations = about_y(time_s).unsqueeze(1) @ local_to_global(rotvec_to_matrix(turns))
    return wear(rotations, torch.stack([time_s.sin(), 0.95 + 0 * time_s, time_s.cos()], -1))


def mounted(body: Body, readings: Readings, turns: Tensor) -> Worn:
    """With trackers that are turned on their joints, and off them."""
    mounts, shifts = rotvec_to_matrix(turns), torch.tensor([0.0, 0.05, 0.02]).expand(len(turns), 3)
    joints = xyzw_to_matrix(readings.xyzw)
    places = readings.positions + (joints @ shifts.unsqueeze(-1)).squeeze(-1)
    read = replace(readings, positions=places, xyzw=matrix_to_xyzw(joints @ mounts))
    return replace(body, mounts=shifts, mount_rotations=mounts), read


def test_right_hands_are_right_and_wrong_ones_seen_within_two_seconds(worn: Worn) -> None:
    body, readings = worn
    right, wrong = swap_evidence(body, readings), swap_evidence(body, exchanged(body, readings))
    assert not looks_swapped(right).any() and not worn_swapped(right)
    assert looks_swapped(wrong)[120:].all() and worn_swapped(wrong)


def test_controllers_alike_in_both_fists_are_told_apart_too(worn: Worn) -> None:
    sides = torch.tensor([[0.0, 0, 0], [0, -math.pi / 2, 0], [0, math.pi / 2, 0]])
    body, readings = mounted(*worn, sides)
    assert not looks_swapped(swap_evidence(body, readings)).any()
    assert looks_swapped(swap_evidence(body, exchanged(body, readings)))[120:].all()


def test_mounts_that_are_told_make_no_difference(worn: Worn) -> None:
    """The joints' poses alone count: mounts of either hand are taken off before."""
    body, readings = worn
    alike = mounted(body, readings, torch.tensor([0.3, -0.4, 0.2]).expand(3, 3))
    torch.testing.assert_close(swap_evidence(*alike), swap_evidence(body, readings), atol=1e-3, rtol=1e-3)


def test_exchanging_turns_the_evidence_round(worn: Worn) -> None:
    body, readings = worn
    other = exchanged(body, readings)
    torch.testing.assert_close(swap_signs(body, other), -swap_signs(body, readings))
    assert all(torch.equal(one, two) for one, two in zip(exchanged(body, other).parts, readings.parts, strict=True))


def test_where_nothing_is_read_nothing_is_said(worn: Worn) -> None:
    body, readings = worn
    for lost in ([HEAD], [L_WRIST, R_WRIST]):
        known = readings.position_known.clone()
        known[:, [body.joints.index(joint) for joint in lost]] = False
        assert (swap_evidence(body, replace(readings, position_known=known)) == 0).all()


def test_one_hand_is_evidence_too(worn: Worn) -> None:
    body, readings = worn
    known = readings.position_known.clone()
    known[:, body.joints.index(L_WRIST)] = False
    one = replace(readings, position_known=known)
    assert looks_swapped(swap_evidence(body, exchanged(body, one)))[120:].all()


def test_a_body_without_both_hands_has_none(
    wear: Callable[..., Worn], swaying_body: Callable[..., tuple[Tensor, Tensor]]
) -> None:
    body, readings = wear(*swaying_body(frames=20), joints=(HEAD, L_WRIST))
    assert torch.equal(swap_evidence(body, readings), torch.zeros(20))


def test_a_wrong_stretch_is_said_but_is_no_reason_to_repair_the_rest(worn: Worn) -> None:
    body, readings = worn
    right, wrong = swap_evidence(body, readings), swap_evidence(body, exchanged(body, readings))
    half = torch.cat([right[:300], wrong[:300]])
    said = looks_swapped(half)
    assert not said[:300].any() and said[420:].all() and not worn_swapped(half)
    assert not worn_swapped(wrong[:200])


def test_a_sequence_worn_wrong_is_solved_as_if_right_unless_told_not_to(worn: Worn, t_pose_solver: Solver) -> None:
    body, readings = worn[0], worn[1].frames(0, 320)
    other = exchanged(body, readings)
    right, repaired = t_pose_solver.sequence(body, readings), t_pose_solver.sequence(body, other)
    torch.testing.assert_close(repaired.rotations, right.rotations)
    left_wrong = replace(t_pose_solver, config=replace(t_pose_solver.config, unswap=False)).sequence(body, other)
    assert (left_wrong.rotations - right.rotations).abs().max() > 0.1
