"""Who else moves an armature's bones: a new action is not all that is seen of them then."""
from __future__ import annotations

from collections.abc import Collection, Iterator

import bpy

HOLDING = {"IK", "SPLINE_IK", "COPY_LOCATION", "COPY_ROTATION", "COPY_TRANSFORMS", "TRACK_TO", "DAMPED_TRACK",
           "LOCKED_TRACK", "STRETCH_TO", "CHILD_OF", "FOLLOW_PATH", "ARMATURE", "TRANSFORM", "ACTION", "CLAMP_TO",
           "PIVOT"}
FEW = 3  # are named


def held(armature: bpy.types.Object, bones: Collection[str]) -> list[str]:
    """One line for each kind of mover besides an action: constraints of these bones, NLA strips, of the object too."""
    names = [*_held_bones(armature, bones)]
    lines = []
    if names:
        more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
        lines.append(f"constraints still hold {', '.join(names[:FEW])}{more}: mute them where it does not look right")
    if _strips(armature):
        lines.append("NLA strips still play below it: mute them where it does not look right")
    return lines


def _held_bones(armature: bpy.types.Object, bones: Collection[str]) -> Iterator[str]:
    for thing in (armature, *(bone for bone in armature.pose.bones if bone.name in bones)):
        if any(one.type in HOLDING and not one.mute and one.influence > 0 for one in thing.constraints):
            yield f'"{thing.name}"'


def _strips(armature: bpy.types.Object) -> bool:
    tracks = armature.animation_data.nla_tracks if armature.animation_data else ()
    return any(not strip.mute for track in tracks if not track.mute for strip in track.strips)
