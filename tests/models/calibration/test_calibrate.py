"""From readings to a body: whoever is measured, and however sure of it one may be."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.calibrate import POSES, calibrated
from models.calibration.findings import Finding, findings
from models.calibration.still import PoseNotFound
from models.kinematics.rotations import about_y, geodesic_angle, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.solver import Solver

TALL = {"torso": 1.08, "neck": 1.08, "shoulders": 1.08, "upper_arms": 1.08, "forearms": 1.08, "legs": 1.08}


def held_t_pose(facing: float = 0.0, frames: int = 150) -> Tensor:
    return about_y(torch.tensor(facing)).expand(frames, JOINT_COUNT, 3, 3)


def found(body: Body, solver: Solver, readings: Readings, pose: str) -> dict[str, Finding]:
    return {one.name: one for one in findings(body, calibrated(solver, body, readings, pose)[1])}


@pytest.mark.parametrize("pose", POSES)
def test_a_tall_person_is_found_tall_and_the_bones_fit_better(
    t_pose_solver: Solver, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings], pose: str
) -> None:
    readings = worn(held_t_pose(1.0), errors_of(**TALL), noise=0.002)
    body, calibration = calibrated(t_pose_solver, neutral, readings, pose)
    named = {one.name: one for one in findings(neutral, calibration)}
    height = named["head height"]
    assert height.observed == "yes"
    assert abs(height.value - 1.08) < 2 * height.sd < 0.06
    assert calibration.residual_after < 0.5 * calibration.residual_before
    grown = body.offsets[[4, 18]].norm(dim=-1) / neutral.offsets[[4, 18]].norm(dim=-1)
    assert (grown > 1.04).all()
    assert (calibration.covariance.diagonal() < calibration.before.diagonal() * (1 + 1e-9)).all()
    assert float(torch.linalg.eigvalsh(calibration.covariance).min()) > 0


@pytest.mark.parametrize("facing", [1.0, 3.0, -2.0])
def test_a_t_pose_gives_the_same_at_any_heading(
    t_pose_solver: Solver, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings], facing: float
) -> None:
    values = errors_of(upper_arms=1.1, forearms=1.1, torso=0.95)
    values[6:] = torch.linspace(-0.02, 0.02, 9)
    one, other = (calibrated(t_pose_solver, neutral, worn(held_t_pose(heading), values), "t-pose")[1]
                  for heading in (0.0, facing))
    torch.testing.assert_close(one.values, other.values, atol=1e-3, rtol=0)
    torch.testing.assert_close(one.covariance, other.covariance, atol=1e-5, rtol=1e-2)


def test_a_t_pose_shows_long_arms(
    t_pose_solver: Solver, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings]
) -> None:
    readings = worn(held_t_pose(), errors_of(upper_arms=1.1, forearms=1.1))
    named = found(neutral, t_pose_solver, readings, "t-pose")
    assert named["upper arms"].value > 1.05 and named["forearms"].value > 1.05
    assert abs(named["legs"].value - 1) < 2 * named["legs"].sd


def test_a_turned_mount_shows_in_a_t_pose_only(
    t_pose_solver: Solver, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings]
) -> None:
    turn = rotvec_to_matrix(torch.tensor([0.0, 1.3, 0.0]))
    worn_wrong = replace(neutral, mount_rotations=torch.stack([torch.eye(3), turn, torch.eye(3)]))
    readings = worn(held_t_pose(), errors_of(), worn_wrong)
    body, _ = calibrated(t_pose_solver, neutral, readings, "t-pose")
    assert float(geodesic_angle(body.mount_rotations[1], turn)) < 0.35
    named = found(neutral, t_pose_solver, readings, "standing")
    assert named["mount on L_wrist, turned"].observed == "no" and named["mount on L_wrist, turned"].value == 0


def test_what_is_not_shown_stays_unsure(
    t_pose_solver: Solver, neutral: Body, unfloored: Body, errors_of: Callable[..., Tensor],
    worn: Callable[..., Readings],
) -> None:
    readings = worn(held_t_pose(), errors_of(legs=1.15))
    with_floor, without = (found(body, t_pose_solver, readings, "standing") for body in (neutral, unfloored))
    assert with_floor["legs"].value > 1.02 > without["legs"].value
    assert without["legs"].sd > 0.04 and abs(without["legs"].value - 1.15) < 3 * without["legs"].sd
    blind = replace(readings, position_known=torch.zeros_like(readings.position_known))
    nothing = found(neutral, t_pose_solver, blind, "moving")
    assert {one.observed for one in nothing.values()} == {"no"}
    for one in nothing.values():
        assert one.sd == pytest.approx(one.sd_before, rel=1e-4)
        assert one.value == pytest.approx(1.0 if one.unit == "" else 0.0, abs=1e-6)


def test_poses_that_are_not_there_are_refused(
    t_pose_solver: Solver, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    swaying_body: Callable[..., tuple[Tensor, Tensor]],
) -> None:
    moving = worn(swaying_body(240, amount=0.5)[0], errors_of())
    for pose in ("standing", "t-pose"):
        with pytest.raises(PoseNotFound):
            calibrated(t_pose_solver, neutral, moving, pose)
    with pytest.raises(PoseNotFound, match="too short"):
        calibrated(t_pose_solver, neutral, moving.frames(0, 60), "moving")
    with pytest.raises(ValueError, match="none of standing"):
        calibrated(t_pose_solver, neutral, moving, "sitting")
