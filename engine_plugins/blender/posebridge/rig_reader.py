"""An armature as the core knows rigs: its bones at rest, whatever its pose, and where its object stands now."""
from __future__ import annotations

import bpy
import numpy as np

from .core.bone_map import BoneMap
from .core.coordinates import object_from_blender
from .core.families.following import as_constrained
from .core.rig import Rig
from .core.rotations import Floats


def read_rig(armature: bpy.types.Object) -> Rig:
    """Bones in the order of the armature. Reads only."""
    bones = armature.data.bones
    index = {bone.name: row for row, bone in enumerate(bones)}
    return as_constrained(Rig(
        names=tuple(index),
        parents=tuple(index[bone.parent.name] if bone.parent else -1 for bone in bones),
        rest=_all(bones, "matrix_local", 16).reshape(-1, 4, 4).transpose(0, 2, 1),  # Blender keeps columns
        tails=_all(bones, "tail_local", 3),
        object_matrix=object_from_blender(np.array(armature.matrix_world, dtype=np.float64)),
        unturned=frozenset(index[bone.name] for bone in bones if bone.parent and not bone.use_inherit_rotation),
        fixed=frozenset(index[bone.name] for bone in bones if bone.parent and bone.use_connect),
    ))


def _all(bones: bpy.types.ArmatureBones, name: str, size: int) -> Floats:
    """(B, size) at once: one by one a control rig's take a tenth of a second."""
    values = np.empty(len(bones) * size, dtype=np.float32)
    bones.foreach_get(name, values)
    return values.reshape(-1, size).astype(np.float64)


def object_free(armature: bpy.types.Object) -> bool:
    """Whether the object goes where its own location says."""
    return not armature.parent and not armature.constraints and not any(armature.delta_location)


def fixed_pelvis(armature: bpy.types.Object, rig: Rig, bone_map: BoneMap) -> str:
    """What becomes of the way of a character whose pelvis is connected; empty where it is not."""
    pelvis = bone_map.bone_of("pelvis", rig)
    if pelvis is None or pelvis not in rig.fixed:
        return ""
    instead = ("so the object carries the way" if object_free(armature) else
               "and its object is held by others, so the character stays in its place")
    return f'"{rig.names[pelvis]}" is connected to its parent, {instead}'


def hindrances(rig: Rig, bone_map: BoneMap, root_bone: bool) -> list[str]:
    """Settings of bones that would bend the result, one line each: what Blender does not do with keys it is given."""
    pelvis = bone_map.bone_of("pelvis", rig)
    if not root_bone or pelvis is None or bone_map.root not in rig.index:
        return []
    root = rig.index[bone_map.root]
    found = [f'"{rig.names[bone]}" must move but is connected to its parent: turn Connected off in Edit Mode, or '
             "choose another root motion" for bone in (root, pelvis) if bone in rig.fixed]
    above = rig.ancestors(pelvis)
    between = above[: above.index(root)] if root in above else []
    found += [f'"{rig.names[bone]}" lies between root and pelvis and does not turn with its parent: turn Inherit '
              "Rotation on, or choose another root motion" for bone in between if bone in rig.unturned]
    return found
