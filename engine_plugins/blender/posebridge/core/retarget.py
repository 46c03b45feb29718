"""A solved motion onto a rig.

A rig bone's rotation is N G0: N the turn of its joint relative to the T-pose, G0 the bone's own rotation in the T-pose
(rest_pose). Its place follows from the rig's own bones. The middle of the hips goes where the solved body's went,
scaled by the hip heights of both. Joints the rig lacks need nothing: the bones below take their world rotation, so the
turns between compose.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from .bone_map import BoneMap
from .contacts import planted_toes
from .foot_lock import lock_feet
from .hand_reach import hand_targets, reach_hands
from .motion import SolvedMotion, global_rotations
from .plan import ALONE, Plan, make_plan
from .pose import Pose, bone_turns
from .rig import Rig
from .rotations import Floats, continuous, inverse, multiply, rotate
from .rows import HEADING, all_rows, one_row

BLOCK = 2048  # frames at a time: what a processor keeps close


class RootMotion(Enum):
    """Where the way over the floor goes."""

    IN_WORLD = "in world"  # the pelvis travels
    IN_PLACE = "in place"  # nowhere: the character walks on the spot
    ROOT_BONE = "on a root bone"  # to the map's root bone, with the heading; the pelvis moves within it


class Place(Enum):
    """What the motion's origin and axes are for the character."""

    CHARACTER = "character"  # where its object stands and looks
    WORLD = "world"  # the world's: the trackers of the scene stay where they are


@dataclass(frozen=True)
class Options:
    root: RootMotion = RootMotion.IN_WORLD
    place: Place = Place.CHARACTER
    travel: float | None = None  # scale of the way over the floor; None: as the hip heights
    lock_feet: bool = True
    reach_hands: bool = False


@dataclass(frozen=True)
class Retargeted:
    """T frames of D bones, parents before children."""

    bones: tuple[str, ...]
    basis_xyzw: Floats  # (T, D, 4) relative to the bone's rest, in its own axes; signs continuous in time
    rest_local_xyzw: Floats  # (D, 4) at rest, relative to the bone's parent
    pelvis: int  # row of the bone that `pelvis_location` moves
    pelvis_location: Floats  # (T, 3) from its rest, in the bone's own axes and the rig's units
    root: int | None = None
    root_location: Floats | None = None
    pelvis_fixed: bool = False  # it cannot move: its location is zero, and the object goes where it should
    object_m: Floats | None = None  # (T, 3) the object's origin in the world, where it carries the pelvis

    @property
    def local_xyzw(self) -> Floats:
        """(T, D, 4) relative to the bone's parent, as Unity and file formats have it."""
        return multiply(self.rest_local_xyzw, self.basis_xyzw)


def retarget(motion: SolvedMotion, rig: Rig, bone_map: BoneMap, options: Options | None = None) -> Retargeted:
    """Raises BoneMapError: the map does not fit the rig. For a live pose keep a plan and call `posed` and `written`."""
    options = options or Options()
    plan = make_plan(rig, bone_map, motion.offsets_m, options.root is RootMotion.ROOT_BONE)
    return written(plan, posed(plan, motion, options), motion.offsets_m, options)


def posed(plan: Plan, motion: SolvedMotion, options: Options) -> Pose:
    """The motion on the rig's own bones, before it is told bone by bone."""
    turns = global_rotations(motion.local_xyzw)
    travel = plan.scale if options.travel is None else options.travel
    scale = np.array([travel, plan.scale, travel])
    hips = scale * (motion.root_m + rotate(turns[:, 0], plan.body_hips_m))
    pose = Pose(turns, hips)
    if options.lock_feet:
        pose = lock_feet(plan, pose, motion.offsets_m, planted_toes(motion, turns), motion.rate_hz)
    if options.reach_hands:
        pose = reach_hands(plan, pose, motion.offsets_m, hand_targets(motion, turns, scale))
    return pose


def written(plan: Plan, pose: Pose, offsets_m: Floats, options: Options) -> Retargeted:
    """A pose as rotations and places of bones relative to their rest."""
    turns, hips = _in_character_frame(plan, pose, options)
    basis = np.empty((len(hips), len(plan.bones), 4))
    for start in range(0, len(hips), BLOCK):
        rows = all_rows(turns[start : start + BLOCK], offsets_m, {*plan.first_row, *plan.last_row})
        basis[start : start + BLOCK] = _basis(plan, rows)
    pelvis = plan.main["pelvis"]
    head = hips - rotate(turns[:, 0], plan.rig_hips_m)
    root_location = object_m = None
    if plan.root is not None:
        heading = one_row(turns, offsets_m, HEADING)
        head, root_location = _on_root_bone(plan, heading, hips, head)
    if plan.pelvis_fixed:
        head, object_m = _on_object(plan, head)
    return Retargeted(plan.bones, continuous(basis), plan.rest_local_xyzw, pelvis, _own_axes(plan, pelvis, head),
                      plan.root, root_location, plan.pelvis_fixed, object_m)


def _in_character_frame(plan: Plan, pose: Pose, options: Options) -> tuple[Floats, Floats]:
    """Turns (T, 22, 4) and the middle of the hips (T, 3) as seen from the character's own origin and axes."""
    turns, hips = pose.turns, pose.hips_m
    if options.root is RootMotion.IN_PLACE:
        hips = hips * np.array([0, 1, 0])
    if options.place is Place.CHARACTER:
        return turns, hips + np.array([0, plan.floor_m, 0])
    away = inverse(plan.character.turn_xyzw)
    if options.root is RootMotion.IN_PLACE:
        hips = hips + plan.character.origin_m * [1, 0, 1]
    return multiply(away, turns), rotate(away, hips - plan.character.origin_m)


def _basis(plan: Plan, rows: Floats) -> Floats:
    """(T, rows, 4) -> (T, D, 4) relative to rest."""
    turns = bone_turns(plan, rows)
    beneath, above = turns.copy(), np.array(plan.turned_by)
    hung = np.flatnonzero(above != ALONE)
    beneath[:, hung] = multiply(inverse(turns[:, above[hung]]), turns[:, hung])
    return multiply(multiply(plan.before_xyzw, beneath), plan.after_xyzw)


def _on_root_bone(plan: Plan, heading: Floats, hips: Floats, head: Floats) -> tuple[Floats, Floats]:
    """The pelvis's head as if the root bone were at rest, and the root bone's own location."""
    root = plan.root
    assert root is not None
    floor = np.array([0, plan.floor_m, 0])
    rest = plan.offset_m[root]
    place = hips * [1, 0, 1] + floor + rotate(heading, rest - floor)
    return rest + rotate(inverse(heading), head - place), _own_axes(plan, root, place)


def _on_object(plan: Plan, head: Floats) -> tuple[Floats, Floats]:
    """The pelvis's head where its parent holds it, and the object's origin that takes it to where it should be."""
    rest = plan.character.heads_m[plan.rig_bones[plan.main["pelvis"]]]
    moved = rotate(plan.character.turn_xyzw, head - rest)
    return np.broadcast_to(rest, head.shape), plan.character.origin_m + moved


def _own_axes(plan: Plan, row: int, head: Floats) -> Floats:
    """Where a head goes, from its rest, in the bone's own axes and the rig's units."""
    bone = plan.rig_bones[row]
    moved = head - plan.character.heads_m[bone]
    return rotate(inverse(plan.character.rest_xyzw[bone]), moved) / plan.units_m


