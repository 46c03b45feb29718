"""SMPL, SMPL-H and SMPL-X, whose joints are ours: `L_Hip`, `left_hip`, `f_avg_L_Hip`."""
from __future__ import annotations

from .family import Family

LIMBS = {joint: joint for joint in ("collar", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")}

FAMILIES = (
    Family("SMPL", "pelvis", ("spine1", "spine2", "spine3"), ("neck",), "head", LIMBS, root="root"),
)
