"""The buttons for motion that a character has already. The posebridge command is its plain twin but where what it finds
matters."""
from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.channels import Channel
from engine_plugins.blender.posebridge.held import held
from engine_plugins.blender.posebridge.kept_maps import keep_map
from engine_plugins.blender.posebridge.mend_job import stays_beside
from engine_plugins.blender.posebridge.mend_operators import POSEBRIDGE_OT_clean
from engine_plugins.blender.posebridge.played import bone_of, curves_of, key_frames
from engine_plugins.blender.posebridge.retarget_job import Placement, Task, start
from engine_plugins.blender.posebridge.rig_reader import read_rig
from tests.engine_plugins.blender.bpy.characters import IN_WORLD, armature_of
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.engine_plugins.blender.bpy.stage import settings
from tests.engine_plugins.blender.bpy.walker import FINGER, FIRST, HAND, LAST, heads, select, steps, walking
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

pytestmark = pytest.mark.usefixtures("extension")
@pytest.fixture
def walker() -> bpy.types.Object:
    return walking()


@pytest.mark.usefixtures("stand_in")
def test_cleaning_nothing_away_leaves_everything_where_it_was(walker: bpy.types.Object) -> None:
    before, there = everything(), heads(walker)
    settings().strength = 0.0
    assert bpy.ops.posebridge.clean() == {"FINISHED"}
    new = walker.animation_data.action
    assert new.name == "Mine cleaned" and '"Mine" is kept with a fake user' in settings().said
    assert np.abs(heads(walker) - there).max() < 0.001  # the finger with it
    assert key_frames(walker, {HAND}) == [*range(FIRST, LAST + 1)] and key_frames(walker, {FINGER}) == [FIRST, 40]
    walker.animation_data.action = bpy.data.actions["Mine"]
    bpy.data.actions["Mine"].use_fake_user = False
    bpy.data.actions.remove(new)
    bpy.context.scene.frame_set(5)
    assert changed(before, everything()) == set()


def test_a_missing_arm_is_found_where_it_is_missing_and_all_else_stays(walker: bpy.types.Object) -> None:
    arm = tuple(f"mixamorig:Left{part}" for part in ("Arm", "ForeArm", "Hand"))
    for curve in curves_of(walker):
        if bone_of(curve.data_path) in arm:
            for key in curve.keyframe_points:
                if 25 <= key.co.x <= 40:
                    key.co.y = 1.0 if curve.array_index == 0 else 0.0  # as a limb that was lost rests
    before, was = heads(walker), heads(walker, (HAND,))
    select(walker, *arm)
    settings().throughout, settings().missing_from, settings().missing_to = False, 25, 40
    assert bpy.ops.posebridge.complete() == {"FINISHED"}
    after, now = heads(walker), heads(walker, (HAND,))
    missing = np.zeros(len(after), dtype=bool)
    missing[25 - FIRST : 41 - FIRST] = True
    names = [bone.name for bone in walker.pose.bones]
    others = [row for row, name in enumerate(names) if not name.startswith("mixamorig:Left") or "Leg" in name]
    assert np.abs(after[~missing] - before[~missing]).max() < 0.001
    assert np.abs(after[:, others] - before[:, others]).max() < 0.001
    assert np.linalg.norm(now - was, axis=-1)[missing].mean() > 0.1  # it hung from the shoulder as at rest
    assert np.linalg.norm(np.diff(now, axis=0), axis=-1).max() < 0.15


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("how", ["EVERY", "KEYED"])
def test_in_between_goes_through_the_keys(walker: bpy.types.Object, how: str) -> None:
    truth = heads(walker)
    keys = [FIRST, 23, 35, 47, LAST]
    if how == "KEYED":
        for curve in curves_of(walker):
            for key in reversed([key for key in curve.keyframe_points if round(key.co.x) not in (*keys, 40)]):
                curve.keyframe_points.remove(key)
            for key in [key for key in curve.keyframe_points if key.co.x == 40 and FINGER not in curve.data_path]:
                curve.keyframe_points.remove(key)
    settings().keys, settings().key_every = how, 12
    assert bpy.ops.posebridge.inbetween() == {"FINISHED"}
    assert walker.animation_data.action.name == "Mine in-betweened"
    made = heads(walker)
    names = [bone.name for bone in walker.pose.bones]
    mapped = [row for row, name in enumerate(names) if "Hand" not in name or name == HAND]
    assert np.abs(made[[key - FIRST for key in keys]] - truth[[key - FIRST for key in keys]])[:, mapped].max() < 0.001
    assert np.linalg.norm(np.diff(made[:, mapped], axis=0), axis=-1).max() < 0.15
    off = np.linalg.norm(made[:, mapped] - truth[:, mapped], axis=-1).mean()
    assert off < 0.08, off


