"""Reallusion's Character Creator and iClone."""
from __future__ import annotations

from .family import Family

TWISTED = {"shoulder": "Upperarm", "elbow": "Forearm", "hip": "Thigh", "knee": "Calf"}

FAMILIES = (
    Family(
        "Character Creator", "CC_Base_Hip", ("CC_Base_Waist", "CC_Base_Spine01", "CC_Base_Spine02"),
        ("CC_Base_NeckTwist01", "CC_Base_NeckTwist02"), "CC_Base_Head",
        {"collar": "CC_Base_Clavicle", "wrist": "CC_Base_Hand", "ankle": "CC_Base_Foot", "foot": "CC_Base_ToeBase",
         **{joint: f"CC_Base_{part}" for joint, part in TWISTED.items()}},
        {joint: (f"CC_Base_{part}Twist01", f"CC_Base_{part}Twist02") for joint, part in TWISTED.items()},
        root="CC_Base_BoneRoot", sign=r"^CC_Base_"),
)
