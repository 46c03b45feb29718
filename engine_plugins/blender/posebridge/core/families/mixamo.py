"""Mixamo characters: `mixamorig:Hips`, `mixamorig9:Hips`, and without the prefix."""
from __future__ import annotations

from .family import Family

LIMBS = {"collar": "Shoulder", "shoulder": "Arm", "elbow": "ForeArm", "wrist": "Hand",
         "hip": "UpLeg", "knee": "Leg", "ankle": "Foot", "foot": "ToeBase"}

FAMILIES = (
    Family("Mixamo", "Hips", ("Spine", "Spine1", "Spine2"), ("Neck",), "Head", LIMBS, sign=r"(^|[:|/])mixamorig"),
)
