from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.errors import InputInvalid, InputMissing, NotFinite, PoseBridgeError, UnitInvalid
from bridge.keypoints.camera import PinholeCamera, project
from bridge.keypoints.camera_file import is_camera, read_camera, write_camera

PLAIN = {"width": 1920, "height": 1080, "fx": 1500, "fy": 1490, "cx": 950, "cy": 545}
TURN = Rotation.from_rotvec([0.3, -0.5, 0.2])


def written(tmp_path: Path, content: Any) -> Path:
    (tmp_path / "camera.json").write_text(json.dumps(content))
    return tmp_path / "camera.json"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    camera = PinholeCamera((640, 480), np.array([500.0, 501]), np.array([320.0, 240]), np.linspace(-0.1, 0.1, 8),
                           TURN.as_matrix(), np.array([0.5, 1.5, 4.0]))
    write_camera(tmp_path / "camera.json", camera)
    read, placed = read_camera(tmp_path / "camera.json")
    assert placed and read.size_px == (640, 480)
    for name in ("focal_px", "centre_px", "distortion", "rotation", "translation"):
        np.testing.assert_allclose(getattr(read, name), getattr(camera, name), atol=1e-12)


def test_a_camera_that_moves_is_read_as_it_was_written(tmp_path: Path) -> None:
    turns = Rotation.from_rotvec(np.linspace(0, 1, 15).reshape(5, 3)).as_matrix()
    camera = PinholeCamera((640, 480), np.array([500.0, 501]), np.array([320.0, 240]), rotation=turns,
                           translation=np.arange(15.0).reshape(5, 3))
    write_camera(tmp_path / "camera.json", camera)
    read, placed = read_camera(tmp_path / "camera.json")
    assert placed and read.moves
    points = np.random.default_rng(0).normal((0, 0, 60), 1, size=(5, 4, 3))
    np.testing.assert_allclose(project(read, points)[0], project(camera, points)[0])
    still = [project(read.frames(slice(at, at + 1)), points[at : at + 1])[0][0] for at in range(5)]
    np.testing.assert_allclose(project(camera, points)[0], still)
    for frames, said in (([], "frames is a list"), ([{"rotation": [0, 0, 0]}], "frame 1 has no rotation"),
                         ([{"rotation": [0, 0, 0], "translation": [0, 0, "x"]}], "3 numbers are allowed")):
        with pytest.raises(InputInvalid, match=said):
            read_camera(written(tmp_path, {**PLAIN, "frames": frames}))
    with pytest.raises(InputInvalid, match="neither is beside it; got rotation"):
        read_camera(written(tmp_path, {**PLAIN, "rotation": [0, 0, 0], "frames": [{}]}))


def test_a_camera_s_file_is_known_by_how_it_begins(tmp_path: Path) -> None:
    assert is_camera(written(tmp_path, PLAIN))
    for other in ({"people": []}, [PLAIN], {"fps": 30, "frames": []}):
        assert not is_camera(written(tmp_path, other))
    (tmp_path / "camera.yml").write_text("camera_matrix: ...")
    (tmp_path / "camera.txt").write_text(json.dumps(PLAIN))
    assert is_camera(tmp_path / "camera.yml") and not is_camera(tmp_path / "camera.txt")
    assert not is_camera(tmp_path / "nowhere.json") and not is_camera(tmp_path)


def test_a_camera_need_not_say_where_it_stands(tmp_path: Path) -> None:
    camera, placed = read_camera(written(tmp_path, {**PLAIN, "distortion": [0.1, 0.2, 0.3, 0.4]}))
    assert not placed and camera.distortion.tolist() == [0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0]


def test_a_vector_is_a_matrix(tmp_path: Path) -> None:
    cameras = [read_camera(written(tmp_path, {**PLAIN, "rotation": turn, "translation": [1, 2, 3]}))[0]
               for turn in (TURN.as_matrix().tolist(), TURN.as_rotvec().tolist())]
    np.testing.assert_allclose(cameras[0].rotation, cameras[1].rotation, atol=1e-12)


