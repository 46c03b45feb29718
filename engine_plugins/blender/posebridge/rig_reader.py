"""An armature as the core knows rigs: its bones at rest, whatever its pose, and where its object stands now."""
from __future__ import annotations

import bpy
import numpy as np

from .core.bone_map import BoneMap
from .core.coordinates import object_from_blender
from .core.families.following import as_constrained
from .core.rig import Rig


def read_rig(armature: bpy.types.Object) -> Rig:
    """Bones in the order of the armature. Reads only."""
    bones = armature.data.bones
    index = {bone.name: row for row, bone in enumerate(bones)}
    return as_constrained(Rig(
        names=tuple(index),
        parents=tuple(index[bone.parent.name] if bone.parent else -1 for bone in bones),
        rest=np.array([bone.matrix_local for bone in bones], dtype=np.float64).reshape(-1, 4, 4),
        tails=np.array([bone.tail_local for bone in bones], dtype=np.float64).reshape(-1, 3),
        object_matrix=object_from_blender(np.array(armature.matrix_world, dtype=np.float64)),
    ))


def hindrances(armature: bpy.types.Object, rig: Rig, bone_map: BoneMap, root_bone: bool) -> list[str]:
    """Settings of bones that would bend the result, one line each: what Blender does not do with keys it is given."""
    bones = armature.data.bones
    pelvis = bone_map.bone_of("pelvis", rig)
    movers = [] if pelvis is None else [rig.names[pelvis]]
    movers += [bone_map.root] if root_bone and bone_map.root else []
    found = [f'"{name}" must move but is connected to its parent: turn Connected off in Edit Mode'
             for name in movers if bones[name].parent and bones[name].use_connect]
    driven = {*bone_map.bones}
    found += [f'"{bone.name}" does not turn with its parent: turn Inherit Rotation on'
              for bone in bones if bone.name in driven and not bone.use_inherit_rotation
              and any(above.name in driven for above in bone.parent_recursive)]
    return found
