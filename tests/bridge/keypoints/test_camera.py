"""The numpy camera against the one in torch, and against what its words say."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from bridge.engine.lift import camera_of
from bridge.keypoints.camera import PinholeCamera, camera_of_fov, looking, posed, project
from models.kinematics.camera import project as torch_project

LENS = np.array([-0.25, 0.08, 0.001, -0.002, 0.01, 0.02, -0.01, 0.003])
SIZE = (1920, 1080)


@pytest.mark.parametrize("lens", [np.zeros(8), LENS])
def test_it_is_the_same_camera_as_the_mathematics_have(lens: np.ndarray) -> None:
    random = np.random.default_rng(0)
    turn = Rotation.from_rotvec([0.2, -0.4, 0.1]).as_matrix()
    camera = PinholeCamera(SIZE, np.array([1500.0, 1480]), np.array([950.0, 560]), lens, turn, np.array([0.1, 0.2, 4]))
    points = random.normal(size=(7, 5, 3))
    ours, depth = project(camera, points)
    theirs = torch_project(camera_of(camera), torch.from_numpy(points))
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-8)
    np.testing.assert_allclose(depth, (points @ turn.T)[..., 2] + 4)


@pytest.mark.parametrize(("axis", "size", "fov"), [
    ("horizontal", SIZE, (70, None)), ("vertical", SIZE, (None, 70)), ("long", SIZE, (70, None)),
    ("long", (1080, 1920), (None, 70)),
])
def test_a_field_of_view_is_across_its_axis(
    axis: str, size: tuple[int, int], fov: tuple[float | None, float | None]
) -> None:
    camera = camera_of_fov(size, 70, axis)
    assert [value for value in fov if value] == [
        pytest.approx(camera.fov_deg[index]) for index, value in enumerate(fov) if value]
    edge = np.tan(np.radians(35)) * (np.array([1, 0, 0]) if fov[0] else np.array([0, 1, 0])) + [0, 0, -1]
    pixel = project(posed(camera, 0.0), edge)[0]  # a level camera at the origin looks along -Z
    assert pixel[0 if fov[0] else 1] == pytest.approx(size[0] if fov[0] else 0)


def test_pitch_looks_down_and_roll_turns_clockwise() -> None:
    level = camera_of_fov(SIZE, 60)
    down, rolled = posed(level, 1.5, pitch_deg=10), posed(level, 1.5, roll_deg=5)
    assert (down.pitch_deg, down.roll_deg, rolled.roll_deg) == (
        pytest.approx(10), pytest.approx(0), pytest.approx(5))
    np.testing.assert_allclose(down.place_m, [0, 1.5, 0], atol=1e-12)
    ahead, right = np.array([0, 1.5, -3.0]), np.array([1, 1.5, -3.0])
    assert project(down, ahead)[0][1] < 540  # what is level is over the middle of the picture
    assert project(rolled, right)[0][1] < 540  # the picture turns the other way


def test_who_faces_a_level_camera_has_their_left_on_its_right() -> None:
    pixel, depth = project(posed(camera_of_fov(SIZE, 60), 1.5), np.array([0.3, 1.5, -4.0]))
    assert pixel[0] > 960 and depth == pytest.approx(4)


def test_what_it_looks_at_is_in_the_middle_and_upright() -> None:
    place, target = np.array([2.0, 1.6, 3.0]), np.array([0.0, 0.9, -1.0])
    camera = looking(camera_of_fov(SIZE, 60), place, target)
    np.testing.assert_allclose(project(camera, target)[0], [960, 540], atol=1e-9)
    np.testing.assert_allclose(camera.place_m, place)
    assert camera.roll_deg == pytest.approx(0) and camera.pitch_deg > 0
    above = project(camera, target + np.array([0, 0.5, 0]))[0]
    assert above[0] == pytest.approx(960) and above[1] < 540


def test_what_is_behind_has_no_depth() -> None:
    camera = posed(camera_of_fov(SIZE, 60), 1.0)
    pixel, depth = project(camera, np.array([0.0, 1, 2]))
    assert depth < 0 and np.isfinite(pixel).all()
    assert np.isfinite(project(replace(camera, distortion=LENS), np.array([5.0, 1, 0]))[0]).all()
