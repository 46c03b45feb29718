"""What an armature does now: where its mapped bones are at every frame, and which frames its action has keys at."""
from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import bpy
import numpy as np

from .action_writer import SLOTTED
from .core.coordinates import object_from_blender
from .core.job import Gathering
from .core.rotations import Floats, from_matrix

BONE = re.compile(r'pose\.bones\["((?:[^"\\]|\\.)*)"\]')


@dataclass
class Played:
    """Of every frame the bones' matrices in Blender's world, (D, 4, 4); filled by `gather_played`."""

    matrices: list[Floats] = field(default_factory=list)

    def ours(self) -> tuple[Floats, Floats]:
        """Rotations (T, D, 4) and heads (T, D, 3), project axes. Scale is left out."""
        world = object_from_blender(np.stack(self.matrices))
        axes = world[..., :3, :3]
        return from_matrix(axes / np.linalg.norm(axes, axis=-2, keepdims=True)), world[..., :3, 3]


def gather_played(
    scene: bpy.types.Scene, armature: bpy.types.Object, bones: Sequence[str], frames: range, into: Played
) -> Gathering:
    """Plays the frames and goes back to the one it was at, also where it is given up."""
    name, was, part = armature.name, scene.frame_current, scene.frame_subframe
    try:
        for done, frame in enumerate(frames, start=1):
            scene.frame_set(frame)
            found = scene.objects.get(name)
            if found is None:
                raise ValueError(f"there is no armature {name} in the scene any more")
            posed = found.evaluated_get(bpy.context.evaluated_depsgraph_get())
            space = np.array(posed.matrix_world)
            into.matrices.append(np.stack([space @ np.array(posed.pose.bones[bone].matrix) for bone in bones]))
            yield done / len(frames)
    finally:
        scene.frame_set(was, subframe=part)


def curves_of(armature: bpy.types.Object) -> list[bpy.types.FCurve]:
    """Of the action that it plays, its own alone; none where it plays none."""
    data = armature.animation_data
    if data is None or data.action is None:
        return []
    if not SLOTTED:
        return [*data.action.fcurves]
    bags = (strip.channelbag(data.action_slot) for layer in data.action.layers for strip in layer.strips
            if data.action_slot is not None)
    return [curve for bag in bags if bag is not None for curve in bag.fcurves]


def bone_of(path: str) -> str:
    """The pose bone that a data path is about; empty: none."""
    found = BONE.match(path)
    return bpy.utils.unescape_identifier(found[1]) if found else ""


def key_frames(armature: bpy.types.Object, bones: set[str]) -> list[int]:
    """The scene's frames at which one of these bones has a key, each once; what lies between two goes to the nearer."""
    found: set[int] = set()
    for curve in (curve for curve in curves_of(armature) if bone_of(curve.data_path) in bones):
        places = np.empty(2 * len(curve.keyframe_points), dtype=np.float32)
        curve.keyframe_points.foreach_get("co", places)
        found |= {math.floor(place + 0.5) for place in places[::2].tolist()}
    return sorted(found)


def frames_of(armature: bpy.types.Object, scene: bpy.types.Scene, bones: set[str]) -> range:
    """From the first key of these bones to their last; the scene's range where keys are not what moves them."""
    keys = key_frames(armature, bones)
    if len(keys) > 1:
        return range(keys[0], keys[-1] + 1)
    return range(scene.frame_start, scene.frame_end + 1)
