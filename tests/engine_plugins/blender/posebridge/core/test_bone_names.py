"""Sides and stems, in every spelling that rigs use."""
from __future__ import annotations

import pytest

from engine_plugins.blender.posebridge.core.bone_names import key_of, keys_of, without_shared_words, words_of

SPELLINGS = {
    ("L", "upleg"): ["mixamorig:LeftUpLeg", "mixamorig9:LeftUpLeg", "mixamorigLeftUpLeg", "mixamorig_LeftUpLeg",
                     "ns:mixamorig:LeftUpLeg", "Armature|LeftUpLeg", "LeftUpLeg", "leftUpLeg", "left_up_leg", "UpLeg_L",
                     "upleg.l", "UpLeg.Left", "upleg-left", "UpLegLeft", "l_upleg", "L UpLeg", "lUpLeg", "Lf_UpLeg",
                     "LEFT_UP_LEG", "character1:ns2:LeftUpLeg", "左UpLeg", "uplegleft", "leftupleg"],
    ("R", "hand"): ["RightHand", "hand_r", "hand.R", "Hand-R", "rHand", "RHand", "R_Hand", "Hand_Right", "右hand",
                    "rt_hand"],
    ("", "spine01"): ["spine_01", "Spine01", "spine.01", "SPINE-01", "rig:spine_01"],
    ("L", "defthigh001"): ["DEF-thigh.L.001"],
    ("", "spine05"): ["spine05"],
    ("R", "ccbasethightwist01"): ["CC_Base_R_ThighTwist01"],
    ("", "collar"): ["Collar"],  # the r at its end is no side
    ("L", "toe11"): ["toe1-1.L"],
}


@pytest.mark.parametrize(("key", "name"), [(key, name) for key, names in SPELLINGS.items() for name in names])
def test_a_name_says_side_and_stem(key: tuple[str, str], name: str) -> None:
    assert key_of(words_of(name)) == key


def test_of_two_alike_the_first_counts_and_def_may_be_left_out() -> None:
    keys = keys_of(["thigh.L", "Thigh_l", "DEF-thigh.L", "DEF-shin.L"])
    assert keys[("L", "thigh")] == 0 and keys[("L", "shin")] == 3 and keys[("L", "defthigh")] == 2


def test_a_character_s_own_name_is_left_out_and_a_side_never() -> None:
    assert without_shared_words(["Bob_Hips", "Bob_Spine", "Bob_L_Arm", "Bob_R_Arm", "Bob_Head"]) == [
        "hips", "spine", "l_arm", "r_arm", "head"]
    assert without_shared_words(["f_avg_Pelvis", "f_avg_L_Hip", "f_avg_R_Hip", "f_avg_Head"])[1] == "l_hip"
    assert without_shared_words(["L_arm", "L_hand", "L_leg"]) == ["l_arm", "l_hand", "l_leg"]
