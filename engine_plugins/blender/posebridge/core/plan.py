"""What retargeting to one rig comes to, worked out once: constants of every driven bone.

For a bone with rest rotation R, turned by D to the T-pose (G0 = D R), whose joint is turned by N, the bone's rotation
is N G0. Beneath the nearest driven bone above it (a), everything between at rest, that is the basis
R^-1 Da^-1 . Na^-1 N . D R: constants before and after, one product of the motion in the middle.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bone_check import problems
from .bone_map import BoneMap, BoneMapError, Drive
from .character import Character, character_of, floor_height
from .motion import HIPS, hip_height, joints_in_t_pose
from .rest_pose import turns_to_t_pose
from .rig import Rig
from .rotations import Floats, inverse, multiply, rotate
from .rows import HEADING, blend_of
from .smpl22 import JOINT_NAMES

ALONE = -1  # no driven bone above


@dataclass(frozen=True)
class Plan:
    """D driven bones, parents before children. Places and turns are in the character's frame."""

    character: Character
    bones: tuple[str, ...]
    rig_bones: tuple[int, ...]
    above: tuple[int, ...]  # the nearest driven bone above, as a row of this plan, or ALONE
    turned_by: tuple[int, ...]  # that one, where its turns reach this bone; or ALONE
    first_row: tuple[int, ...]  # see rows.blend_of
    last_row: tuple[int, ...]
    share: Floats  # (D,)
    before_xyzw: Floats  # (D, 4)
    after_xyzw: Floats  # (D, 4)
    rest_local_xyzw: Floats  # (D, 4) at rest, relative to the bone's own parent
    offset_m: Floats  # (D, 3) T-pose, from the bone above; of a bone alone its place at rest
    still_m: Floats  # (D, 3) what is added and never turns: beneath a bone that turns with no other
    main: dict[str, int]  # joint -> row of this plan
    floor_m: float
    scale: float  # hip height of the rig / of the solved body
    body_hips_m: Floats  # (3,) from the body's pelvis to the middle of its hips, T-pose
    rig_hips_m: Floats  # (3,) the same of the rig
    units_m: float  # metres in one unit of the rig's own space
    pelvis_fixed: bool  # it cannot move from its parent

    @property
    def root(self) -> int | None:
        """The row of the root bone, where it carries the motion."""
        return self.first_row.index(HEADING) if HEADING in self.first_row else None


def make_plan(rig: Rig, bone_map: BoneMap, offsets_m: Floats, root_bone: bool) -> Plan:
    """With `root_bone` the map's root bone is driven too. Raises BoneMapError: the map does not fit the rig."""
    faults = problems(rig, bone_map)
    if root_bone and bone_map.root is None:
        faults.append("the map has no root bone to carry the motion")
    if faults:
        raise BoneMapError("; ".join(faults))
    character = character_of(rig, bone_map)
    turns = turns_to_t_pose(rig, bone_map, character, offsets_m)
    drives: dict[int, Drive | None] = {rig.index[bone]: drive for bone, drive in bone_map.bones.items()}
    if root_bone and bone_map.root is not None:
        drives[rig.index[bone_map.root]] = None
    order = sorted(drives, key=lambda bone: len(rig.ancestors(bone)))
    rank = {bone: row for row, bone in enumerate(order)}
    above = [next((up for up in rig.ancestors(bone) if up in drives), ALONE) for bone in order]
    blends = [(HEADING, HEADING, 1.0) if drive is None else blend_of(drive) for drive in map(drives.get, order)]
    rest, turn = character.rest_xyzw[order], turns[order]
    turned_by = [rig.turned_by(bone, drives) for bone in order]
    turn_above = np.array([turns[up] if up >= 0 else [0.0, 0, 0, 1] for up in turned_by])
    places = t_pose_places(rig, character, turns)
    floor = floor_height(character, offsets_m)
    offsets, still = _offsets(rig, character, places, order, above)
    return Plan(
        character=character,
        bones=tuple(rig.names[bone] for bone in order),
        rig_bones=tuple(order),
        above=tuple(rank.get(up, ALONE) for up in above),
        turned_by=tuple(rank.get(up, ALONE) for up in turned_by),
        first_row=tuple(blend[0] for blend in blends),
        last_row=tuple(blend[1] for blend in blends),
        share=np.array([blend[2] for blend in blends]),
        before_xyzw=multiply(inverse(rest), inverse(turn_above)),
        after_xyzw=multiply(turn, rest),
        rest_local_xyzw=_rest_local(rig, order),
        offset_m=offsets,
        still_m=still,
        main={joint: rank[bone] for joint, bone in character.joints.items()},
        floor_m=floor,
        scale=_hips_over_floor(character, places, floor) / hip_height(offsets_m),
        body_hips_m=joints_in_t_pose(offsets_m)[HIPS].mean(axis=0),
        rig_hips_m=_middle_of_hips(character, places) - places[character.joints["pelvis"]],
        units_m=rig.scale,
        pelvis_fixed=character.joints["pelvis"] in rig.fixed,
    )


def _offsets(
    rig: Rig, character: Character, places: Floats, order: list[int], above: list[int]
) -> tuple[Floats, Floats]:
    """See Plan.offset_m and still_m, (D, 3) each."""
    turning, still = [], []
    for bone, up in zip(order, above, strict=True):
        chain = rig.ancestors(bone)
        between = chain[: chain.index(up)] if up >= 0 else []
        first = next((one for one in reversed(between) if one in rig.unturned), bone)
        turning.append(places[first] - places[up] if up >= 0 else character.heads_m[bone])
        still.append(places[bone] - places[first])
    return np.array(turning), np.array(still)


def t_pose_places(rig: Rig, character: Character, turns: Floats) -> Floats:
    """(B, 3) the heads of all bones in the T-pose, roots where they rest."""
    places = character.heads_m.copy()
    for bone in sorted(range(len(places)), key=lambda bone: len(rig.ancestors(bone))):
        parent = rig.parents[bone]
        if parent >= 0:
            step = character.heads_m[bone] - character.heads_m[parent]
            places[bone] = places[parent] + rotate(turns[parent], step)
    return places


def _middle_of_hips(character: Character, places: Floats) -> Floats:
    return np.asarray(places[[character.joints[JOINT_NAMES[hip]] for hip in HIPS]].mean(axis=0))


def _hips_over_floor(character: Character, places: Floats, floor_m: float) -> float:
    """Of the T-pose: the legs straight below, on ankles as high as they rest."""
    ankles = [character.joints[f"{side}_ankle"] for side in "LR"]
    legs = _middle_of_hips(character, places)[1] - places[ankles, 1].mean()
    return float(legs + character.heads_m[ankles, 1].mean() - floor_m)


def _rest_local(rig: Rig, order: list[int]) -> Floats:
    space = rig.object_xyzw
    parents = [rig.parents[bone] for bone in order]
    return np.array([multiply(inverse(space[parent]), space[bone]) if parent >= 0 else space[bone]
                     for bone, parent in zip(order, parents, strict=True)])
