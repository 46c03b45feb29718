"""Keypoints make a plumb line, or are refused."""
from __future__ import annotations

import numpy as np
import pytest

from models.kinematics.skeleton import JOINT_INDEX, neutral_offsets, standing_heights
from models.problems.plumb import NobodyUpright, upright

STANDING = standing_heights(neutral_offsets()).double().numpy()
NAMES = ("head", "L_shoulder", "R_shoulder", "L_ankle", "R_ankle")


def test_a_level_is_the_mean_of_both_sides_and_unseen_without_one() -> None:
    rays = np.arange(20.0).reshape(2, 5, 2)
    sure = np.array([[0.9, 0.5, 0.5, 0.8, 0.8], [0.9, 0.5, 0.5, 0.8, 0.0]])
    line = upright(rays, sure, [JOINT_INDEX[name] for name in NAMES], np.zeros((5, 3)), STANDING)
    np.testing.assert_allclose(line.rays[0], [[0, 1], [3, 4], [7, 8]], atol=1e-6)
    assert line.sure.tolist() == [[0.9, 0.5, 0.8], [0.9, 0.5, 0.0]]
    assert line.far == pytest.approx([(line.heights[0] - line.heights[2]) / 98**0.5,
                                      (line.heights[0] - line.heights[1]) / 18**0.5])
    assert (np.diff(line.heights) < 0).all() and line.heights[0] == pytest.approx(STANDING[15] - 0.025)


def test_keypoints_without_a_middle_are_refused() -> None:
    with pytest.raises(NobodyUpright, match="no two of"):
        upright(np.zeros((4, 1, 2)), np.ones((4, 1)), [JOINT_INDEX["L_wrist"]], np.zeros((1, 3)), STANDING)
