from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.compare import errors, jitter
from bridge.errors import TooShort
from bridge.frames import JOINT_COUNT, JOINT_INDEX, Motion

Swaying = Callable[..., Motion]


def test_a_motion_is_no_distance_from_itself(swaying: Swaying) -> None:
    same = errors(swaying(), swaying())
    assert same.mpjpe_cm == 0
    assert same.mpjre_deg < 1e-3
    assert same.jitter == same.truth_jitter


def test_a_shift_of_the_root_moves_every_joint_by_as_much_and_turns_none(swaying: Swaying) -> None:
    truth = swaying()
    found = errors(replace(truth, root_position_m=truth.root_position_m + np.float32([0.03, 0, 0.04])), truth)
    assert found.mpjpe_cm == pytest.approx(5, abs=1e-3)
    assert found.upper_cm == pytest.approx(5, abs=1e-3)
    assert found.hand_cm == pytest.approx(5, abs=1e-3)
    assert found.mpjre_deg < 1e-3


def test_one_bent_elbow_is_its_angle_over_the_21_joints_whatever_the_sign_of_its_quaternion(swaying: Swaying) -> None:
    truth = swaying()
    local = truth.local_xyzw.copy()
    elbow = JOINT_INDEX["L_elbow"]
    local[:, elbow] = -(Rotation.from_quat(local[:, elbow]) * Rotation.from_rotvec([0, 0.21, 0])).as_quat()
    found = errors(replace(truth, local_xyzw=local), truth)
    assert found.mpjre_deg == pytest.approx(np.degrees(0.21) / 21, rel=1e-4)
    assert found.lower_cm == 0 < found.hand_cm


def test_the_root_rotation_is_not_counted_as_a_joint(swaying: Swaying) -> None:
    truth = swaying()
    local = truth.local_xyzw.copy()
    local[:, 0] = [0, 1, 0, 0]
    assert errors(replace(truth, local_xyzw=local), truth).mpjre_deg < 1e-3


def test_truth_at_another_rate_is_put_on_the_solved_times(swaying: Swaying) -> None:
    found = errors(swaying(rate_hz=60), swaying(rate_hz=90))
    assert found.mpjpe_cm < 0.01
    assert found.mpjre_deg < 0.01


def test_only_the_time_both_last_counts(swaying: Swaying) -> None:
    assert errors(swaying(seconds=1), swaying(seconds=2)).mpjpe_cm == 0


def test_no_common_frame_is_refused(swaying: Swaying) -> None:
    with pytest.raises(TooShort):
        errors(swaying(seconds=0), swaying())


def test_jitter_of_a_cubic_is_its_third_derivative() -> None:
    time_s = np.arange(60) / 60.0
    path = np.zeros((60, JOINT_COUNT, 3))
    path[:, :, 1] = (time_s**3)[:, None] * 50  # third derivative 300 m/s^3
    assert jitter(path.astype(np.float64), 60.0) == pytest.approx(3.0, rel=1e-6)
