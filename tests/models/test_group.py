"""Bodies together, and what their readings become for solver and prior."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.group import cues_of, group_of, measure
from models.kinematics.rotations import matrix_to_xyzw, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import HEAD, L_WRIST, PELVIS, R_WRIST, standing_height
from models.prior.condition import OTHER_JOINTS

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]


def test_the_same_bodies_again_cost_nothing(swaying_body: SwayingBody, wear: Wear) -> None:
    one, other = (wear(*swaying_body(3))[0] for _ in range(2))
    group = group_of([one, other])
    assert group_of([one, other]) is group and group_of([other, one]) is not group
    assert group_of([replace(one, floor_height=1.0), other]) is not group


def test_a_group_made_while_solving_serves_where_there_are_gradients(swaying_body: SwayingBody, wear: Wear) -> None:
    body, _ = wear(*swaying_body(3))
    with torch.inference_mode():
        group = group_of([body])
    scale = torch.ones(1, requires_grad=True)
    (scale * group.levers).sum().backward()
    assert scale.grad is not None


def test_mounts_are_taken_out_of_rotations_and_into_levers(swaying_body: SwayingBody, wear: Wear) -> None:
    rotations, root = swaying_body(4)
    mounts = torch.tensor([[0.0, 0.1, 0.05], [0.02, 0.0, 0.0], [0.0, -0.03, 0.0]])
    body, readings = wear(rotations, root, mounts=mounts)
    turned = rotvec_to_matrix(torch.tensor([[0.3, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 3.0]]))
    read = matrix_to_xyzw(xyzw_to_matrix(readings.xyzw) @ turned)
    measured = measure([replace(body, mount_rotations=turned)], [replace(readings, xyzw=read)])
    torch.testing.assert_close(measured.rotations[0], rotations[:, [HEAD, L_WRIST, R_WRIST]], atol=1e-5, rtol=0)
    reached = torch.einsum("tixy,miy->tmx", rotations, measured.levers[0]) + root[:, None]
    torch.testing.assert_close(reached, measured.positions[0], atol=1e-5, rtol=0)
    assert (measured.position_sd == body.position_sd).all() and (measured.rotation_sd == body.rotation_sd).all()


def test_what_a_lost_tracker_says_does_not_matter(swaying_body: SwayingBody, wear: Wear) -> None:
    body, readings = wear(*swaying_body(4))
    known = readings.position_known.clone()
    known[1:3, 1] = False
    lost = replace(readings, position_known=known, rotation_known=known)
    nan = replace(lost, positions=lost.positions.where(known.unsqueeze(-1), torch.nan),
                  xyzw=lost.xyzw.where(known.unsqueeze(-1), torch.nan))
    one, other = measure([body], [lost]), measure([body], [nan])
    assert torch.equal(one.positions, other.positions) and torch.equal(one.rotations, other.rotations)
    assert other.positions.isfinite().all()


def test_cues_are_in_units_of_the_body(swaying_body: SwayingBody, wear: Wear) -> None:
    rotations, root = swaying_body(5)
    body, readings = wear(rotations, root)
    double = replace(body, offsets=2 * body.offsets, floor_height=0.0)
    twice = replace(readings, positions=2 * readings.positions)
    worn = ((body, readings), (double, twice))
    small, large = (cues_of(group_of([who]), measure([who], [what])) for who, what in worn)
    torch.testing.assert_close(large.hands, small.hands, atol=1e-5, rtol=0)
    standing = standing_height(body.offsets, HEAD)
    torch.testing.assert_close(small.height[0], readings.positions[:, 0, 1] / standing, atol=1e-5, rtol=0)
    assert small.height_known.all() and small.hands_known.all() and small.rotation_known.all()


def test_cues_are_those_of_head_and_hands_in_any_order_of_trackers(swaying_body: SwayingBody, wear: Wear) -> None:
    moved = swaying_body(5)
    worn = [wear(*moved), wear(*moved, joints=(20, PELVIS, 21, 15))]
    expected, found = (cues_of(group_of([body]), measure([body], [readings])) for body, readings in worn)
    torch.testing.assert_close(found.rotations, expected.rotations)
    torch.testing.assert_close(found.hands, expected.hands)
    torch.testing.assert_close(found.height, expected.height)
    assert torch.equal(found.hands_known, expected.hands_known)


def test_absent_trackers_and_floors_are_unknown_cues(swaying_body: SwayingBody, wear: Wear) -> None:
    body, readings = wear(*swaying_body(5), joints=(PELVIS, L_WRIST), floor_height=None)
    cues = cues_of(group_of([body]), measure([body], [readings]))
    assert cues.rotation_known[0, 0].tolist() == [False, True, False]
    assert not cues.height_known.any() and not cues.hands_known.any()
    body, readings = wear(*swaying_body(5), floor_height=None)
    cues = cues_of(group_of([body]), measure([body], [readings]))
    assert not cues.height_known.any() and cues.hands_known.all()


def test_trackers_on_other_joints_tell_the_prior_their_rotations(swaying_body: SwayingBody, wear: Wear) -> None:
    rotations, root = swaying_body(5)
    body, readings = wear(rotations, root, joints=(15, 20, 21, 4, PELVIS))
    told = cues_of(group_of([body]), measure([body], [readings]))
    known = [place for place, joint in enumerate(OTHER_JOINTS) if joint in (4, PELVIS)]
    assert told.others_known[0].sum(-1).tolist() == [2] * 5 and told.others_known[0, :, known].all()
    torch.testing.assert_close(told.others[0, :, known], rotations[:, [PELVIS, 4]], atol=1e-5, rtol=0)
    vague = replace(body, rotation_sd=0.4)
    assert not cues_of(group_of([vague]), measure([vague], [readings])).others_known.any()
    body, readings = wear(rotations, root)
    assert not cues_of(group_of([body]), measure([body], [readings])).others_known.any()
