"""What must not change does not: everything in the file is told before and after, and compared."""
from __future__ import annotations

import re

import bpy
import pytest

from engine_plugins.blender.posebridge.action_writer import Placement, write_action
from engine_plugins.blender.posebridge.core.channels import Channel
from engine_plugins.blender.posebridge.retarget_job import Task, start
from tests.engine_plugins.blender.bpy.characters import IN_WORLD, armature_of, motion
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

PLAYED = re.compile(r"objects\.Character\.(pose\.bones\.\d+\.(location|rotation_|matrix|head|tail)|animation_data)")
NEW = "actions.names"


def scene_of_two() -> bpy.types.Object:
    """An A-posed character that plays an action already, somebody else, a rate and a range of the user's own."""
    armature = armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))
    other = bpy.data.objects.new("Other", bpy.data.meshes.new("Other"))
    bpy.context.scene.collection.objects.link(other)
    other.select_set(True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base, scene.frame_start, scene.frame_end = 30, 1.001, 10, 77
    scene.tool_settings.use_keyframe_insert_auto = True
    scene.frame_set(12)
    armature.keyframe_insert("location", frame=3)
    armature.animation_data.action.name = "Mine"
    armature.pose.bones[3].rotation_mode = "YZX"
    return armature


@pytest.mark.parametrize("mode", ["OBJECT", "POSE"])
@pytest.mark.parametrize("as_strip", [False, True])
def test_only_the_armature_s_animation_changes(as_strip: bool, mode: str) -> None:
    armature = scene_of_two()
    bpy.ops.object.mode_set(mode=mode)
    before = everything()
    start(Task(armature, lambda _: motion(), Placement("Solved", 10, as_strip), IN_WORLD), bpy.context.scene).finish()
    found = {path for path in changed(before, everything("Solved")) if not PLAYED.match(path) and path != NEW}
    kept = set() if as_strip else {"actions.Mine.use_fake_user"}
    assert found - kept == set() and len(before) > 3000
    assert armature.animation_data.action.name == ("Mine" if as_strip else "Solved")


def test_the_action_that_played_is_not_lost() -> None:
    armature = scene_of_two()
    said = start(Task(armature, lambda _: motion(), Placement("Solved", 10), IN_WORLD), bpy.context.scene).finish()
    assert bpy.data.actions["Mine"].use_fake_user and '"Mine" is kept' in said


def test_writing_that_is_given_up_leaves_nothing() -> None:
    armature = armature_of(Build(LAYOUTS["SMPL"], NEUTRAL))
    before = everything()
    writing = write_action(armature, [Channel.constant("Pelvis", "location", 1.0)] * 2, Placement("Solved", 1))
    next(writing)
    assert [*bpy.data.actions]
    writing.close()
    assert changed(before, everything()) == set()


def test_writing_that_fails_leaves_nothing() -> None:
    armature = armature_of(Build(LAYOUTS["SMPL"], NEUTRAL))
    before = everything()
    twice = [Channel.constant("Pelvis", "location", 1.0)] * 2
    with pytest.raises(RuntimeError):
        [*write_action(armature, twice, Placement("Solved", 1))]
    assert changed(before, everything()) == set()