def test_a_world_whose_z_is_up_becomes_ours(tmp_path: Path) -> None:
    content = {**PLAIN, "rotation": TURN.as_matrix().tolist(), "translation": [0, 0, 5]}
    z_up = read_camera(written(tmp_path, {**content, "up": "z"}))[0]
    y_up = read_camera(written(tmp_path, content))[0]
    theirs = np.array([0.3, -0.4, 1.2])  # x, y, height
    ours = np.array([0.3, 1.2, 0.4])  # x, height, z: right-handed both
    np.testing.assert_allclose(project(z_up, ours)[0], project(y_up, theirs)[0])


def test_opencv_s_own_file(tmp_path: Path) -> None:
    path = tmp_path / "camera.yml"
    store = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    store.write("image_width", 1280)
    store.write("image_height", 720)
    store.write("camera_matrix", np.array([[1000.5, 0, 640], [0, 1001.5, 360], [0, 0, 1]]))
    store.write("distortion_coefficients", np.array([[0.1, -0.2, 0.003, 0.004, 0.05]]))
    store.write("rvec", TURN.as_rotvec()[:, None])
    store.write("tvec", np.array([[0.1], [0.2], [3.0]]))
    store.release()
    camera, placed = read_camera(path)
    assert placed and camera.size_px == (1280, 720)
    points = np.random.default_rng(0).normal(size=(20, 3)) * 0.5
    expected, _ = cv2.projectPoints(points, TURN.as_rotvec(), np.array([0.1, 0.2, 3.0]), np.array(
        [[1000.5, 0, 640], [0, 1001.5, 360], [0, 0, 1]]), np.array([0.1, -0.2, 0.003, 0.004, 0.05]))
    np.testing.assert_allclose(project(camera, points)[0], expected[:, 0], atol=1e-6)


@pytest.mark.parametrize(("change", "error", "said"), [
    ({"fx": None, "cy": ...}, InputInvalid, "lacks cy"),
    ({"fx": "wide"}, InputInvalid, "fx and fy is .*; 2 numbers are allowed"),
    ({"fx": float("nan")}, NotFinite, "fx and fy"),
    ({"fx": 5}, UnitInvalid, "0.1 to 50"),
    ({"width": 0}, UnitInvalid, "16 to 32768 pixels"),
    ({"distortion": [0, 0, 0]}, InputInvalid, "distortion has 3 numbers; 4, 5, 8 are allowed"),
    ({"rotation": [0, 0, 0]}, InputInvalid, "rotation alone"),
    ({"rotation": np.ones((3, 3)).tolist(), "translation": [0, 0, 0]}, UnitInvalid, "no rotation"),
    ({"rotation": np.diag([1, 1, -1]).tolist(), "translation": [0, 0, 0]}, UnitInvalid, "determinant 1, not -1"),
    ({"rotation": [0, 0, 0], "translation": [0, 0]}, InputInvalid, "translation has 2 numbers, not 3"),
    ({"rotation": [0, 0, 0], "translation": [0, 0, 4000]}, UnitInvalid, "at most 1000 m"),
    ({"rotation": [0, 0, 0], "translation": [0, 0, 0], "up": "x"}, InputInvalid, "up is 'x'; y and z"),
])
def test_what_is_wrong_is_said(
    tmp_path: Path, change: dict[str, Any], error: type[PoseBridgeError], said: str
) -> None:
    content = {key: value for key, value in {**PLAIN, **change}.items() if value is not ...}
    with pytest.raises(error, match=f"camera.json.*{said}"):
        read_camera(written(tmp_path, content))


def test_no_camera_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputMissing):
        read_camera(tmp_path / "camera.json")
    with pytest.raises(InputInvalid, match="an object with width"):
        read_camera(written(tmp_path, [1]))
