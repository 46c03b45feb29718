"""Whether a bone map fits a rig, told as a list that a user can act on."""
from __future__ import annotations

from collections import Counter

import numpy as np

from .bone_map import NEEDED, BoneMap
from .character import character_of
from .rest_pose import AIMED, FEET
from .rig import Rig
from .smpl22 import JOINT_NAMES, PARENTS

SHORTEST_M = 1e-4


def problems(rig: Rig, bone_map: BoneMap) -> list[str]:
    """What is wrong, one line each; an empty list says that retargeting will do."""
    found = [*rig.problems(), *_names(rig, bone_map)]
    if found:
        return found
    found = [*_hierarchy(rig, bone_map), *_root(rig, bone_map)]
    return found or _shape(rig, bone_map)


def _names(rig: Rig, bone_map: BoneMap) -> list[str]:
    found = [f'the rig has no bone "{bone}", which the map ties to {drive.joint}'
             for bone, drive in bone_map.bones.items() if bone not in rig.index]
    if bone_map.root is not None and bone_map.root not in rig.index:
        found.append(f'the rig has no bone "{bone_map.root}", which the map calls the root')
    found += [f"no bone stands for {joint}" for joint in NEEDED if bone_map.bone_of(joint, rig) is None]
    whole = Counter(drive.joint for drive in bone_map.bones.values() if drive.share >= 1 and not drive.twist)
    for joint in (joint for joint, count in whole.items() if count > 1):
        names = [bone for bone, drive in bone_map.bones.items() if drive.joint == joint and not drive.twist]
        found.append(f"{joint} has more than one bone: {', '.join(names)}")
    return found


def _hierarchy(rig: Rig, bone_map: BoneMap) -> list[str]:
    """Every joint's bone must hang below that of the nearest joint above it."""
    found = []
    bones = {joint: bone_map.bone_of(joint, rig) for joint in JOINT_NAMES}
    for joint, bone in bones.items():
        above = PARENTS[JOINT_NAMES.index(joint)]
        while above >= 0 and bones[JOINT_NAMES[above]] is None:
            above = PARENTS[above]
        parent = bones[JOINT_NAMES[above]] if above >= 0 else None
        if bone is not None and parent is not None and parent not in rig.ancestors(bone):
            found.append(f'{joint} "{rig.names[bone]}" does not hang below {JOINT_NAMES[above]} "{rig.names[parent]}"')
    return found


def _root(rig: Rig, bone_map: BoneMap) -> list[str]:
    if bone_map.root is None:
        return []
    if bone_map.root in bone_map.bones:
        return [f'the root "{bone_map.root}" also stands for {bone_map.bones[bone_map.root].joint}']
    pelvis = bone_map.bone_of("pelvis", rig)
    above = [] if pelvis is None else rig.ancestors(pelvis)
    return [] if rig.index[bone_map.root] in above else [f'the pelvis does not hang below the root "{bone_map.root}"']


def _shape(rig: Rig, bone_map: BoneMap) -> list[str]:
    """Limbs of some length, and a body the right way round."""
    character = character_of(rig, bone_map)
    heads, joints = character.heads_m, character.joints
    found = [f'{start} "{rig.names[joints[start]]}" and {end} "{rig.names[joints[end]]}" are at one place'
             for start, end in AIMED.items() if np.linalg.norm(heads[joints[end]] - heads[joints[start]]) < SHORTEST_M]
    toes = [heads[joints[toe], 2] - heads[joints[ankle], 2] for ankle, toe in FEET.items() if toe in joints]
    if toes and max(toes) < 0:
        found.append("the feet point backwards: left and right may be swapped")
    hips = (heads[joints["L_hip"]] + heads[joints["R_hip"]]) / 2
    ankles = (heads[joints["L_ankle"]] + heads[joints["R_ankle"]]) / 2
    if not heads[joints["head"], 1] > hips[1] > ankles[1]:
        found.append("the head is not above the hips, or the hips are not above the feet, at rest")
    return found
