"""Any rest pose becomes the T-pose: limbs aimed, twist kept, soles flat, the rest of the body as it is built."""
from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.character import Character, character_of, floor_height
from engine_plugins.blender.posebridge.core.rest_pose import AIMED, turns_to_t_pose
from engine_plugins.blender.posebridge.core.rig import Rig
from engine_plugins.blender.posebridge.core.rotations import Floats, inverse, multiply, rotate, unit
from tests.engine_plugins.blender.posebridge.core.posed_rig import rig_of
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, SOLE_M, Build, stretched


def t_pose(rig: Rig) -> tuple[Character, Floats]:
    character = character_of(rig, match(rig))
    return character, turns_to_t_pose(rig, match(rig), character, NEUTRAL)


def test_a_t_pose_of_the_body_s_own_build_is_left_as_it_is() -> None:
    _, turns = t_pose(rig_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "T", "random", z_up=True, unit_m=0.01, yaw_deg=12)))
    assert_allclose(np.abs(turns[:, 3]), 1, atol=1e-12)


@pytest.mark.parametrize("pose", ["A", "hanging"])
@pytest.mark.parametrize("layout", ["Mixamo", "MPFB / MakeHuman", "Rigify control rig"])
def test_limbs_are_aimed_by_the_shortest_turn_of_what_the_bone_above_left(layout: str, pose: str) -> None:
    rig = rig_of(Build(LAYOUTS[layout], stretched(elbow=0.9), pose, "random", 3))
    character, turns = t_pose(rig)
    for joint, end in AIMED.items():
        bone, tip = character.joints[joint], character.joints[end]
        rest = character.heads_m[tip] - character.heads_m[bone]
        assert_allclose(unit(rotate(turns[bone], rest)), unit(NEUTRAL[JOINTS.index(end)]), atol=1e-9)
        above = turns[rig.parents[bone]]
        own = multiply(turns[bone], inverse(above))
        assert_allclose(own[:3] @ unit(rotate(above, rest)), 0, atol=1e-9)  # no twist


def test_hands_follow_their_forearms_and_toes_their_feet() -> None:
    rig = rig_of(Build(LAYOUTS["UE4"], NEUTRAL, "A", "random"))
    _, turns = t_pose(rig)
    for child, bone in (("hand_l", "lowerarm_l"), ("index_02_r", "lowerarm_r"), ("ball_l", "foot_l"),
                        ("upperarm_twist_01_l", "upperarm_l"), ("clavicle_l", "spine_03")):
        assert_allclose(turns[rig.index[child]], turns[rig.index[bone]], atol=1e-12)


def test_soles_stay_flat_and_feet_point_as_the_body_s() -> None:
    straight = NEUTRAL.copy()
    straight[[JOINTS.index("L_foot"), JOINTS.index("R_foot")], 0] = 0  # toes straight ahead, higher ankles
    straight[[JOINTS.index("L_foot"), JOINTS.index("R_foot")], 1] *= 1.7
    rig = rig_of(Build(LAYOUTS["Mixamo"], straight, "A", "random"))
    character, turns = t_pose(rig)
    for side in "LR":
        turn = turns[character.joints[f"{side}_ankle"]]
        assert_allclose(rotate(turn, [0, 1, 0]), [0, 1, 0], atol=1e-12)
        wanted = unit(NEUTRAL[JOINTS.index(f"{side}_foot")] * [1, 0, 1])
        assert_allclose(rotate(turn, [0, 0, 1]), wanted, atol=1e-9)


def test_a_heel_without_toes_turns_no_foot_round() -> None:
    heels = [(f"{side}Heel", f"{side}Foot", f"{mark}_ankle>{mark}_foot:-0.5")
             for side, mark in (("left", "L"), ("right", "R"))]
    rig = rig_of(Build((*LAYOUTS["VRM"], *heels), NEUTRAL, "A"))
    character, turns = t_pose(rig)
    assert_allclose(np.abs(turns[character.joints["L_ankle"], 3]), 1, atol=1e-12)


def test_the_character_s_frame_is_the_object_s_where_the_body_lies_along_it() -> None:
    rig = rig_of(Build(LAYOUTS["SMPL"], NEUTRAL, "A", z_up=True, unit_m=0.1, yaw_deg=140, place_m=(1, 2, 3)))
    character = character_of(rig, match(rig))
    yaw = np.radians(140)
    assert_allclose(rotate(character.turn_xyzw, np.eye(3)),
                    [[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]], atol=1e-9)
    assert_allclose(character.origin_m, [1, 2, 3])
    assert_allclose(character.heads_m[character.joints["L_hip"]] * [-1, 1, 1],
                    character.heads_m[character.joints["R_hip"]], atol=1e-9)


def test_the_floor_is_the_origin_or_below_the_toes() -> None:
    """A body built with its origin in the pelvis stands as high over its floor as one built on the floor."""
    for layout in ("SMPL", "VRM"):
        for offsets in (NEUTRAL, 0.5 * NEUTRAL):
            on_floor, at_pelvis = (rig_of(Build(LAYOUTS[layout], offsets, origin=origin))
                                   for origin in ("floor", "pelvis"))
            assert floor_height(character_of(on_floor, match(on_floor)), NEUTRAL) == 0
            character = character_of(at_pelvis, match(at_pelvis))
            below = character.heads_m[character.joints["L_ankle"], 1] - floor_height(character, NEUTRAL)
            share = offsets[JOINTS.index("L_knee"), 1] / NEUTRAL[JOINTS.index("L_knee"), 1]
            assert_allclose(below, share * (SOLE_M - NEUTRAL[JOINTS.index("L_foot"), 1]), atol=1e-9)
