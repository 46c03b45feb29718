"""Bones that do not turn with their parents and a pelvis that cannot move, looked at where Blender puts them."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import bpy
import numpy as np
import pytest

from engine_plugins.blender.posebridge.core.bone_map import BoneMapError
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.retarget import Options, Place, RootMotion
from engine_plugins.blender.posebridge.kept_maps import keep_map
from engine_plugins.blender.posebridge.rig_reader import read_rig
from tests.engine_plugins.blender.bpy.characters import (
    armature_of,
    farthest_m,
    joint_heads,
    mapped_bones,
    most_askew_deg,
    played,
    truth,
)
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build

WAYS = [Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1), Build(LAYOUTS["UE4"], NEUTRAL, "A", "random", 2, yaw_deg=33),
        Build(LAYOUTS["SMPL"], NEUTRAL, "hanging", "random", 3, unit_m=0.01, place_m=(1, 0, 2))]
LOCKED = Options(place=Place.WORLD, lock_feet=True)


def apart(armature: bpy.types.Object, names: Iterable[str]) -> None:
    for name in names:
        armature.data.bones[name].use_inherit_rotation = False


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.axes + str(way.seed))
@pytest.mark.parametrize("joints", [["L_shoulder", "R_shoulder", "neck"], ["L_knee", "head", "R_wrist", "spine2"],
                                    JOINTS])
def test_bones_that_turn_alone_are_where_the_body_is(way: Build, joints: list[str]) -> None:
    armature = armature_of(way)
    bones = mapped_bones(armature)
    apart(armature, [bones[joint] for joint in joints if joint in bones])
    played(armature)
    heads = joint_heads(armature, bones)
    assert farthest_m(heads) < 0.001 and most_askew_deg(heads) < 1


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if "control" not in layout])
def test_so_are_those_beneath_bones_nobody_drives(layout: str) -> None:
    """Of Unreal, Daz, Character Creator and their like: twists and roots between, which now turn with nothing."""
    armature = armature_of(Build(LAYOUTS[layout], NEUTRAL, "A", seed=4))
    apart(armature, [bone.name for bone in armature.data.bones if bone.parent])
    played(armature)
    assert most_askew_deg(joint_heads(armature, mapped_bones(armature))) < 1


def test_planted_feet_stay_planted_on_them() -> None:
    """Legs that the foot lock bends go where those of a rig do whose bones all turn with their parents."""
    armature = armature_of(WAYS[0])
    bones = mapped_bones(armature)
    played(armature, LOCKED)
    wanted = joint_heads(armature, bones)
    apart(armature, [bones["L_knee"], bones["R_hip"]])
    played(armature, LOCKED)
    heads = joint_heads(armature, bones)
    assert max(np.abs(heads[joint] - wanted[joint]).max() for joint in heads) < 1e-4


def connected(armature: bpy.types.Object) -> bpy.types.Object:
    """A bone whose tail is where the pelvis begins, and the pelvis connected to it."""
    name = mapped_bones(armature)["pelvis"]
    bpy.ops.object.mode_set(mode="EDIT")
    pelvis = armature.data.edit_bones[name]
    above = armature.data.edit_bones.new("Above")
    above.head, above.tail = 0.7 * pelvis.head, pelvis.head
    pelvis.parent, pelvis.use_connect = above, True
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


@pytest.mark.parametrize("way", WAYS[:1] + WAYS[2:], ids=lambda way: way.axes + str(way.seed))
def test_where_the_pelvis_is_connected_the_object_carries_the_way(way: Build) -> None:
    armature = connected(armature_of(way))
    said = played(armature)
    assert "so the object carries the way" in said
    assert farthest_m(joint_heads(armature, mapped_bones(armature))) < 0.001


def test_where_the_object_is_held_too_it_turns_on_the_spot() -> None:
    armature = connected(armature_of(WAYS[0]))
    armature.parent = bpy.data.objects.new("Holder", None)
    assert "stays in its place" in played(armature)
    heads = joint_heads(armature, mapped_bones(armature))
    assert most_askew_deg(heads) < 1 and np.ptp(heads["pelvis"], axis=0).max() < 1e-6
    assert np.ptp(truth()[:, JOINTS.index("pelvis")], axis=0).max() > 0.5


def test_a_root_bone_cannot_carry_a_pelvis_that_must_move_within_it() -> None:
    armature = connected(armature_of(WAYS[0]))
    keep_map(armature, replace(match(read_rig(armature)), root="Above"))
    with pytest.raises(BoneMapError, match="connected to its parent"):
        played(armature, Options(root=RootMotion.ROOT_BONE))
