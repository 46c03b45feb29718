"""Rigify's own human: its metarig, and the control rig that Rigify generates from it, through all its constraints."""
from __future__ import annotations

import addon_utils
import bpy
import pytest

from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.rig_reader import read_rig
from tests.engine_plugins.blender.bpy.characters import joint_heads, mapped_bones, most_askew_deg, played

DEFORM = {"hip": "DEF-thigh", "knee": "DEF-shin", "ankle": "DEF-foot",
          "shoulder": "DEF-upper_arm", "elbow": "DEF-forearm", "wrist": "DEF-hand"}


@pytest.fixture
def metarig() -> bpy.types.Object:
    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_basic_human_metarig_add()
    return bpy.context.object


def test_the_metarig(metarig: bpy.types.Object) -> None:
    played(metarig)
    assert match(read_rig(metarig)).family == "Rigify metarig"
    assert most_askew_deg(joint_heads(metarig, mapped_bones(metarig))) < 1


@pytest.mark.parametrize("scale", [1.0, 0.4])
def test_the_generated_rig_s_deforming_bones_follow(metarig: bpy.types.Object, scale: float) -> None:
    metarig.scale = [scale] * 3
    bpy.ops.pose.rigify_generate()
    rig = bpy.context.object
    assert match(read_rig(rig)).family == "Rigify control rig"
    played(rig)
    sided = {f"{side}_{joint}": f"{name}.{side}" for joint, name in DEFORM.items() for side in "LR"}
    assert most_askew_deg(joint_heads(rig, sided)) < 1
