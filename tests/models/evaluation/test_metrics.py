"""Every metric on motions so simple that the answer is known by hand."""
from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.evaluation.metrics import clip_metrics, foot_skate, jitter, joint_errors, return_jump
from models.kinematics.rotations import rotvec_to_matrix

FRAMES = 10
L_WRIST, L_ELBOW, L_TOE, R_TOE = 20, 18, 10, 11


def still() -> tuple[Tensor, Tensor]:
    """A T-pose hovering: all places at a height of one metre."""
    rotations = torch.eye(3).repeat(FRAMES, 22, 1, 1)
    places = torch.zeros(FRAMES, 22, 3)
    places[..., 1] = 1.0
    return rotations, places


def turn(x: float, y: float = 0.0, z: float = 0.0) -> Tensor:
    return rotvec_to_matrix(torch.tensor([x, y, z]))


def measure(rotations: Tensor, places: Tensor, floor: bool = True) -> dict[str, float]:
    return clip_metrics(rotations, places, *still(), floor)


def test_truth_has_no_error() -> None:
    values = measure(*still())
    assert {name: value for name, value in values.items() if name != "foot_skate_cm_s"} == pytest.approx(
        dict.fromkeys(values.keys() - {"foot_skate_cm_s"}, 0.0), abs=1e-4
    )
    assert values["foot_skate_cm_s"] == 0.0


def test_a_body_beside_itself() -> None:
    rotations, places = still()
    values = measure(rotations, places + torch.tensor([0.03, 0.0, 0.04]))
    places_cm = [values[name] for name in ("mpjpe_cm", "upe_cm", "lpe_cm", "handpe_cm")]
    assert places_cm == pytest.approx([5.0] * 4, rel=1e-4)
    assert values["mpjre_deg"] == values["mpjve_cm_s"] == values["jitter"] == 0


def test_each_joint_counts_where_it_belongs() -> None:
    rotations, places = still()
    hand, foot, pelvis = places.clone(), places.clone(), places.clone()
    hand[:, L_WRIST, 0] += 0.1
    foot[:, L_TOE, 0] += 0.1
    pelvis[:, 0, 0] += 0.1
    found = [measure(rotations, part) for part in (hand, foot, pelvis)]
    table = {name: [round(row[name], 4) for row in found] for name in ("mpjpe_cm", "upe_cm", "lpe_cm", "handpe_cm")}
    mean = round(10 / 22, 4)
    assert table == {
        "mpjpe_cm": [mean] * 3, "upe_cm": [round(10 / 13, 4), 0, 0], "lpe_cm": [0, round(10 / 8, 4), 0],
        "handpe_cm": [5, 0, 0],
    }


def test_rotation_errors_are_of_local_rotations_without_the_root() -> None:
    rotations, places = still()
    wrist, elbow = rotations.clone(), rotations.clone()
    wrist[:, L_WRIST] = turn(0.1, 0.2)
    elbow[:, [L_ELBOW, L_WRIST]] = turn(0.0, 0.3)  # the wrist goes with it: only the elbow is wrong
    values = measure(wrist, places)
    assert values["mpjre_deg"] == pytest.approx(math.degrees(math.hypot(0.1, 0.2)) / 21, rel=1e-4)
    assert values["mpjre_l1_deg"] == pytest.approx(math.degrees(0.3) / 63, rel=1e-4)
    assert measure(elbow, places)["mpjre_deg"] == pytest.approx(math.degrees(0.3) / 21, rel=1e-4)
    assert measure(turn(0.0, 1.0) @ rotations, places)["mpjre_deg"] == pytest.approx(0, abs=0.01)


def test_speeds_and_jitter() -> None:
    rotations, places = still()
    time_s = torch.arange(FRAMES)[:, None] / 60
    drift, jerk = places.clone(), places.double()
    drift[..., 2] += 0.05 * time_s
    jerk[..., 0] += 100 * time_s**3
    assert measure(rotations, drift)["mpjve_cm_s"] == pytest.approx(5.0, rel=1e-3)
    assert measure(rotations, drift)["jitter"] == pytest.approx(0.0, abs=0.02)
    assert float(jitter(jerk)) == pytest.approx(6.0, rel=1e-3)  # 600 m/s^3
    values = clip_metrics(rotations, places, rotations, jerk, True)
    assert values["jitter"] == 0 and values["jitter_truth"] == pytest.approx(6.0, rel=1e-3)


def test_feet_skate_where_they_are_planted_in_truth() -> None:
    _, truth = still()
    truth[:, [L_TOE, R_TOE], 1] = 0.02
    truth[:, R_TOE, 2] = 0.02 * torch.arange(FRAMES)  # 1.2 m/s: this foot walks
    slid = truth.clone()
    slid[:, L_TOE, 0] += 0.03 * torch.arange(FRAMES) / 60
    slid[:, R_TOE, 0] += 7.0 * torch.arange(FRAMES)
    slid[:, L_TOE, 1] += 0.5 * torch.arange(FRAMES)  # upwards is not sliding
    assert float(foot_skate(slid, truth)) == pytest.approx(3.0, rel=1e-3)
    truth[:, L_TOE, 1] = 0.2  # slow, but in the air
    assert math.isnan(float(foot_skate(slid, truth)))


def test_the_floor_is_below() -> None:
    rotations, places = still()
    sunk = places.clone()
    sunk[:5, L_TOE, 1] = -0.04
    sunk[:5, R_TOE, 1] = -0.02
    assert measure(rotations, sunk)["floor_penetration_cm"] == pytest.approx(2.0, rel=1e-4)
    values = measure(rotations, sunk, floor=False)
    assert math.isnan(values["floor_penetration_cm"]) and math.isnan(values["foot_skate_cm_s"])
    assert not any(math.isnan(value) for name, value in values.items() if name.endswith(("_deg", "pe_cm")))


def test_each_joint_s_error_is_its_own() -> None:
    _, places = still()
    moved = places.clone()
    moved[:, L_WRIST, 0] += 0.1
    assert joint_errors(moved, places).tolist() == pytest.approx([0.0] * L_WRIST + [10.0, 0.0], abs=1e-4)


def test_a_jump_counts_soon_after_a_return_and_beyond_the_truth_s_own() -> None:
    truth, known = torch.zeros(100, 22, 3), torch.ones(100, 3, dtype=torch.bool)
    truth[:, L_TOE, 0] = 0.02 * torch.arange(100)  # 2 cm a frame, in truth
    solved = truth.clone()
    solved[50:, L_WRIST, 1] += 0.07
    solved[68:, R_TOE, 1] += 0.5
    assert math.isnan(return_jump(solved, truth, known))
    known[30:50, 1] = False  # back at 50
    assert return_jump(solved, truth, known) == pytest.approx(7.0, rel=1e-4)
    known[30:71, 2] = False  # a second hand comes back at 71, after the toe's jump
    assert return_jump(solved, truth, known) == pytest.approx(7.0, rel=1e-4)
    known[68:, 2] = True
    assert return_jump(solved, truth, known) == pytest.approx(50.0, rel=1e-4)
    assert return_jump(truth, truth, known) == 0
    known[:, :] = True
    known[:36, 1] = False  # back at 36: the jump at 50 is the last that counts
    assert return_jump(solved, truth, known) == pytest.approx(7.0, rel=1e-4)
    known[:35, 1], known[35, 1] = False, True
    assert return_jump(solved, truth, known) == 0
