"""Auto-Rig Pro: its FK controls with what makes them lead, and the bones of its exports."""
from __future__ import annotations

from .family import Family

FAMILIES = (
    Family(
        "Auto-Rig Pro", "c_root_master.x", ("c_spine_01.x", "c_spine_02.x", "c_spine_03.x"), ("c_neck.x",), "c_head.x",
        {"collar": "c_shoulder", "shoulder": "c_arm_fk", "elbow": "c_forearm_fk", "wrist": "c_hand_fk",
         "hip": "c_thigh_fk", "knee": "c_leg_fk", "ankle": "c_foot_fk", "foot": "c_toes_fk"},
        root="c_traj", sign=r"^c_root_master",
        switches=tuple((f"c_{end}_ik.{side}", "ik_fk_switch", 1.0) for end in ("hand", "foot") for side in "lr")),
    Family(
        "Auto-Rig Pro export", "root.x", ("spine_01.x", "spine_02.x", "spine_03.x"), ("neck.x",), "head.x",
        {"collar": "shoulder", "shoulder": "arm_stretch", "elbow": "forearm_stretch", "wrist": "hand",
         "hip": "thigh_stretch", "knee": "leg_stretch", "ankle": "foot", "foot": "toes_01"},
        {"shoulder": ("arm_twist",), "elbow": ("forearm_twist",), "hip": ("thigh_twist",), "knee": ("leg_twist",)},
        root="root", sign=r"_stretch"),
)
