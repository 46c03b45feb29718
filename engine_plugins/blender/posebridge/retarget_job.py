"""From a motion, wherever it comes from, to a new action on an armature: the one way that panel and farm share."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import bpy

from .action_writer import Placement, write_action
from .core.bone_map import BoneMap, BoneMapError
from .core.channels import Channel, channels
from .core.families import switches_of
from .core.job import Gathering, Job, Watch, Writing
from .core.motion import SolvedMotion
from .core.resample import resample
from .core.retarget import Options, RootMotion, retarget
from .kept_maps import map_for
from .rig_reader import fixed_pelvis, hindrances, object_free, read_rig

Source = Callable[[Watch], SolvedMotion]  # runs in a thread: no bpy in it


@dataclass(frozen=True)
class Task:
    """`bone_map` None: the one kept with the armature, else the one found. `gather`: reads what the source needs."""

    armature: bpy.types.Object
    source: Source
    place: Placement
    options: Options = field(default_factory=Options)
    bone_map: BoneMap | None = None
    gather: Gathering | None = None


def scene_rate(scene: bpy.types.Scene) -> float:
    """Frames a second."""
    return float(scene.render.fps / scene.render.fps_base)


def start(task: Task, scene: bpy.types.Scene) -> Job[list[Channel]]:
    """Reads the armature at once; BoneMapError if it cannot be. Errors of what follows come from the job's `tick`."""
    armature, rate = task.armature, scene_rate(scene)
    rig = read_rig(armature)
    bone_map = task.bone_map or map_for(armature, rig)
    faults = hindrances(rig, bone_map, task.options.root is RootMotion.ROOT_BONE)
    if faults:
        raise BoneMapError("; ".join(faults))
    free, note = object_free(armature), fixed_pelvis(armature, rig, bone_map)
    modes = {bone.name: bone.rotation_mode for bone in armature.pose.bones}
    parent_axes = frozenset(bone.name for bone in armature.data.bones if bone.parent and not bone.use_local_location)
    fixed = [Channel.constant(bone, f'["{name}"]', value) for bone, name, value in switches_of(bone_map.family)
             if name in getattr(armature.pose.bones.get(bone), "keys", tuple)()]

    def think(watch: Watch) -> list[Channel]:
        motion = task.source(watch)
        watch.at("retargeting", 0.0)
        keyed = retarget(resample(motion, rate), rig, bone_map, task.options)
        watch.at("making curves", 0.0)
        return [*channels(keyed, modes, parent_axes, free), *fixed]

    return Job(think, lambda rows: _noted(write_action(armature, rows, task.place), note), task.gather)


def _noted(writing: Writing, note: str) -> Writing:
    said = yield from writing
    return f"{said}; {note}" if note else said
