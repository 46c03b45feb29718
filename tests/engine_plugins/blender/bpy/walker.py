"""A character that walks already, for the buttons that mend its motion; and where its bones go when Blender says so."""
from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import NDArray

from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.retarget_job import Placement, Task, start
from tests.engine_plugins.blender.bpy.characters import IN_WORLD, armature_of, motion
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

FIRST, LAST = 11, 58  # the scene's frames that the character moves in
FINGER = "mixamorig:LeftHandIndex1"
HAND = "mixamorig:LeftHand"


def steps() -> SolvedMotion:
    """Two seconds of the demo's walk at 24 frames a second."""
    whole = motion(24.0)
    rows = slice(30, 30 + LAST - FIRST + 1)
    return replace(whole, root_m=whole.root_m[rows], local_xyzw=whole.local_xyzw[rows])


def walking() -> bpy.types.Object:
    """A Mixamo character that plays it as its action "Mine", and bends a finger."""
    scene = bpy.context.scene
    scene.render.fps, scene.frame_start, scene.frame_end = 24, 1, 70
    armature = armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", "random", 1, unit_m=0.01, yaw_deg=33))
    start(Task(armature, lambda _: steps(), Placement("Mine", FIRST), IN_WORLD), scene).finish()
    finger = armature.pose.bones[FINGER]
    finger.rotation_mode = "XYZ"
    for frame, angle in ((FIRST, 0.0), (40, 1.2)):
        finger.rotation_euler = (angle, 0, 0)
        finger.keyframe_insert("rotation_euler", frame=frame)
    scene.frame_set(5)
    return armature


def heads(armature: bpy.types.Object, bones: tuple[str, ...] | None = None) -> NDArray[np.float64]:
    """Of these bones (all if not said) in every frame from FIRST to LAST, (T, bones, 3), metres, Blender's axes."""
    found = []
    for frame in range(FIRST, LAST + 1):
        bpy.context.scene.frame_set(frame)
        posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
        found.append([posed.matrix_world @ posed.pose.bones[bone].tail
                      for bone in bones or [one.name for one in armature.pose.bones]])
    bpy.context.scene.frame_set(5)
    return np.array(found)


def select(armature: bpy.types.Object, *bones: str) -> None:
    for bone in armature.pose.bones:
        if hasattr(bone, "select"):
            bone.select = bone.name in bones
        else:
            bone.bone.select = bone.name in bones
