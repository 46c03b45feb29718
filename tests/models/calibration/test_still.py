"""Where a pose is held: found where it is, and a reason where it is not."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.still import PoseNotFound, find_standing, find_t_pose
from models.kinematics.rotations import about_y, matrix_to_xyzw, rotvec_to_matrix

T_POSE = torch.tensor([[0.0, 1.5, 0.0], [0.68, 1.38, -0.08], [-0.68, 1.38, -0.08]])
HANGING = torch.tensor([[0.0, 1.48, 0.02], [0.25, 0.85, 0.05], [-0.25, 0.85, 0.05]])


def readings(places: Tensor, tilt: float = 0.0) -> Readings:
    """Trackers at (T, 3, 3), the head tilted."""
    turned = rotvec_to_matrix(torch.tensor([[tilt, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    known = torch.ones(places.shape[:2], dtype=torch.bool)
    return Readings(places, matrix_to_xyzw(turned).expand(*places.shape[:2], 4), known, known)


def story(*parts: tuple[Tensor, float, float]) -> Tensor:
    """Places held for so many seconds with so much sway, metres."""
    random = torch.Generator().manual_seed(0)
    frames = []
    for places, seconds, sway in parts:
        count = round(60 * seconds)
        swing = torch.sin(torch.arange(count)[:, None, None] / 10) * sway
        frames.append(places + swing + 0.002 * torch.randn(count, 3, 3, generator=random))
    return torch.cat(frames)


WALK = (HANGING, 3.0, 0.3)


def test_standing_is_found_where_it_is(neutral: Body) -> None:
    window = find_standing(neutral, readings(story(WALK, (HANGING, 3.0, 0.005), WALK)))
    assert window.start >= 180 and window.end <= 360 and window.end - window.start == 120
    assert window.sway < 0.01


def test_standing_is_preferred_to_sitting(neutral: Body) -> None:
    sitting = HANGING - torch.tensor([0.0, 0.2, 0.0])
    sat = (sitting, 4.0, 0.001)
    window = find_standing(neutral, readings(story(sat, (HANGING, 3.0, 0.008), sat)))
    assert window.start >= 240 and window.end <= 420


def test_the_t_pose_is_found_at_any_heading_and_is_not_standing_with_hanging_arms(neutral: Body) -> None:
    for facing in (0.0, 2.0, -2.0):
        turn = about_y(torch.tensor(facing))
        window = find_t_pose(neutral, readings(story((HANGING, 3.0, 0.003), (T_POSE, 3.0, 0.008), WALK) @ turn.T))
        assert window.start >= 180 and window.end <= 360


@pytest.mark.parametrize(
    ("places", "tilt", "said"),
    [
        (story(WALK), 0.0, "standing upright and still"),
        (story((HANGING - torch.tensor([0.0, 0.9, 0.0]), 3.0, 0.0)), 0.0, "nobody is standing"),
        (story((HANGING, 3.0, 0.0)), 1.2, "nobody is standing"),
        (story((HANGING, 0.2, 0.0)), 0.0, "too short"),
    ],
)
def test_what_is_missing_is_said(neutral: Body, places: Tensor, tilt: float, said: str) -> None:
    with pytest.raises(PoseNotFound, match=said):
        find_standing(neutral, readings(places, tilt))


def test_no_t_pose_no_calibration_by_it(neutral: Body) -> None:
    with pytest.raises(PoseNotFound, match="arms out"):
        find_t_pose(neutral, readings(story((HANGING, 4.0, 0.001))))
    with pytest.raises(PoseNotFound, match="needs trackers"):
        find_t_pose(replace(neutral, joints=(15, 20, 0)), readings(story((T_POSE, 4.0, 0.001))))


def test_a_lost_tracker_spoils_the_window(neutral: Body) -> None:
    seen = readings(story((HANGING, 4.0, 0.002)))
    lost = torch.ones(240, 3, dtype=torch.bool)
    lost[60:, 2] = False
    with pytest.raises(PoseNotFound, match="all trackers are seen"):
        find_standing(neutral, replace(seen, rotation_known=lost))


def test_without_a_floor_any_height_will_do(neutral: Body, unfloored: Body) -> None:
    low = readings(story((HANGING - torch.tensor([0.0, 0.9, 0.0]), 3.0, 0.001)))
    assert find_standing(unfloored, low).start >= 0
    with pytest.raises(PoseNotFound):
        find_standing(neutral, low)
