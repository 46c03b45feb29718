"""Daz figures: Genesis 1 and 2, Genesis 3 and 8 (limbs of a bend and a twist bone), Genesis 9."""
from __future__ import annotations

from .family import Family

FAMILIES = (
    Family(
        "Daz Genesis 3 and 8", "hip", ("abdomenLower", "abdomenUpper", "chestLower", "chestUpper"),
        ("neckLower", "neckUpper"), "head",
        {"collar": "Collar", "shoulder": "ShldrBend", "elbow": "ForearmBend", "wrist": "Hand",
         "hip": "ThighBend", "knee": "Shin", "ankle": "Foot", "foot": "Toe"},
        {"shoulder": ("ShldrTwist",), "elbow": ("ForearmTwist",), "hip": ("ThighTwist",)},
        sign=r"^lThighBend$"),
    Family(
        "Daz Genesis 9", "hip", ("spine1", "spine2", "spine3", "spine4"), ("neck1", "neck2"), "head",
        {"collar": "shoulder", "shoulder": "upperarm", "elbow": "forearm", "wrist": "hand",
         "hip": "thigh", "knee": "shin", "ankle": "foot", "foot": "toes"},
        {"shoulder": ("upperarmtwist1", "upperarmtwist2"), "elbow": ("forearmtwist1", "forearmtwist2"),
         "hip": ("thightwist1", "thightwist2")},
        sign=r"^l_thightwist1$"),
    Family(
        "Daz Genesis", "hip", ("abdomen", "abdomen2", "chest"), ("neck",), "head",
        {"collar": "Collar", "shoulder": "Shldr", "elbow": "ForeArm", "wrist": "Hand",
         "hip": "Thigh", "knee": "Shin", "ankle": "Foot", "foot": "Toe"}),
)
