"""From a detector's files to an action, by the posebridge command's plain twin: it reads them as the command does, and
finds the demo's person."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from bridge.demo_motion import demo_motion
from bridge.keypoints.arrays import write_keypoints
from bridge.keypoints.camera import PinholeCamera
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.openpose import write_openpose
from bridge.keypoints.simulate import Faults, cameras_round, simulate_keypoints
from engine_plugins.blender.posebridge.lift import whole_take
from engine_plugins.blender.posebridge.mend_operators import lift_words
from engine_plugins.blender.posebridge.scene_camera import camera_json
from engine_plugins.blender.posebridge.settings import DETECTORS as LISTED
from tests.engine_plugins.blender.bpy.characters import armature_of, farthest_m, joint_heads, mapped_bones
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.engine_plugins.blender.bpy.filmed import placed
from tests.engine_plugins.blender.bpy.stage import settings
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

pytestmark = pytest.mark.usefixtures("extension", "stand_in")
HZ = 6.0


@pytest.fixture
def character() -> bpy.types.Object:
    bpy.context.scene.render.fps = 24
    return armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))


def filmed(detector: str) -> tuple[PinholeCamera, KeypointClip]:
    """The demo at HZ, as a detector saw it."""
    motion = replace(demo_motion(HZ), name="take")
    camera = cameras_round(motion)[0]
    return camera, simulate_keypoints(motion, camera, DETECTORS[detector], Faults(), seed=0)


def test_openpose_s_folder_through_the_scene_s_camera(character: bpy.types.Object, tmp_path: Path) -> None:
    camera, clip = filmed("openpose")
    write_openpose(tmp_path, clip)
    placed(camera)
    told = json.loads(camera_json(bpy.context.scene))
    np.testing.assert_allclose(told["rotation"], camera.rotation, atol=1e-5)
    np.testing.assert_allclose(told["translation"], camera.translation, atol=1e-5)
    np.testing.assert_allclose([told["fx"], told["fy"], told["cx"], told["cy"]],
                               [*camera.focal_px, *camera.centre_px], rtol=1e-5)
    chosen = tmp_path / "take_000000000007_keypoints.json"  # a file browser shows files
    settings().keypoints, settings().camera, settings().video_hz = str(chosen), "SCENE", HZ
    settings().lock_feet = False
    assert bpy.ops.posebridge.lift() == {"FINISHED"}
    assert character.animation_data.action.name.startswith(tmp_path.name[:20])
    assert settings().said.endswith("; hardly upright")  # what the command warned of
    assert farthest_m(joint_heads(character, mapped_bones(character))) < 0.001


def test_a_file_that_says_its_own_rate_and_size_is_believed(character: bpy.types.Object, tmp_path: Path) -> None:
    _, clip = filmed("smpl22")
    write_keypoints(tmp_path / "Take.npz", clip)
    settings().keypoints, settings().first_frame = str(tmp_path / "Take.npz"), 101
    assert bpy.context.scene.render.fps == 24 and (clip.rate_hz, clip.size_px) == (HZ, (1920, 1080))
    bpy.context.scene.render.resolution_x = 640
    assert bpy.ops.posebridge.lift() == {"FINISHED"}
    assert character.animation_data.action.name == "Take"
    assert tuple(character.animation_data.action.frame_range) == (101, 101 + 4 * (len(clip) - 1))


def test_what_cannot_be_is_one_line_and_nothing_changes(character: bpy.types.Object, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("[")
    before, there = everything(), settings()

    def refused(path: str, said: str) -> None:
        there.keypoints = path
        with pytest.raises(RuntimeError, match=said):
            bpy.ops.posebridge.lift()
        assert "\n" not in there.said and changed(before, everything()) == set()

    refused("", "choose what a detector has written")
    refused(str(tmp_path / "nothing"), "there is no such file or folder")
    refused(str(tmp_path / "broken.json"), "broken.json: not JSON")
    there.camera = "SCENE"
    refused(str(tmp_path / "broken.json"), "the scene has no camera")


def test_flags_say_what_the_panel_does() -> None:
    there, scene = settings(), bpy.context.scene
    scene.render.fps = 25
    assert lift_words(there, scene) == ("--default-rate", "25", "--default-size", "1920x1080", "--fov", "60")
    there.camera, there.person_m, there.detector, there.video_hz, there.person = "SCENE", 1.8, "coco", 50, 2
    assert lift_words(there, scene) == ("--default-rate", "25", "--rate", "50", "--person-height", "1.8",
                                        "--person", "2", "--detector", "coco")
    there.person_bones = "/who.json"  # says how tall they are, too
    told = lift_words(there, scene)
    assert told[4:6] == ("--body", "/who.json") and "--person-height" not in told
    assert [name for name, *_ in LISTED[1:]] == [*DETECTORS]


def test_only_a_frame_of_a_folder_stands_for_it(tmp_path: Path) -> None:
    assert whole_take(tmp_path / "take_0_keypoints.json") == tmp_path / "take_0_keypoints.json"  # not there
    (tmp_path / "take_0_keypoints.json").touch()
    assert whole_take(tmp_path / "take_0_keypoints.json") == tmp_path == whole_take(tmp_path)
    (tmp_path / "take.json").touch()
    assert whole_take(tmp_path / "take.json") == tmp_path / "take.json"
