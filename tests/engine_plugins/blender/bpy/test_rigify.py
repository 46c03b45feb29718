"""Rigify's own human: its metarig, and the control rig that Rigify generates from it, through all its constraints."""
from __future__ import annotations

import bpy
import pytest

from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.retarget_job import Placement, Task, start
from engine_plugins.blender.posebridge.rig_reader import read_rig
from tests.engine_plugins.blender.bpy.characters import IN_WORLD, joint_heads, mapped_bones, most_askew_deg, played
from tests.engine_plugins.blender.bpy.stage import settings
from tests.engine_plugins.blender.bpy.walker import FIRST, heads, steps

DEFORM = {"hip": "DEF-thigh", "knee": "DEF-shin", "ankle": "DEF-foot",
          "shoulder": "DEF-upper_arm", "elbow": "DEF-forearm", "wrist": "DEF-hand"}


def metarig(kind: str) -> bpy.types.Object:
    import addon_utils  # there once bpy is

    addon_utils.enable("rigify", default_set=True)
    getattr(bpy.ops.object, f"armature_{kind}_metarig_add")()
    return bpy.context.object


@pytest.mark.parametrize("kind", ["basic_human", "human"])
def test_the_metarig(kind: str) -> None:
    armature = metarig(kind)
    played(armature)
    assert match(read_rig(armature)).family == "Rigify metarig"
    assert most_askew_deg(joint_heads(armature, mapped_bones(armature))) < 1


@pytest.mark.parametrize(("kind", "scale"), [("basic_human", 0.4), ("human", 1.0)])
def test_the_generated_rig_s_deforming_bones_follow(kind: str, scale: float) -> None:
    metarig(kind).scale = [scale] * 3
    bpy.ops.pose.rigify_generate()
    rig = bpy.context.object
    assert match(read_rig(rig)).family == "Rigify control rig"
    played(rig)
    sided = {f"{side}_{joint}": f"{name}.{side}" for joint, name in DEFORM.items() for side in "LR"}
    assert most_askew_deg(joint_heads(rig, sided)) < 1


@pytest.mark.usefixtures("extension", "stand_in")
def test_what_the_generated_rig_does_is_read_and_written_again_as_it_was() -> None:
    metarig("basic_human")
    bpy.ops.pose.rigify_generate()
    rig, scene = bpy.context.object, bpy.context.scene
    scene.render.fps = 24
    start(Task(rig, lambda _: steps(), Placement("Mine", FIRST), IN_WORLD), scene).finish()
    deforming = tuple(f"{name}.{side}" for name in DEFORM.values() for side in "LR")
    there, settings().strength = heads(rig, deforming), 0.0
    assert bpy.ops.posebridge.clean() == {"FINISHED"}
    assert rig.animation_data.action.name == "Mine cleaned" and "still" not in settings().said, settings().said
    assert abs(heads(rig, deforming) - there).max() < 0.002
