"""The control rig that Rigify generates from its human metarig: the FK controls, and what makes them lead.

The lower spine controls stay at rest: they hang the other way round, from the waist down, below the torso control.
"""
from __future__ import annotations

from .family import Family

FAMILIES = (
    Family(
        "Rigify control rig", "torso", ("spine_fk.002", "spine_fk.003"), ("neck",), "head",
        {"collar": "shoulder", "shoulder": "upper_arm_fk", "elbow": "forearm_fk", "wrist": "hand_fk",
         "hip": "thigh_fk", "knee": "shin_fk", "ankle": "foot_fk", "foot": "toe_fk"},
        root="root", sign=r"^(ORG|MCH)-",
        switches=(
            ("torso", "neck_follow", 1.0), ("torso", "head_follow", 1.0),
            *((f"{limb}_parent.{side}", name, value) for limb in ("upper_arm", "thigh") for side in "LR"
              for name, value in (("IK_FK", 1.0), ("FK_limb_follow", 0.0))),
        ),
        follows=(("MCH-torso.parent", "root"), ("ORG-shoulder.L", "shoulder.L"), ("ORG-shoulder.R", "shoulder.R"))),
)
