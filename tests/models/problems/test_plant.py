"""Feet that stand stay where they are, and nothing else changes much."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT, JOINT_INDEX, neutral_offsets, standing_heights
from models.problems.plant import PlantConfig, planted, stands

USUAL = standing_heights(neutral_offsets())[list(FEET)]


def sliding(frames: int = 60) -> tuple[Tensor, Tensor, Tensor]:
    """Somebody upright who moves at 0.3 m/s over the floor without a step, knees a little bent; the left foot stands
    in the middle."""
    local = torch.zeros(frames, JOINT_COUNT, 3)
    for side in "LR":
        local[:, JOINT_INDEX[f"{side}_hip"], 0] = -0.3
        local[:, JOINT_INDEX[f"{side}_knee"], 0] = 0.6
        local[:, JOINT_INDEX[f"{side}_ankle"], 0] = -0.3
    rotations = local_to_global(rotvec_to_matrix(local))
    root = torch.zeros(frames, 3)
    root[:, 2] = 0.3 / 60 * torch.arange(frames)
    root[:, 1] = float((USUAL - positions_from_pelvis(rotations[0], neutral_offsets())[list(FEET), 1]).mean())
    contact = torch.zeros(frames, 4)
    contact[15:45, [0, 2]] = 0.9
    return rotations, root, contact


def test_a_standing_foot_slides_no_more_and_the_body_goes_on() -> None:
    rotations, root, contact = sliding()
    made, path = planted(rotations, root, contact, neutral_offsets(), PlantConfig())
    before, after = (positions_from_pelvis(turns, neutral_offsets())[:, FEET[0]] + way
                     for turns, way in ((rotations, root), (made, path)))
    slides = [float(feet[17:43].diff(dim=0)[:, [0, 2]].norm(dim=-1).mean() * 60) for feet in (before, after)]
    assert slides[0] > 0.29
    assert slides[1] < 0.1 * slides[0]
    assert (path - root).norm(dim=-1).max() < 0.05
    assert geodesic_angle(made, rotations)[:, JOINT_INDEX["head"]].max() < 0.05


def test_without_contact_nothing_changes() -> None:
    rotations, root, contact = sliding()
    made, path = planted(rotations, root, contact * 0, neutral_offsets(), PlantConfig())
    assert geodesic_angle(made, rotations).max() < 1e-3
    assert torch.allclose(path, root, atol=1e-3)


def test_nobody_stands_out_of_reach() -> None:
    places, root = torch.zeros(100, 4, 3), torch.zeros(100, 3)
    root[:, 2] = torch.linspace(-1, 1, 100)
    contact = torch.zeros(100, 4)
    contact[:, 1] = 0.8
    contact[10:12, 0] = 0.9  # too short
    at, held = stands(contact, places, root, PlantConfig())
    assert torch.equal(held[:, 1], root[:, 2].abs() < 0.4)
    assert not held[:, [0, 2, 3]].any()
    assert not at.any()
