"""The mannequins of Unreal Engine 4 (Mannequin) and 5 (Manny, Quinn, MetaHuman), which differ in spine and neck."""
from __future__ import annotations

from .family import Family

FAMILIES = (
    Family(
        "Unreal mannequin", "pelvis", ("spine_01", "spine_02", "spine_03", "spine_04", "spine_05"),
        ("neck_01", "neck_02"), "head",
        {"collar": "clavicle", "shoulder": "upperarm", "elbow": "lowerarm", "wrist": "hand",
         "hip": "thigh", "knee": "calf", "ankle": "foot", "foot": "ball"},
        {"shoulder": ("upperarm_twist_01", "upperarm_twist_02"), "elbow": ("lowerarm_twist_01", "lowerarm_twist_02"),
         "hip": ("thigh_twist_01", "thigh_twist_02"), "knee": ("calf_twist_01", "calf_twist_02")},
        root="root"),
)
