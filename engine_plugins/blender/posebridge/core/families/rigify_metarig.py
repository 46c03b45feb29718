"""Rigify's human metarig, and its deform bones (`DEF-`) exported alone."""
from __future__ import annotations

from .family import Family

FAMILIES = (
    Family(
        "Rigify metarig", "spine", ("spine.001", "spine.002", "spine.003"), ("spine.004", "spine.005"), "spine.006",
        {"collar": "shoulder", "shoulder": "upper_arm", "elbow": "forearm", "wrist": "hand",
         "hip": "thigh", "knee": "shin", "ankle": "foot", "foot": "toe"},
        {"shoulder": ("DEF-upper_arm.001",), "elbow": ("DEF-forearm.001",),
         "hip": ("DEF-thigh.001",), "knee": ("DEF-shin.001",)},
        root="root"),
)
