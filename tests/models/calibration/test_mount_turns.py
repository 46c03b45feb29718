"""Whose error a difference is: the person's while it is small, the mount's when it is large."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.body import Body, Readings
from models.calibration.mount_turns import LEVEL_SD, TurnPrior, share_of_mount, t_pose_turns, told_turns
from models.kinematics.rotations import about_y, geodesic_angle, matrix_to_xyzw, rotvec_to_matrix
from models.kinematics.skeleton import L_WRIST

PRIOR = TurnPrior()


def test_small_differences_are_the_person_s_and_large_ones_the_mount_s() -> None:
    angle = torch.linspace(0, 1.5, 30)
    share, _ = share_of_mount(angle, torch.full((30,), 0.1), PRIOR)
    assert float(share[0]) < 0.15 and float(share[-1]) > 0.9
    assert (share.diff() >= -1e-6).all()


def test_the_sd_is_that_of_the_two_normal_parts() -> None:
    random = torch.Generator().manual_seed(0)
    count, person = 400_000, 0.15
    wrong = torch.rand(count, generator=random) < PRIOR.wrong
    mount = torch.randn(count, 3, generator=random) * torch.where(wrong, PRIOR.wrong_sd, PRIOR.right_sd)[:, None]
    seen = mount + person * torch.randn(count, 3, generator=random)
    angle = seen.norm(dim=-1)
    for near in (0.2, 0.5, 0.8):
        these = (angle - near).abs() < 0.01
        share, sd = share_of_mount(angle[these], torch.full((int(these.sum()),), person), PRIOR)
        error = mount[these] - share[:, None] * seen[these]
        assert float(error.square().mean().sqrt()) == pytest.approx(float(sd.square().mean().sqrt()), rel=0.1)


def test_before_anything_is_seen_it_is_the_prior_s(neutral: Body) -> None:
    turns = told_turns(neutral, PRIOR)
    assert torch.equal(turns.rotations, neutral.mount_rotations)
    torch.testing.assert_close(turns.sd, torch.full((3,), PRIOR.sd))
    assert not turns.shown.any()


@pytest.mark.parametrize("facing", [0.0, 1.0, -2.5, 3.1])
def test_a_mount_turned_far_is_put_right_at_any_heading(neutral: Body, facing: float) -> None:
    wrong = rotvec_to_matrix(torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.2, 0.0]]))
    turn = about_y(torch.tensor(facing))
    places = torch.tensor([[0.0, 1.5, 0.0], [0.68, 1.38, 0.0], [-0.68, 1.38, 0.0]]) @ turn.T
    known = torch.ones(10, 3, dtype=torch.bool)
    readings = Readings(places.expand(10, 3, 3), matrix_to_xyzw(turn @ wrong).expand(10, 3, 4), known, known)
    turns = t_pose_turns(neutral, readings, PRIOR)
    left = geodesic_angle(turns.rotations, wrong)
    assert float(left[:2].max()) < 1e-3 and float(left[2]) < 0.4
    assert turns.shown.tolist() == [True, True, True]
    assert float(turns.sd[:2].max()) < 0.3 * PRIOR.sd
    assert float(turns.sd[2]) < LEVEL_SD[L_WRIST]  # as sure as people hold their hands


def test_a_tracker_elsewhere_keeps_what_was_told(neutral: Body) -> None:
    straight = torch.eye(3).repeat(4, 1, 1)
    body = replace(neutral, joints=(15, 20, 21, 0), mounts=torch.zeros(4, 3), mount_rotations=straight)
    places = torch.tensor([[0.0, 1.5, 0.0], [0.68, 1.38, 0.0], [-0.68, 1.38, 0.0], [0.0, 0.9, 0.0]])
    known = torch.ones(5, 4, dtype=torch.bool)
    tilted = matrix_to_xyzw(rotvec_to_matrix(torch.tensor([1.0, 0.0, 0.0])))
    turns = t_pose_turns(body, Readings(places.expand(5, 4, 3), tilted.expand(5, 4, 4), known, known), PRIOR)
    share = geodesic_angle(turns.rotations[3], torch.eye(3))
    assert float(turns.sd[3]) == pytest.approx(PRIOR.sd) and float(share) == pytest.approx(0.0, abs=1e-3)
    assert turns.shown.tolist() == [True, True, True, False]
