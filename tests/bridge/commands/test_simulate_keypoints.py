from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.load import load_motions
from bridge.cli import main
from bridge.commands.simulate_keypoints import VIEWS
from bridge.demo_motion.shipped import demo_session
from bridge.export.bvh import write_bvh
from bridge.keypoints.camera import project
from bridge.keypoints.camera_file import read_camera
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.found import Told
from bridge.keypoints.load import load_keypoints
from bridge.keypoints.reprojected import keypoints_m
from bridge.resample_motion import resample_motion
from models.evaluation.problems.cameras import VIEWS as OF_EVALUATION


@pytest.fixture
def walk_file(tmp_path: Path) -> Path:
    truth = demo_session().truth
    assert truth is not None
    walk = replace(truth, root_position_m=truth.root_position_m[240:300], local_xyzw=truth.local_xyzw[240:300])
    write_bvh(tmp_path / "walk.bvh", walk)
    return tmp_path / "walk.bvh"


@pytest.mark.parametrize("detector", DETECTORS)
def test_what_is_written_is_what_lift_reads(walk_file: Path, detector: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = walk_file.parent / "seen"
    assert main(["simulate", str(walk_file), "--out", str(out), "--keypoints", detector, "--rate", "30",
                 "--noise-px", "0"]) == 0
    file, camera_file = map(Path, capsys.readouterr().out.split())
    clip = load_keypoints(file, Told(rate_hz=30.0))
    camera, placed = read_camera(camera_file)
    assert (clip.detector, len(clip), placed) == (detector, 30, True)
    walk = resample_motion(load_motions(walk_file)[0], 30.0)
    expected = project(camera, keypoints_m(walk, DETECTORS[detector]))[0]
    np.testing.assert_allclose(clip.points_px, expected, atol=5e-3)


def test_views_stand_round_the_walk(walk_file: Path) -> None:
    out = walk_file.parent / "seen"
    assert main(["simulate", str(walk_file), "--out", str(out), "--keypoints", "coco", "--views", "3"]) == 0
    assert {path.name for path in out.iterdir()} == {
        f"walk{view}{end}" for view in ("", ".v2", ".v3") for end in (".json", ".camera.json")}
    again = walk_file.parent / "again"
    assert main(["simulate", str(walk_file), "--out", str(again), "--keypoints", "coco", "--camera",
                 str(out / "walk.v2.camera.json"), "--seed", "1000"]) == 0
    assert (again / "walk.json").read_bytes() == (out / "walk.v2.json").read_bytes()


@pytest.mark.parametrize("view", VIEWS)
def test_the_evaluation_s_cameras_have_names(
    walk_file: Path, view: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same seed, the same side; and the camera's file says what was seen through it."""
    words = ["simulate", str(walk_file), "--keypoints", "coco", "--camera", view, "--rate", "30", "--noise-px", "0"]
    written = []
    for seed, out in (("1", "one"), ("1", "same"), ("2", "other")):
        assert main([*words, "--seed", seed, "--out", str(walk_file.parent / out)]) == 0
        written.append([Path(line).read_bytes() for line in capsys.readouterr().out.split()])
    assert written[0] == written[1] and written[0][1] != written[2][1]
    camera, placed = read_camera(walk_file.parent / "one" / "walk.camera.json")
    assert placed and camera.moves == (view in ("orbit", "moving"))
    clip = load_keypoints(walk_file.parent / "one" / "walk.json", Told(rate_hz=30.0))
    walk = resample_motion(load_motions(walk_file)[0], 30.0)
    expected = project(camera, keypoints_m(walk, DETECTORS["coco"]))[0]
    np.testing.assert_allclose(clip.points_px, expected, atol=0.01)


def test_names_are_the_evaluation_s() -> None:
    assert tuple(VIEWS.values()) == OF_EVALUATION


@pytest.mark.parametrize(("words", "code", "said"), [
    ("--lost 0.1", 2, "are of 2D keypoints: give --keypoints"),
    ("--keypoints coco --lost 2", 2, "a share of the time is 0 to 1"),
    ("--keypoints coco --noise-px -1", 2, "a standard deviation is 0 or more"),
    ("--keypoints coco --views 0", 2, "1 to 32 are allowed"),
    ("--keypoints coco --camera nowhere.json", 3, "nowhere.json: no such file"),
    ("--keypoints coco --camera eyelevel", 3, "views without a file are orbit, eye-level, low, moving"),
])
def test_what_cannot_be_is_said(
    walk_file: Path, words: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", str(walk_file), "--out", str(walk_file.parent / "seen"), *words.split()]) == code
    assert said in capsys.readouterr().err
