"""What a rig does as the motion of a body: retargeting the other way round.

A bone that turns with all of its joint says that joint's turn: its rotation is N G0 (see retarget), so N is that times
G0^-1. In a spine whose bones share its joints' turns, a joint's turn lies between those of the bones around it. A joint
without a bone turns with its parent, a neck half as far as the head. The body has the rig's own proportions at a
neutral adult's hip height, so what stands on the floor on the rig stands on the body's.
"""
from __future__ import annotations

import numpy as np

from .bone_map import BoneMap
from .bone_share import SPINE
from .character import character_of
from .motion import JOINT_INDEX, SolvedMotion, hip_height
from .plan import Plan, make_plan, t_pose_places
from .rest_pose import turns_to_t_pose
from .rig import Rig
from .rotations import Floats, continuous, inverse, multiply, rotate, slerp
from .smpl22 import JOINT_NAMES, NEUTRAL_OFFSETS_M, PARENTS

CHAIN = [0, *(JOINT_INDEX[joint] for joint in SPINE)]


def body_of(rig: Rig, bone_map: BoneMap) -> Floats:
    """(22, 3) T-pose offsets of a body built as the rig is, as tall as a neutral adult from hips to floor. A joint
    that no bone stands for is where it is on the neutral adult. Raises BoneMapError: the map does not fit the rig."""
    neutral = np.array(NEUTRAL_OFFSETS_M)
    share = 1 / make_plan(rig, bone_map, neutral, False).scale
    character = character_of(rig, bone_map)
    heads = share * t_pose_places(rig, character, turns_to_t_pose(rig, bone_map, character, neutral))
    places = np.empty((len(JOINT_NAMES), 3))
    for joint, name in enumerate(JOINT_NAMES):
        bone = character.joints.get(name)
        places[joint] = heads[bone] if bone is not None else places[PARENTS[joint]] + neutral[joint]
    offsets = places - places[[0, *PARENTS[1:]]]
    return np.asarray(offsets * (hip_height(neutral) / hip_height(offsets)))


def read_back(plan: Plan, offsets_m: Floats, rate_hz: float, turns_xyzw: Floats, pelvis_m: Floats) -> SolvedMotion:
    """Rotations of the plan's bones (T, D, 4) and the head of the pelvis' bone (T, 3), in the world, as the motion of
    the body that the plan was made with; as seen from the character: its floor is at 0, and it looks along +Z at rest.
    """
    away = inverse(plan.character.turn_xyzw)
    seen = multiply(multiply(away, turns_xyzw), inverse(plan.after_xyzw))  # (T, D, 4)
    turns = joint_turns(plan, seen)
    hips = rotate(away, pelvis_m - plan.character.origin_m) + rotate(turns[:, 0], plan.rig_hips_m)
    root = (hips - [0, plan.floor_m, 0]) / plan.scale - rotate(turns[:, 0], plan.body_hips_m)
    local = turns.copy()
    local[:, 1:] = multiply(inverse(turns[:, PARENTS[1:]]), turns[:, 1:])
    return SolvedMotion(offsets_m, rate_hz, root, continuous(local))


def joint_turns(plan: Plan, bone_turns: Floats) -> Floats:
    """Turns of the plan's bones relative to the T-pose, (T, D, 4) -> those of the joints, (T, 22, 4)."""
    whole = _whole_rows(plan)
    turns = np.empty((len(bone_turns), len(JOINT_NAMES), 4))
    spine = _spine_knots(plan, whole)
    for joint, parent in enumerate(PARENTS):
        if joint in whole:
            turns[:, joint] = bone_turns[:, whole[joint]]
        elif joint in CHAIN:
            turns[:, joint] = _between_knots(bone_turns, spine, CHAIN.index(joint))
        elif JOINT_NAMES[joint] == "neck":
            turns[:, joint] = slerp(turns[:, parent], bone_turns[:, whole[JOINT_INDEX["head"]]], 0.5)
        else:
            turns[:, joint] = turns[:, parent]
    return turns


def _whole_rows(plan: Plan) -> dict[int, int]:
    """Joint -> the row of a bone that has all of its turn; one that is no twist bone before one that is."""
    found: dict[int, int] = {}
    for row, (first, last, share) in enumerate(zip(plan.first_row, plan.last_row, plan.share, strict=True)):
        if last < len(JOINT_NAMES) and share >= 1 and (last not in found or first == last):
            found[last] = row
    return found


def _spine_knots(plan: Plan, whole: dict[int, int]) -> list[tuple[float, int]]:
    """(how many joints of the spine it has turned with, row) of the pelvis and of every bone of the spine, in order."""
    knots = {0.0: whole[0]}
    for row, (first, last, share) in enumerate(zip(plan.first_row, plan.last_row, plan.share, strict=True)):
        if last in CHAIN[1:]:
            above = CHAIN.index(last) - 1
            knots[above + (1.0 if first == last else float(share))] = row
    return sorted(knots.items())


def _between_knots(bone_turns: Floats, knots: list[tuple[float, int]], at: int) -> Floats:
    """The last one's turn beyond it."""
    after = next((number for number, (place, _) in enumerate(knots) if place >= at), len(knots) - 1)
    (start, first), (end, last) = knots[max(after - 1, 0)], knots[after]
    share = min(1.0, (at - start) / (end - start)) if end > start else 1.0
    return slerp(bone_turns[:, first], bone_turns[:, last], np.full(len(bone_turns), share))

