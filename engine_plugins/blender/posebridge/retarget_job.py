"""From a motion, wherever it comes from, to a new action on an armature: the one way that panel and farm share."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import bpy

from . import overlay
from .action_writer import Placement, write_action
from .core.bone_map import BoneMap
from .core.channels import Channel
from .core.job import Gathering, Job, Watch, Writing
from .core.motion import SolvedMotion
from .core.plan import make_plan
from .core.resample import resample
from .core.retarget import Options, RootMotion, posed, written
from .overlay import Comparison
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


@dataclass(frozen=True)
class Thought:
    channels: list[Channel]
    comparison: Comparison


def scene_rate(scene: bpy.types.Scene) -> float:
    """Frames a second."""
    return float(scene.render.fps / scene.render.fps_base)


def start(task: Task, scene: bpy.types.Scene) -> Job[Thought]:
    """Reads the armature at once; BoneMapError if it cannot be. Errors of what follows come from the job's `tick`."""
    armature, rate = task.armature, scene_rate(scene)
    subject = read_subject(armature, task.bone_map, task.options.root is RootMotion.ROOT_BONE)

    def think(watch: Watch) -> Thought:
        motion = resample(task.source(watch), rate)
        watch.at("retargeting", 0.0)
        plan = make_plan(subject.rig, subject.bone_map, motion.offsets_m, task.options.root is RootMotion.ROOT_BONE)
        keyed = written(plan, posed(plan, motion, task.options), motion.offsets_m, task.options)
        watch.at("making curves", 0.0)
        return Thought([*subject.channels(keyed)], Comparison(plan, task.options, motion, task.place.first_frame))

    def write(thought: Thought) -> Writing:
        said = yield from write_action(armature, thought.channels, task.place)
        overlay.keep(thought.comparison)
        return f"{said}; {subject.note}" if subject.note else said

    return Job(think, write, task.gather)
