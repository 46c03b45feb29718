"""From a motion, wherever it comes from, to a new action on an armature: the one way that panel and farm share."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import bpy

from .action_writer import Placement, write_action
from .core.bone_map import BoneMap
from .core.channels import Channel
from .core.job import Gathering, Job, Watch, Writing
from .core.motion import SolvedMotion
from .core.resample import resample
from .core.retarget import Options, RootMotion, retarget
from .subject import read_subject

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
    subject = read_subject(armature, task.bone_map, task.options.root is RootMotion.ROOT_BONE)

    def think(watch: Watch) -> list[Channel]:
        motion = task.source(watch)
        watch.at("retargeting", 0.0)
        keyed = retarget(resample(motion, rate), subject.rig, subject.bone_map, task.options)
        watch.at("making curves", 0.0)
        return [*subject.channels(keyed)]

    return Job(think, lambda rows: _noted(write_action(armature, rows, task.place), subject.note), task.gather)


def _noted(writing: Writing, note: str) -> Writing:
    said = yield from writing
    return f"{said}; {note}" if note else said
