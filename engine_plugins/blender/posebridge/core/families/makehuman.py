"""MPFB and MakeHuman: the default rig. The spine is counted from the neck down."""
from __future__ import annotations

from .family import Family

FAMILIES = (
    Family(
        "MPFB / MakeHuman", "root", ("spine05", "spine04", "spine03", "spine02", "spine01"),
        ("neck01", "neck02", "neck03"), "head",
        {"collar": "clavicle", "shoulder": "upperarm01", "elbow": "lowerarm01", "wrist": "wrist",
         "hip": "upperleg01", "knee": "lowerleg01", "ankle": "foot", "foot": "toe1-1"},
        {"shoulder": ("upperarm02",), "elbow": ("lowerarm02",), "hip": ("upperleg02",), "knee": ("lowerleg02",)},
        sign=r"^upperleg01"),
)
