"""What of an armature its keys depend on, read once: the rig, who drives which bone, how each bone is turned."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy

from .core.bone_map import BoneMap, BoneMapError
from .core.channels import Channel, channels
from .core.families import switches_of
from .core.retarget import Retargeted
from .core.rig import Rig
from .kept_maps import map_for
from .rig_reader import fixed_pelvis, hindrances, object_free, read_rig


@dataclass(frozen=True)
class Subject:
    """`note`: what the user should know of the result; empty: nothing."""

    rig: Rig
    bone_map: BoneMap
    modes: dict[str, str]
    parent_axes: frozenset[str]
    switches: tuple[Channel, ...]
    object_free: bool
    note: str

    def channels(self, keyed: Retargeted) -> Iterator[Channel]:
        """Of every driven bone, of the object where it carries the way, and what makes the mapped bones lead."""
        yield from channels(keyed, self.modes, self.parent_axes, self.object_free)
        yield from self.switches


def read_subject(armature: bpy.types.Object, bone_map: BoneMap | None, root_bone: bool) -> Subject:
    """Without a map: the one kept with the armature, else the one found. Raises BoneMapError. Reads only."""
    rig = read_rig(armature)
    chosen = bone_map or map_for(armature, rig)
    faults = hindrances(rig, chosen, root_bone)
    if faults:
        raise BoneMapError("; ".join(faults))
    return Subject(
        rig, chosen,
        modes={bone.name: bone.rotation_mode for bone in armature.pose.bones},
        parent_axes=frozenset(bone.name for bone in armature.data.bones if bone.parent and not bone.use_local_location),
        switches=tuple(Channel.constant(bone, f'["{name}"]', value) for bone, name, value in switches_of(chosen.family)
                       if name in getattr(armature.pose.bones.get(bone), "keys", tuple)()),
        object_free=object_free(armature),
        note=fixed_pelvis(armature, rig, chosen),
    )
