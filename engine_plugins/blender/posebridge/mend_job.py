"""From what an armature does, through the posebridge command, to a new action that does it better.

Bones that the map ties to no joint keep their curves; the bones above the pelvis that carry nothing are put to rest, as
what they did is in the motion that was read.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import bpy

from .action_writer import Placement, check_writable, write_action
from .core.bone_map import BoneMap
from .core.channels import PROPERTIES, Channel, rotation_numbers
from .core.job import Job, Watch, Writing
from .core.mending import Mending
from .core.plan import Plan, make_plan
from .core.read_back import body_of, read_back
from .core.retarget import Options, RootMotion, posed, written
from .core.rotations import IDENTITY
from .held import held
from .mended import mended
from .played import Played, bone_of, curves_of, frames_of, gather_played
from .retarget_job import scene_rate
from .subject import Subject, read_subject

TURNS = frozenset(PROPERTIES.values())
OBJECT_WAYS = TURNS | {"location", "delta_location", "delta_rotation_euler", "delta_rotation_quaternion"}


@dataclass(frozen=True)
class Ready:
    """An armature that can be mended. `carried`: its root bone carries the way, as it did."""

    subject: Subject
    frames: range
    carried: bool


def ready(armature: bpy.types.Object, bone_map: BoneMap | None, scene: bpy.types.Scene) -> Ready:
    """Raises ValueError, and BoneMapError: the armature cannot be read."""
    check_writable(armature)
    rig_map = read_subject(armature, bone_map, False).bone_map
    moving = {bone_of(curve.data_path) for curve in curves_of(armature)}
    carried = rig_map.root is not None and rig_map.root in moving
    subject = read_subject(armature, rig_map, carried)
    return Ready(subject, frames_of(armature, scene, leading(subject)), carried)


def leading(subject: Subject) -> set[str]:
    """The bones whose keys make the motion: those of the map, and those above them."""
    rig, mapped = subject.rig, {*subject.bone_map.bones}
    return mapped | {rig.names[above] for bone in mapped for above in rig.ancestors(rig.index[bone])}


def start_mending(
    armature: bpy.types.Object, made: Ready, asked: Mending, command: str, scene: bpy.types.Scene, as_strip: bool
) -> Job[list[Channel]]:
    """Errors of all that follows come from the job's `tick`."""
    subject, rate, played = made.subject, scene_rate(scene), Played()
    body = body_of(subject.rig, subject.bone_map)
    plan = make_plan(subject.rig, subject.bone_map, body, made.carried)
    options = Options(RootMotion.ROOT_BONE if made.carried else RootMotion.IN_WORLD, lock_feet=False)
    resting = [*_resting(armature, subject, plan)]

    def think(watch: Watch) -> list[Channel]:
        turns, heads = played.ours()
        watch.at("reading the motion", 0.0)
        read = read_back(plan, body, rate, turns, heads[:, plan.main["pelvis"]])
        motion = mended(read, asked, command, watch)
        watch.at("retargeting", 0.0)
        keyed = written(plan, posed(plan, motion, options), body, options)
        return [*subject.channels(keyed), *resting]

    def write(rows: list[Channel]) -> Writing:
        place = Placement(_name(armature, asked), asked.first_frame, as_strip, stays_beside(plan, resting, rows))
        others = held(armature, {*plan.bones})
        said = yield from write_action(armature, rows, place)
        return "; ".join(filter(None, [said, subject.note, *others]))

    return Job(think, write, gather_played(scene, armature, plan.bones, made.frames, played))


def stays_beside(plan: Plan, resting: list[Channel], rows: list[Channel]) -> Callable[[str], bool]:
    """Of the curves that were there those that nothing new is in place of, in whatever way a bone was turned."""
    turned, still = {*plan.bones}, {row.bone for row in resting}
    new = {(row.bone, row.name) for row in rows}

    def stays(path: str) -> bool:
        bone, name = bone_of(path), path.rpartition(".")[2]
        if not bone:
            return name not in OBJECT_WAYS
        if path.endswith('"]'):  # a property of its own
            return (bone, path[path.rindex("["):]) not in new
        return (bone, name) not in new and not (bone in turned | still and name in TURNS)

    return stays


def _resting(armature: bpy.types.Object, subject: Subject, plan: Plan) -> Iterator[Channel]:
    """Bones above driven ones that are not driven themselves, where the action that plays moves them."""
    moving = {bone_of(curve.data_path) for curve in curves_of(armature)}
    for bone in sorted((leading(subject) - {*plan.bones}) & moving):
        mode = subject.modes[bone]
        numbers = rotation_numbers(IDENTITY[None], mode)[0]
        yield from (Channel(bone, PROPERTIES[mode], index, numbers[index : index + 1]) for index in range(len(numbers)))
        yield from (Channel(bone, "location", index, 0 * numbers[:1]) for index in range(3))


def _name(armature: bpy.types.Object, asked: Mending) -> str:
    playing = armature.animation_data and armature.animation_data.action
    return f"{playing.name if playing else armature.name} {asked.said}"
