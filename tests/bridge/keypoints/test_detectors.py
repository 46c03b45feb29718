"""The tables: as many keypoints as each detector has, in its order, where a standing adult has them."""
from __future__ import annotations

import numpy as np
import pytest

from bridge.frames import JOINT_INDEX, Motion, Skeleton
from bridge.generated.skeleton import JOINT_NAMES
from bridge.keypoints.detectors import DETECTORS, Detector
from bridge.keypoints.points import POINTS
from bridge.keypoints.reprojected import keypoints_m

STATURE_M = 1.70


def standing(detector: Detector, size: float = 1.0) -> dict[str, np.ndarray]:
    """Where each keypoint of somebody in the T-pose is, over a floor at zero."""
    skeleton = Skeleton(Skeleton().offsets_m * np.float32(size))
    local = np.tile(np.array([0, 0, 0, 1], np.float32), (1, 22, 1))
    pose = Motion(skeleton, 60.0, np.array([[0, 0.94 * size, 0]], np.float32), local)
    return dict(zip(detector.points, keypoints_m(pose, detector)[0], strict=True))


def test_each_detector_has_as_many_as_it_writes() -> None:
    assert {name: len(each) for name, each in DETECTORS.items()} == {
        "coco": 17, "openpose": 25, "mediapipe": 33, "h36m": 17, "smpl22": 22}


@pytest.mark.parametrize(("detector", "places"), [
    ("coco", {0: "nose", 1: "L_eye", 4: "R_ear", 5: "L_shoulder", 10: "R_wrist", 11: "L_hip", 16: "R_ankle"}),
    ("openpose", {1: "neck", 2: "R_shoulder", 7: "L_wrist", 8: "mid_hip", 9: "R_hip", 14: "L_ankle", 15: "R_eye",
                  18: "L_ear", 19: "L_big_toe", 21: "L_heel", 22: "R_big_toe", 24: "R_heel"}),
    ("mediapipe", {2: "L_eye", 5: "R_eye", 7: "L_ear", 10: "R_mouth", 11: "L_shoulder", 16: "R_wrist", 19: "L_index",
                   23: "L_hip", 28: "R_ankle", 29: "L_heel", 32: "R_toes"}),
    ("h36m", {0: "mocap_root", 1: "R_mocap_hip", 6: "L_ankle", 8: "thorax", 10: "crown", 11: "L_shoulder",
              16: "R_wrist"}),
])
def test_they_are_in_the_detector_s_order(detector: str, places: dict[int, str]) -> None:
    assert {place: DETECTORS[detector].points[place] for place in places} == places


@pytest.mark.parametrize("name", DETECTORS)
def test_left_and_right_are_mirror_images(name: str) -> None:
    at = standing(DETECTORS[name])
    for left in [point for point in at if "L_" in point]:
        np.testing.assert_allclose(at[left], at[left.replace("L_", "R_", 1)] * [-1, 1, 1], atol=1e-6)
        assert at[left][0] > 0


def test_our_joints_are_on_themselves() -> None:
    detector = DETECTORS["smpl22"]
    assert detector.joints == tuple(range(22)) and len(JOINT_NAMES) == 22
    assert not detector.mounts_m(Skeleton()).any()


def test_an_adult_of_1_70_m_has_them_where_people_have_them() -> None:
    at = {**standing(DETECTORS["openpose"]), **standing(DETECTORS["mediapipe"]), **standing(DETECTORS["h36m"])}
    assert at["crown"][1] == pytest.approx(STATURE_M, abs=0.01)
    assert at["L_eye"][1] == pytest.approx(0.935 * STATURE_M, abs=0.02)
    assert at["L_hip"][1] == pytest.approx(0.525 * STATURE_M, abs=0.02)  # as high as the hip joint of anatomy
    assert at["nose"][2] > at["L_eye"][2] > at["L_ear"][2]
    assert at["nose"][1] > at["L_mouth"][1] > at["neck"][1]
    assert at["L_toes"][2] - at["L_heel"][2] == pytest.approx(0.26, abs=0.03)  # a foot's length
    assert 0 < at["L_heel"][1] < 0.05 and 0 < at["L_big_toe"][1] < 0.05
    assert at["L_small_toe"][0] > at["L_big_toe"][0]
    np.testing.assert_allclose(at["neck"], (at["L_shoulder"] + at["R_shoulder"]) / 2, atol=0.01)
    np.testing.assert_allclose(at["mid_hip"], (at["L_hip"] + at["R_hip"]) / 2, atol=1e-6)


def test_they_grow_with_the_body() -> None:
    small, large = (standing(DETECTORS["openpose"], size) for size in (1.0, 1.2))
    for name, place in small.items():
        np.testing.assert_allclose(large[name], 1.2 * place, atol=1e-5)


def test_every_point_is_on_a_joint_that_there_is() -> None:
    assert {point.joint for point in POINTS.values()} <= set(JOINT_INDEX)
    assert max(abs(value) for point in POINTS.values() for value in point.mount_m) < 0.2
