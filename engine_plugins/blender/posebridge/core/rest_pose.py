"""Any rest pose brought to the T-pose by calculation alone: the rig itself is not touched.

Arms and legs are aimed along the solved body's T-pose directions by the shortest turn, which keeps the bones' twist;
what hangs on a bone turns with it, but for bones that nobody drives and that turn with no other. Feet keep their soles
as they rest and turn only about the vertical. Spine, neck, head and collars stay: how they lean is the character's own
build.
"""
from __future__ import annotations

import numpy as np

from .bone_map import BoneMap
from .character import Character
from .motion import JOINT_INDEX
from .rig import Rig
from .rotations import IDENTITY, Floats, about, between, multiply, rotate

AIMED = {f"{side}_{joint}": f"{side}_{end}" for side in "LR"
         for joint, end in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))}
FEET = {"L_ankle": "L_foot", "R_ankle": "R_foot"}
FLAT_M = 0.01  # of a foot seen from above: less says nothing about where it points
SPLAY_DEG = 60.0  # a foot turned farther from the body's own than this is no foot's direction, but a heel's


def turns_to_t_pose(rig: Rig, bone_map: BoneMap, character: Character, offsets_m: Floats) -> Floats:
    """(B, 4) the turn, in the character's frame, of each bone from its rest to the T-pose."""
    main = {bone: joint for joint, bone in character.joints.items()}
    beside = _twists_beside(rig, bone_map, character)
    turns: dict[int, Floats] = {}

    def turn(bone: int) -> Floats:
        if bone not in turns:
            above = beside.get(bone, rig.parents[bone])
            still = bone in rig.unturned and rig.names[bone] not in bone_map.bones
            carried = turn(above) if above >= 0 and not still else IDENTITY
            joint = main.get(bone, "")
            if joint in AIMED:
                carried = _aimed(character, joint, carried, offsets_m)
            elif joint in FEET:
                carried = _levelled(rig, character, joint, offsets_m)
            turns[bone] = carried
        return turns[bone]

    return np.array([turn(bone) for bone in range(len(rig.names))])


def _twists_beside(rig: Rig, bone_map: BoneMap, character: Character) -> dict[int, int]:
    """Twist bone -> the bone it lies along, where it does not hang below that one already."""
    twists = {rig.index[bone]: character.joints[drive.joint] for bone, drive in bone_map.bones.items() if drive.twist}
    return {bone: limb for bone, limb in twists.items() if bone != limb and bone not in rig.ancestors(limb)}


def _aimed(character: Character, joint: str, carried: Floats, offsets_m: Floats) -> Floats:
    end = AIMED[joint]
    rest = character.heads_m[character.joints[end]] - character.heads_m[character.joints[joint]]
    return multiply(between(rotate(carried, rest), offsets_m[JOINT_INDEX[end]]), carried)


def _levelled(rig: Rig, character: Character, joint: str, offsets_m: Floats) -> Floats:
    """Turned about the vertical until the foot points where the solved body's does."""
    rest, wanted = _along_foot(rig, character, joint), offsets_m[JOINT_INDEX[FEET[joint]]]
    turn = np.arctan2(wanted[0], wanted[2]) - np.arctan2(rest[0], rest[2])
    believable = np.hypot(rest[0], rest[2]) > FLAT_M and abs(turn) < np.radians(SPLAY_DEG)
    return about(np.eye(3)[1], turn) if believable else IDENTITY


def _along_foot(rig: Rig, character: Character, joint: str) -> Floats:
    """From the ankle to the toes; without these to the child that is farthest ahead, without any to the tail."""
    foot = character.joints[joint]
    if FEET[joint] in character.joints:
        end = character.heads_m[character.joints[FEET[joint]]]
    else:
        ends = [character.heads_m[child] for child in rig.children[foot]] or [character.tails_m[foot]]
        end = max(ends, key=lambda place: float(place[2]))
    return np.asarray(end - character.heads_m[foot])
