"""Objects that move as a head and two hands did, solved by the real daemon that the test outside has started."""
from __future__ import annotations

import os
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from scipy.spatial.transform import Rotation

from bridge.demo_motion import demo_motion
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.core.coordinates import point_to_blender, turn_to_blender
from engine_plugins.blender.posebridge.core.motion import global_rotations
from engine_plugins.blender.posebridge.core.wearer import neutral_height
from engine_plugins.blender.posebridge.tracked_objects import Readings, Tracked, gather
from tests.engine_plugins.blender.bpy.characters import armature_of, joint_heads, mapped_bones
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build

FRAMES = 24 * 5
NAMES = {"head": "Headset", "L_wrist": "Left", "R_wrist": "Right"}


@pytest.fixture
def objects() -> list[bpy.types.Object]:
    """Three empties over five seconds of the demo, keyed in every frame."""
    scene, demo = bpy.context.scene, demo_motion(24.0)
    scene.render.fps, scene.frame_start, scene.frame_end = 24, 1, FRAMES
    places, turns = joint_positions(demo), global_rotations(demo.local_xyzw.astype(float))
    made = []
    for joint, name in NAMES.items():
        row = JOINTS.index(joint)
        one = bpy.data.objects.new(name, None)
        scene.collection.objects.link(one)
        for frame in range(FRAMES):
            turn = Rotation.from_quat(turn_to_blender(turns[frame, row])).as_matrix()
            whole = np.eye(4)
            whole[:3, :3], whole[:3, 3] = turn, point_to_blender(places[frame, row])
            one.matrix_basis = Matrix(whole.tolist())
            one.keyframe_insert("location", frame=frame + 1)
            one.keyframe_insert("rotation_euler", frame=frame + 1)
        made.append(one)
    scene.frame_set(7)
    return made


def test_the_body_follows(objects: list[bpy.types.Object], extension: None) -> None:
    assert Path(os.environ["POSEBRIDGE_CONNECTION"]).exists(), "test_in_blender.py starts the daemon"
    armature = armature_of(Build(LAYOUTS["SMPL"], NEUTRAL, "A", "random", 6))
    settings = bpy.context.window_manager.posebridge
    settings.source, settings.place, settings.armature, settings.lock_feet = "OBJECTS", "WORLD", "Character", False
    settings.head_object, settings.left_object, settings.right_object = NAMES.values()
    settings.height_m = neutral_height()
    assert bpy.ops.posebridge.retarget() == {"FINISHED"}
    assert bpy.context.scene.frame_current == 7
    assert armature.animation_data.action.frame_range[:] == (1, FRAMES)
    heads = joint_heads(armature, mapped_bones(armature), rate_hz=24.0, count=FRAMES)
    truth = joint_positions(demo_motion(24.0))[:FRAMES]
    error = {joint: np.linalg.norm(heads[joint] - truth[:, JOINTS.index(joint)], axis=-1).mean() for joint in heads}
    assert max(error[joint] for joint in NAMES) < 0.03, error
    assert np.mean([*error.values()]) < 0.08, error


def test_looking_at_them_changes_nothing(objects: list[bpy.types.Object]) -> None:
    before, readings = everything(), Readings()
    tracked = [Tracked(one.name) for one in objects]
    gathering = gather(bpy.context.scene, tracked, readings, 24.0)
    next(gathering)
    gathering.close()
    assert len(readings.places) == 1 and changed(before, everything()) == set()
    for _ in gather(bpy.context.scene, tracked, readings, 24.0):
        pass
    assert len(readings.places) == 1 + FRAMES and changed(before, everything()) == set()


def test_an_object_that_is_gone_is_named(extension: None) -> None:
    armature_of(Build(LAYOUTS["SMPL"], NEUTRAL))
    settings = bpy.context.window_manager.posebridge
    settings.source = "OBJECTS"
    with pytest.raises(RuntimeError, match="moves as the head did"):
        bpy.ops.posebridge.retarget()
    settings.head_object = "Nobody"
    with pytest.raises(RuntimeError, match="no object Nobody"):
        bpy.ops.posebridge.retarget()


def test_without_a_daemon_it_says_so_and_nothing_changes(
    objects: list[bpy.types.Object], extension: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "none.json"))
    armature_of(Build(LAYOUTS["SMPL"], NEUTRAL))
    settings = bpy.context.window_manager.posebridge
    settings.source, settings.head_object = "OBJECTS", "Headset"
    before = everything()
    with pytest.raises(RuntimeError, match="no daemon is running"):
        bpy.ops.posebridge.retarget()
    assert changed(before, everything()) == set()
