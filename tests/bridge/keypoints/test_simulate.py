from __future__ import annotations

import numpy as np
import pytest

from bridge.frames import Motion
from bridge.keypoints.camera import PinholeCamera, camera_of_fov, looking, project
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.lifting import View
from bridge.keypoints.reprojected import in_picture, keypoints_m, missed_px
from bridge.keypoints.simulate import Faults, cameras_round, simulate_keypoints
from bridge.motion import joint_positions


@pytest.fixture
def camera(walk: Motion) -> PinholeCamera:
    return cameras_round(walk)[0]


def test_without_faults_they_are_the_body_s_own(walk: Motion, camera: PinholeCamera) -> None:
    clip = simulate_keypoints(walk, camera, DETECTORS["smpl22"], Faults(0.0))
    np.testing.assert_allclose(clip.points_px, in_picture(walk, camera), atol=1e-2)
    assert (clip.confidence > 0).all() and (clip.rate_hz, clip.size_px) == (60.0, (1920, 1080))


def test_noise_is_as_large_as_it_is_said_to_be(walk: Motion, camera: PinholeCamera) -> None:
    detector = DETECTORS["coco"]
    clip = simulate_keypoints(walk, camera, detector, Faults(6.0))
    off = clip.points_px - project(camera, keypoints_m(walk, detector))[0]
    assert off.std() == pytest.approx(6.0, rel=0.05)
    assert missed_px(walk, [View(clip, camera, True)]) == pytest.approx(6.0 * np.sqrt(2), rel=0.05)


def test_keypoints_are_lost_for_their_share(walk: Motion, camera: PinholeCamera) -> None:
    lost = [(simulate_keypoints(walk, camera, DETECTORS["openpose"], Faults(4.0, 0.3), seed).confidence == 0).mean()
            for seed in range(8)]
    assert np.mean(lost) == pytest.approx(0.3, abs=0.05)


def test_the_same_seed_is_the_same_and_another_is_not(walk: Motion, camera: PinholeCamera) -> None:
    one, same, other = (simulate_keypoints(walk, camera, DETECTORS["coco"], Faults(4.0, 0.2), seed)
                        for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.points_px, same.points_px)
    assert (one.points_px != other.points_px).any()


def test_what_is_outside_the_picture_or_behind_is_not_seen(walk: Motion, camera: PinholeCamera) -> None:
    away = looking(camera, camera.place_m, 2 * camera.place_m - walk.root_position_m[0])
    assert not simulate_keypoints(walk, away, DETECTORS["coco"], Faults()).confidence.any()
    narrow = looking(camera_of_fov((400, 100), 10), camera.place_m, walk.root_position_m[0].astype(float))
    clip = simulate_keypoints(walk, narrow, DETECTORS["coco"], Faults(0.0))
    seen = clip.confidence > 0
    assert seen.any() and not seen.all()
    assert (clip.points_px[seen] < [400, 100]).all() and (clip.points_px[seen] >= 0).all()


def test_cameras_round_have_the_whole_way_in_view(walk: Motion) -> None:
    cameras = cameras_round(walk, 4)
    assert len({tuple(one.place_m.round(2)) for one in cameras}) == 4
    for one in cameras:
        pixels = in_picture(walk, one)
        assert (pixels > 0).all() and (pixels < one.size_px).all()


def test_keypoints_turn_with_their_joints(walk: Motion) -> None:
    at = dict(zip(DETECTORS["openpose"].points, keypoints_m(walk, DETECTORS["openpose"]).transpose(1, 0, 2),
                  strict=True))
    joints = joint_positions(walk)
    head = np.linalg.norm(at["nose"] - joints[:, 15], axis=-1)
    assert np.ptp(head) < 1e-5 and head[0] == pytest.approx(0.118, abs=0.01)
