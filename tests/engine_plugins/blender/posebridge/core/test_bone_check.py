"""Every way in which a map can be wrong has its own line."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine_plugins.blender.posebridge.core.bone_check import problems
from engine_plugins.blender.posebridge.core.bone_map import BoneMap, Drive
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.engine_plugins.blender.posebridge.core.posed_rig import rig_of
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

RIG = rig_of(Build(LAYOUTS["UE4"], NEUTRAL, "A"))
MAP = match(RIG)


def with_bones(**changes: Drive | None) -> BoneMap:
    bones = {**MAP.bones, **{bone: drive for bone, drive in changes.items() if drive is not None}}
    return replace(MAP, bones={bone: drive for bone, drive in bones.items() if changes.get(bone, drive) is not None})


def swapped() -> BoneMap:
    other = {"L": "R", "R": "L"}
    return replace(MAP, bones={bone: replace(drive, joint=other.get(drive.joint[0], drive.joint[0]) + drive.joint[1:])
                               if drive.joint[1] == "_" else drive for bone, drive in MAP.bones.items()})


@pytest.mark.parametrize(("bone_map", "line"), [
    (with_bones(tail=Drive("head")), 'the rig has no bone "tail", which the map ties to head'),
    (with_bones(calf_l=None), "no bone stands for L_knee"),
    (with_bones(ik_foot_root=Drive("head")), "head has more than one bone: head, ik_foot_root"),
    (with_bones(calf_l=Drive("R_knee"), calf_r=Drive("L_knee")), 'L_knee "calf_r" does not hang below L_hip "thigh_l"'),
    (with_bones(ball_l=None, ball_r=None, index_01_l=Drive("L_foot")),
     'L_foot "index_01_l" does not hang below L_ankle "foot_l"'),
    (replace(MAP, root="nowhere"), 'the rig has no bone "nowhere", which the map calls the root'),
    (replace(MAP, root="spine_01"), 'the root "spine_01" also stands for spine1'),
    (replace(MAP, root="ik_foot_root"), 'the pelvis does not hang below the root "ik_foot_root"'),
    (swapped(), "the feet point backwards: left and right may be swapped"),
])
def test_a_map_s_fault_is_told(bone_map: BoneMap, line: str) -> None:
    assert line in problems(RIG, bone_map)


def moved(bone: str, to: str) -> Rig:
    rest = RIG.rest.copy()
    rest[RIG.index[bone]] = rest[RIG.index[to]]
    return replace(RIG, rest=rest)


def scaled(*factors: float) -> Rig:
    return replace(RIG, object_matrix=RIG.object_matrix @ np.diag([*factors, 1.0]))


@pytest.mark.parametrize(("rig", "line"), [
    (moved("lowerarm_l", "upperarm_l"), 'L_shoulder "upperarm_l" and L_elbow "lowerarm_l" are at one place'),
    (moved("head", "root"), "the head is not above the hips, or the hips are not above the feet, at rest"),
    (replace(RIG, names=("pelvis", "pelvis", *RIG.names[2:])), "two bones have the same name"),
    (replace(RIG, parents=(2, *RIG.parents[1:])), "the parents of bones go round in a circle"),
    (replace(RIG, rest=RIG.rest * np.nan), "a rest matrix or the object's matrix is not finite"),
    (scaled(1, 1, -1), "the object is mirrored (a negative scale): apply its scale"),
    (scaled(1, 1.1, 1), "the object is scaled differently along its axes: apply its scale"),
    (scaled(0, 0, 0), "the object is scaled to nothing"),
    (Rig((), (), np.zeros((0, 4, 4)), np.zeros((0, 3)), np.eye(4)), "the rig has no bones"),
])
def test_a_rig_s_fault_is_told(rig: Rig, line: str) -> None:
    assert line in problems(rig, MAP)


def test_what_is_right_has_no_line() -> None:
    assert problems(RIG, MAP) == []
    assert problems(RIG, with_bones(clavicle_l=None, ball_r=None, spine_02=None, neck_01=None)) == []
    assert problems(scaled(2, 2, 2), MAP) == []
