"""Inside a Python with bpy: characters that play the demo's motion, as Blender's BVH exporter writes them,
and where Blender has their joints, (T, 3) each, our axes.

    BPY_PYTHON blender_writes.py FOLDER
"""
from __future__ import annotations

import sys

import bpy
import numpy as np

from tests.engine_plugins.blender.bpy.characters import (
    SCENE_HZ,
    armature_of,
    joint_heads,
    mapped_bones,
    motion,
    played,
)
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

CHARACTERS = {
    "mixamo": Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1), "vrm": Build(LAYOUTS["VRM"], NEUTRAL, "hanging", seed=2),
    "unreal": Build(LAYOUTS["UE5"], NEUTRAL, "A", seed=3), "smpl": Build(LAYOUTS["SMPL"], NEUTRAL, "T", seed=4),
}

for name, plan in CHARACTERS.items():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    armature = armature_of(plan)
    played(armature)
    bpy.context.view_layer.objects.active = armature
    armature.select_set(True)
    last = 1 + (len(motion()) - 1) * SCENE_HZ // 6
    np.savez(f"{sys.argv[1]}/{name}.npz", **joint_heads(armature, mapped_bones(armature)))
    bpy.ops.export_anim.bvh(filepath=f"{sys.argv[1]}/{name}.bvh", frame_start=1, frame_end=last)
