"""Postures that were asked for."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.known_pose import (
    STANDING_SHARE,
    standing_postures,
    t_pose_heading,
    t_pose_postures,
    turn_between,
)
from models.calibration.posture import rows_of
from models.kinematics.rotations import about_y, rotvec_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT, standing_height
from models.solver import Solver

FRAMES = 120


def t_pose(facing: float = 0.0) -> Tensor:
    return about_y(torch.tensor(facing)).expand(FRAMES, JOINT_COUNT, 3, 3).clone()


@pytest.mark.parametrize("facing", [0.0, 1.5, -3.0])
def test_the_heading_is_seen_from_hand_to_hand(
    neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings], facing: float
) -> None:
    seen = t_pose_heading(neutral, worn(t_pose(facing), errors_of()))
    torch.testing.assert_close(seen, torch.full((FRAMES,), facing))


def test_turns_lead_from_one_direction_to_another() -> None:
    one, other = torch.randn(2, 50, 3, generator=torch.Generator().manual_seed(0))
    turned = (turn_between(one, other) @ one.unsqueeze(-1)).squeeze(-1)
    torch.testing.assert_close(turned / turned.norm(dim=-1, keepdim=True), other / other.norm(dim=-1, keepdim=True))
    torch.testing.assert_close(turn_between(one, one), torch.eye(3).expand(50, 3, 3))


def test_drooping_arms_are_followed(
    neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings]
) -> None:
    drooping = t_pose(0.7)
    for side, joints in ((1, (16, 18, 20)), (-1, (17, 19, 21))):
        drooping[:, list(joints)] = drooping[:, list(joints)] @ rotvec_to_matrix(torch.tensor([0.0, 0.0, -0.2 * side]))
    rows = rows_of(t_pose_postures(neutral, worn(drooping, errors_of())), neutral)
    left_alone = rows_of(t_pose_postures(neutral, worn(t_pose(0.7), errors_of())), neutral)
    torch.testing.assert_close(rows.residual[:, 2], left_alone.residual[:, 2], atol=2e-3, rtol=0)  # hand to hand


def test_people_stand_a_little_lower_than_the_t_pose(
    t_pose_solver: Solver, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings]
) -> None:
    readings = worn(t_pose(1.0), errors_of())
    lower = float(standing_height(neutral.offsets, HEAD)) * (1 - STANDING_SHARE)
    stooping = replace(readings, positions=readings.positions - torch.tensor([0.0, lower, 0.0]))
    rows = rows_of(standing_postures(t_pose_solver, neutral, stooping), neutral)
    torch.testing.assert_close(rows.residual, torch.zeros_like(rows.residual), atol=1e-4, rtol=0)
    assert float(rows.by_turns[:, -1].abs().max()) == 0  # what is not upright is in the height's own sd