def test_what_cannot_be_is_one_line_and_nothing_changes(
    walker: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    select(walker, FINGER)
    settings().missing_from, settings().missing_to = 900, 950
    before = everything()
    for button, said in ((bpy.ops.posebridge.complete, "none of the selected bones stands for a joint"),
                         (bpy.ops.posebridge.inbetween, "every frame has a key")):
        with pytest.raises(RuntimeError, match=said):
            button()
    settings().throughout, settings().missing = False, "ALL"
    with pytest.raises(RuntimeError, match=f"which has {FIRST} to {LAST}"):
        bpy.ops.posebridge.complete()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="command is not to be found"):
        bpy.ops.posebridge.clean()
    assert changed(before, everything()) == set() and "\n" not in settings().said


def test_given_up_while_the_command_works_it_ends_the_command_and_leaves_nothing(
    walker: bpy.types.Object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "posebridge"
    program.write_text(f"#!/bin/sh\necho '{{\"percent\": 40}}'\necho $$ > {tmp_path}/id\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    before = everything()
    made = SimpleNamespace(_asked=partial(POSEBRIDGE_OT_clean._asked, None))  # an operator without its window
    job = POSEBRIDGE_OT_clean._begin(made, bpy.context)
    while job.watch.share != 0.4 or not (tmp_path / "id").exists() or not (tmp_path / "id").read_text():
        assert not job.tick()
    assert job.watch.stage == "cleaning"
    job.cancel()
    job.left(10.0)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "id").read_text()), 0)
    assert changed(before, everything()) == set()


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("known", [True, False])
def test_it_moves_on_though_its_object_and_a_bone_above_its_pelvis_moved_it(known: bool) -> None:
    """What they did the pelvis does after it, once; a root bone that the map knows still does its part."""
    scene = bpy.context.scene
    scene.render.fps = 24
    armature = armature_of(Build(LAYOUTS["VRoid"], NEUTRAL, "A", seed=2))
    keep_map(armature, replace(match(read_rig(armature)), root="Root" if known else None))
    start(Task(armature, lambda _: steps(), Placement("Mine", FIRST), IN_WORLD), scene).finish()
    root = armature.pose.bones["Root"]
    root.rotation_mode = "XYZ"
    for frame, share in ((FIRST, 0.0), (LAST, 1.0)):
        armature.location.x, root.rotation_euler, root.location = 0.7 * share, (0, 0, share), (0, 0, 0.3 * share)
        for thing, name in ((armature, "location"), (root, "rotation_euler"), (root, "location")):
            thing.keyframe_insert(name, frame=frame)
    bones = tuple(bone.name for bone in armature.pose.bones if bone != root)
    there, settings().strength = heads(armature, bones), 0.0
    assert bpy.ops.posebridge.clean() == {"FINISHED"}
    assert np.abs(heads(armature, bones) - there).max() < 0.001
    assert not [curve for curve in curves_of(armature) if not bone_of(curve.data_path)]
    assert len(key_frames(armature, {"Root"})) == (LAST - FIRST + 1 if known else 1)


def test_names_of_bones_with_quotes_and_dots_are_read() -> None:
    path = 'pose.bones["' + bpy.utils.escape_identifier('a "b".c\\') + '"].location'
    assert bone_of(path) == 'a "b".c\\' and bone_of("location") == ""


def test_an_action_s_other_curves_stay(walker: bpy.types.Object) -> None:
    plan = SimpleNamespace(bones=("a",))
    stays = stays_beside(plan, [], [Channel("a", "location", 0, np.zeros(2)), Channel.constant("a", '["ik"]', 1.0)])
    told = {'pose.bones["a"].location': False, 'pose.bones["a"].rotation_euler': False, 'pose.bones["a"].scale': True,
            'pose.bones["a"]["ik"]': False, 'pose.bones["a"]["smile"]': True, 'pose.bones["b"].location': True,
            'pose.bones["a"].constraints["x"].influence': True, "location": False, "scale": True, '["mood"]': True}
    assert {path: stays(path) for path in told} == told


def test_it_says_who_else_moves_the_bones(walker: bpy.types.Object) -> None:
    assert held(walker, {HAND, FINGER}) == []
    for bone in (HAND, FINGER):
        walker.pose.bones[bone].constraints.new("COPY_ROTATION")
    walker.pose.bones[HAND].constraints.new("LIMIT_DISTANCE")
    assert held(walker, {HAND}) == [f'constraints still hold "{HAND}": mute them where it does not look right']
    walker.pose.bones[HAND].constraints[0].influence = 0
    walker.constraints.new("CHILD_OF").mute = True
    assert held(walker, {HAND}) == []
    walker.animation_data.nla_tracks.new().strips.new("Mine", 1, walker.animation_data.action)
    assert [line.split(" still")[0] for line in held(walker, {HAND})] == ["NLA strips"]
