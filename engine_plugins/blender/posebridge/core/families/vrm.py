"""VRM: bones called as the humanoid of the format calls them, and the avatars of VRoid Studio."""
from __future__ import annotations

from .family import Family

PARTS = {"collar": "Shoulder", "shoulder": "UpperArm", "elbow": "LowerArm", "wrist": "Hand",
         "hip": "UpperLeg", "knee": "LowerLeg", "ankle": "Foot"}

FAMILIES = (
    Family("VRM", "hips", ("spine", "chest", "upperChest"), ("neck",), "head", {**PARTS, "foot": "Toes"}, root="Root"),
    Family("VRoid", "J_Bip_C_Hips", ("J_Bip_C_Spine", "J_Bip_C_Chest", "J_Bip_C_UpperChest"), ("J_Bip_C_Neck",),
           "J_Bip_C_Head", {joint: f"J_Bip_{part}" for joint, part in {**PARTS, "foot": "ToeBase"}.items()},
           root="Root", sign=r"J_Bip_"),
)
