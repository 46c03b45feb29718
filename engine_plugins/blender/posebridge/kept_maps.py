"""The bone map that lies with an armature: a custom property of its data, so it travels with the file."""
from __future__ import annotations

import bpy

from .core.bone_map import BoneMap
from .core.bone_match import match
from .core.rig import Rig

PROPERTY = "posebridge_bone_map"


def kept_map(armature: bpy.types.Object) -> BoneMap | None:
    """None where none was kept. Raises BoneMapError: what lies there is none."""
    text = armature.data.get(PROPERTY)
    return BoneMap.from_json(text) if isinstance(text, str) else None


def keep_map(armature: bpy.types.Object, bone_map: BoneMap) -> None:
    armature.data[PROPERTY] = bone_map.to_json()


def map_for(armature: bpy.types.Object, rig: Rig) -> BoneMap:
    """The one kept with the armature, else the one found. Raises BoneMapError."""
    return kept_map(armature) or match(rig)
