"""Characters of the tests as Blender objects, the motion they play, and where their bones go when Blender says so."""
from __future__ import annotations

from functools import lru_cache

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from bridge.demo_motion import demo_motion
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.coordinates import object_to_blender, point_from_blender
from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.core.retarget import Options, Place
from engine_plugins.blender.posebridge.retarget_job import Placement, Task, start
from engine_plugins.blender.posebridge.rig_reader import read_rig
from tests.vectors.retarget_rigs import JOINTS, Build, build

Floats = NDArray[np.float64]
LIMBS = [(f"{side}_{start}", f"{side}_{end}") for side in "LR" for start, end in (
    ("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))]
IN_WORLD = Options(place=Place.WORLD, lock_feet=False)
SCENE_HZ = 24


@lru_cache
def motion(rate_hz: float = 6.0) -> SolvedMotion:
    """The demo's person, who walks, turns, reaches and crouches."""
    demo = demo_motion(rate_hz)
    offsets, root, local = demo.skeleton.offsets_m, demo.root_position_m, demo.local_xyzw
    return SolvedMotion(offsets.astype(float), rate_hz, root.astype(float), local.astype(float))


@lru_cache
def truth(rate_hz: float = 6.0) -> Floats:
    """Where the solved body's joints are, (T, 22, 3), project axes."""
    return np.asarray(joint_positions(demo_motion(rate_hz)), dtype=np.float64)


def armature_of(plan: Build, name: str = "Character") -> bpy.types.Object:
    """A Blender armature with exactly the bones, rest axes and object matrix of a rig of the vectors."""
    made = build(plan)
    armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    heads = made["rest"][:, :3, 3]
    for row, bone_name in enumerate(made["names"]):
        bone = armature.data.edit_bones.new(bone_name)
        bone.tail = (0, max(float(np.linalg.norm(made["tails"][row] - heads[row])), 1e-3), 0)
        bone.matrix = Matrix(made["rest"][row].tolist())
        if made["parents"][row] >= 0:
            bone.parent = armature.data.edit_bones[made["parents"][row]]
    bpy.ops.object.mode_set(mode="OBJECT")
    armature.matrix_world = Matrix(object_to_blender(made["object"]).tolist())
    bpy.context.view_layer.update()
    return armature


def played(armature: bpy.types.Object, options: Options = IN_WORLD, rate_hz: float = 6.0, **task: object) -> str:
    """The demo on the armature from frame 1 on, at a scene rate at which every frame of it is a frame of the scene."""
    scene = bpy.context.scene
    scene.render.fps = SCENE_HZ
    place = Placement("Solved", 1)
    return start(Task(armature, lambda _: motion(rate_hz), place, options, **task), scene).finish()


def mapped_bones(armature: bpy.types.Object) -> dict[str, str]:
    """Joint -> the bone whose head it is."""
    rig = read_rig(armature)
    bone_map = match(rig)
    found = {joint: bone_map.bone_of(joint, rig) for joint in JOINTS}
    return {joint: rig.names[bone] for joint, bone in found.items() if bone is not None}


def joint_heads(
    armature: bpy.types.Object, bones: dict[str, str], rate_hz: float = 6.0, count: int | None = None
) -> dict[str, Floats]:
    """Joint -> where Blender has the head of its bone in the motion's first `count` frames, (T, 3), project axes."""
    scene, step = bpy.context.scene, round(SCENE_HZ / rate_hz)
    found: dict[str, list[Floats]] = {joint: [] for joint in bones}
    for frame in range(count or len(motion(rate_hz))):
        scene.frame_set(1 + frame * step)
        posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
        for joint, bone in bones.items():
            found[joint].append(np.array(posed.matrix_world @ posed.pose.bones[bone].head))
    return {joint: point_from_blender(np.array(heads)) for joint, heads in found.items()}


def farthest_m(heads: dict[str, Floats], rate_hz: float = 6.0) -> float:
    """How far any of these joints ever is from the solved body's."""
    there = {joint: truth(rate_hz)[:, JOINTS.index(joint)] for joint in heads}
    return max(float(np.linalg.norm(heads[joint] - there[joint], axis=-1).max()) for joint in heads)


def most_askew_deg(heads: dict[str, Floats], places: Floats | None = None) -> float:
    """How far any limb ever points away from the solved body's, whose joints are at `places` (T, 22, 3)."""
    worst, solved = 0.0, truth() if places is None else places
    for first, last in LIMBS:
        wanted = solved[:, JOINTS.index(last)] - solved[:, JOINTS.index(first)]
        found = heads[last] - heads[first]
        cross, dot = np.linalg.norm(np.cross(found, wanted), axis=-1), np.sum(found * wanted, axis=-1)
        worst = max(worst, float(np.degrees(np.arctan2(cross, dot)).max()))
    return worst
