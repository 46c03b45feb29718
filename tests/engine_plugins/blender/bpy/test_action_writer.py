"""What is written: keys on the scene's own frames, in every bone's own rotation mode."""
from __future__ import annotations

import sys

import bpy
import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine_plugins.blender.posebridge.action_writer import SLOTTED, Placement, write_action
from engine_plugins.blender.posebridge.core.channels import Channel
from engine_plugins.blender.posebridge.retarget_job import Task, start
from tests.engine_plugins.blender.bpy.characters import (
    IN_WORLD,
    armature_of,
    farthest_m,
    joint_heads,
    mapped_bones,
    motion,
    played,
)
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

SMPL = Build(LAYOUTS["SMPL"], NEUTRAL, "A", "random", 6)
MODES = ("QUATERNION", "XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX", "AXIS_ANGLE")


def curves_of(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    return [*action.layers[0].strips[0].channelbag(action.slots[0]).fcurves] if SLOTTED else [*action.fcurves]


def test_every_bone_keeps_its_rotation_mode() -> None:
    armature = armature_of(SMPL)
    modes = {bone.name: MODES[row % len(MODES)] for row, bone in enumerate(armature.pose.bones)}
    for bone in armature.pose.bones:
        bone.rotation_mode = modes[bone.name]
    played(armature)
    assert {bone.name: bone.rotation_mode for bone in armature.pose.bones} == modes
    assert farthest_m(joint_heads(armature, mapped_bones(armature))) < 0.001


def test_a_key_on_every_frame_and_straight_between() -> None:
    armature = armature_of(SMPL)
    played(armature)
    action = armature.animation_data.action
    assert (action.frame_range[0], action.frame_range[1]) == (1, 1 + 4 * (len(motion()) - 1))
    for curve in curves_of(action):
        assert [key.co.x for key in curve.keyframe_points[:3]] == [1, 2, 3]
        assert {key.interpolation for key in curve.keyframe_points} == {"LINEAR"}
        before, at, after = (curve.keyframe_points[1].handle_left, curve.keyframe_points[1].co,
                             curve.keyframe_points[1].handle_right)
        assert_allclose(np.array(before) + np.array(after), 2 * np.array(at), atol=1e-5)
        assert_allclose([at.x - before.x, after.x - at.x], 1 / 3, atol=1e-5)
    assert {curve.group.name for curve in curves_of(action)} >= {"Pelvis", "L_Knee"}


@pytest.mark.parametrize(("fps", "base"), [(24, 1.0), (30, 1.001), (25, 1.0), (120, 1.0)])
def test_it_lasts_as_long_in_any_scene_s_frames(fps: int, base: float) -> None:
    armature, scene = armature_of(SMPL), bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    start(Task(armature, lambda _: motion(), Placement("Solved", -5), IN_WORLD), scene).finish()
    first, last = armature.animation_data.action.frame_range
    assert first == -5
    assert abs((last - first) * base / fps - (len(motion()) - 1) / motion().rate_hz) < base / fps


def test_a_strip_plays_above_what_is_there() -> None:
    armature, scene = armature_of(SMPL), bpy.context.scene
    scene.render.fps = 24
    start(Task(armature, lambda _: motion(), Placement("Solved", 1, as_strip=True), IN_WORLD), scene).finish()
    assert armature.animation_data.action is None
    assert [strip.action.name for strip in armature.animation_data.nla_tracks[0].strips] == ["Solved"]
    assert farthest_m(joint_heads(armature, mapped_bones(armature))) < 0.001


def test_between_two_steps_one_array_of_one_curve_is_written() -> None:
    """So that a window never waits for more: counted, as clocks of a busy machine say little."""
    armature = armature_of(SMPL)
    rows = [Channel("Pelvis", "location", index, np.arange(500.0)) for index in range(3)]
    writing, counts, calls = write_action(armature, rows, Placement("Solved", 1)), [], 0

    def count(_: object, event: str, called: object) -> None:
        nonlocal calls
        calls += event == "c_call" and getattr(called, "__name__", "") == "foreach_set"

    sys.setprofile(count)
    try:
        for _ in writing:
            counts.append(calls)
            calls = 0
    finally:
        sys.setprofile(None)
    assert sum(counts) == 4 * len(rows) and max(counts) == 1


def test_an_action_that_an_undo_took_away_ends_the_writing() -> None:
    armature = armature_of(SMPL)
    writing = write_action(armature, [Channel("Pelvis", "location", 0, np.arange(9.0))], Placement("Solved", 1))
    next(writing)
    bpy.data.actions.remove(bpy.data.actions["Solved"])
    with pytest.raises(ValueError, match="undone or loaded anew"):
        next(writing)
    assert armature.animation_data is None and not bpy.data.actions


def test_a_pelvis_whose_location_goes_along_its_parent_s_axes() -> None:
    armature = armature_of(SMPL)
    armature.data.bones["Pelvis"].use_local_location = False
    played(armature)
    assert farthest_m(joint_heads(armature, mapped_bones(armature))) < 0.001


def test_a_copy_of_what_plays_becomes_a_strip_with_every_key_where_it_was() -> None:
    armature = armature_of(SMPL)
    played(armature)
    mine = armature.animation_data.action
    count, heads = len(curves_of(mine)), sum("Head" in curve.data_path for curve in curves_of(mine))
    place = Placement("Better", 5, as_strip=True, stays=lambda path: "Head" not in path)
    assert heads and [*write_action(armature, [Channel("Head", "location", 0, np.zeros(3))], place)][-1] == 1
    strip = armature.animation_data.nla_tracks[-1].strips[0]
    assert armature.animation_data.action == mine and len(curves_of(mine)) == count
    assert strip.action.name == "Better" and len(curves_of(strip.action)) == count - heads + 1
    assert (strip.frame_start, strip.action_frame_start, strip.scale) == (1, 1, 1)  # though what is new begins at 5
