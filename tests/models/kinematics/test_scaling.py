"""Scaled bodies: which offsets each name changes, and feet that stay where they stood."""
from __future__ import annotations

import pytest
import torch

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.scaling import STANDARD_BODIES, body_factors, parse_body, scale_body
from models.kinematics.skeleton import FEET, JOINT_COUNT, neutral_offsets

UPPER = {6, 9, *range(12, 22)}
ARMS, TORSO = {18, 19, 20, 21}, {3, 6, 9, 12}


def factors_by_hand(parts: list[tuple[set[int], float]]) -> list[float]:
    factors = [1.0] * JOINT_COUNT
    for joints, factor in parts:
        for joint in joints:
            factors[joint] *= factor
    return factors


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("default", []),
        ("UBx1.4", [(UPPER, 1.4)]),
        ("Armx1.4*Torsox0.7", [(ARMS, 1.4), (TORSO, 0.7)]),
        ("UBx2*Armx.5", [(UPPER, 2.0), (ARMS, 0.5)]),
        ("Allx0.6", [(set(range(22)), 0.6)]),
        ("Arm\u00d70.85\u00b7Torso\u00d71.17", [(ARMS, 0.85), (TORSO, 1.17)]),
    ],
)
def test_a_name_scales_its_groups(name: str, parts: list[tuple[set[int], float]]) -> None:
    assert body_factors(name).tolist() == pytest.approx(factors_by_hand(parts))


def test_the_standard_bodies_are_those_of_the_tables() -> None:
    assert len(STANDARD_BODIES) == 12
    assert [parse_body(name) for name in STANDARD_BODIES].count(()) == 1


@pytest.mark.parametrize("name", ["", "UB", "UBx", "UBx-1", "UBx0", "Legx1.2", "ubx1.2", "UBx1.4*", "UBx1.4,Armx2",
                                  "UBxinf", "default*UBx1.4", "UBx1.4 "])
def test_refuses_other_names(name: str) -> None:
    with pytest.raises(ValueError, match="groups: UB, Arm, Torso, All"):
        parse_body(name)


@pytest.mark.parametrize("name", STANDARD_BODIES)
def test_feet_stay_on_the_floor(name: str) -> None:
    rotations = rotvec_to_matrix(0.3 * torch.randn(6, JOINT_COUNT, 3, generator=torch.Generator().manual_seed(0)))
    offsets, spot = neutral_offsets(), torch.tensor([0.4, 0.0, -0.2])
    root = spot - positions_from_pelvis(rotations, offsets)[:, FEET[0]]  # the left ankle stands on one spot
    scaled, path = scale_body(offsets, root, name)
    ankle = positions_from_pelvis(rotations, scaled)[:, FEET[0]] + path
    torch.testing.assert_close(ankle[:, 1], torch.zeros(6), atol=1e-5, rtol=0)
    torch.testing.assert_close(ankle, ankle[:1].expand(6, 3), atol=1e-5, rtol=0)


def test_a_body_scaled_as_a_whole_is_the_same_scene_in_another_size() -> None:
    rotations = rotvec_to_matrix(torch.randn(6, JOINT_COUNT, 3, generator=torch.Generator().manual_seed(1)))
    offsets, root = neutral_offsets(), torch.randn(6, 3, generator=torch.Generator().manual_seed(2))
    scaled, path = scale_body(offsets, root, "Allx1.4")
    places = positions_from_pelvis(rotations, offsets) + root[:, None]
    torch.testing.assert_close(positions_from_pelvis(rotations, scaled) + path[:, None], 1.4 * places)
