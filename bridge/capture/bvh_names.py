"""Which joint of a BVH is which of ours: limbs and head by their names, the rest by where it hangs.

Names are those of Biovision and SMPL, of MotionBuilder, Mixamo and CMU, of Unity, VRM and VRoid, of Unreal and 3ds Max,
with left and right in front or behind, as words or letters.
"""
from __future__ import annotations

import re
from collections.abc import Sequence

from bridge.capture.bvh_file import Node
from bridge.errors import InputInvalid

LIMBS = ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
FAMILIES: tuple[tuple[tuple[str, ...], ...], ...] = (  # in the order of LIMBS
    (("hip",), ("knee",), ("ankle",), ("shoulder",), ("elbow",), ("wrist",)),
    (("upleg",), ("leg",), ("foot",), ("arm",), ("forearm",), ("hand",)),
    (("upperleg", "thigh"), ("lowerleg", "calf", "shin"), ("foot",), ("upperarm",), ("lowerarm", "forearm"), ("hand",)),
)
SIDES = {"left": "L", "l": "L", "right": "R", "r": "R"}
_BEFORE = re.compile(r"^(mixamorig\d*_?|J_Bip_(C_)?|Bip\d+[ _])")
_WORD = re.compile(r"^(left|right)(.+)$|^(.+?)(left|right)$")
_LETTER = re.compile(r"^([lr])[ _.\-](.+)$|^(.+)[ _.\-]([lr])$|^([LR])(?=[A-Z][a-z])(.+)$")


def side_and_word(name: str) -> tuple[str, str]:
    """'mixamorig:LeftUpLeg' -> L, upleg; no side is ''."""
    plain = _BEFORE.sub("", name.rsplit(":", 1)[-1])
    bare = _letters(plain)
    found = _WORD.match(bare)
    if found:
        before, after, early, late = found.groups()
        return SIDES[before or late], after or early
    marked = _LETTER.match(plain) or _LETTER.match(plain.lower())
    if marked:
        first, after, early, last, capital, rest = marked.groups()
        return SIDES[(first or last or capital).lower()], _letters(after or early or rest)
    return "", bare


def joints_of(nodes: Sequence[Node]) -> dict[str, int]:
    """Our joints -> rows of `nodes`, as far as they are there. Raises InputInvalid where limbs or head are missing."""
    named: dict[tuple[str, str], int] = {}
    for row, node in enumerate(nodes):
        if not node.is_end:
            named.setdefault(side_and_word(node.name), row)
    found = max((_limbs(named, family) for family in FAMILIES), key=len)
    found |= {"head": named["", "head"]} if ("", "head") in named else {}
    missing = [name for name in (*(f"{side}_{limb}" for side in "LR" for limb in LIMBS), "head") if name not in found]
    if missing:
        there = ", ".join(node.name for node in nodes if not node.is_end)
        raise InputInvalid(f"no joint of it is known as {', '.join(missing)}; there are {there}")
    return found | _trunk(nodes, found) | _ends(nodes, found)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _limbs(named: dict[tuple[str, str], int], family: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    return {f"{side}_{limb}": named[side, word] for side in "LR" for limb, words in zip(LIMBS, family, strict=True)
            for word in words if (side, word) in named}


def _trunk(nodes: Sequence[Node], found: dict[str, int]) -> dict[str, int]:
    """Pelvis, spine, neck, collars: what lies between."""
    pelvis = _above_both(nodes, found["L_hip"], found["R_hip"])
    chest = _above_both(nodes, found["L_shoulder"], found["R_shoulder"])
    trunk = {"pelvis": pelvis}
    spine = [row for row in reversed([chest, *_above(nodes, chest)]) if pelvis in _above(nodes, row)]
    if spine:
        trunk["spine3"] = spine[-1]
    if len(spine) > 1:
        trunk["spine1"] = spine[0]
    if len(spine) > 2:
        trunk["spine2"] = spine[len(spine) // 2]
    neck = [row for row in _above(nodes, found["head"]) if chest in _above(nodes, row)]
    trunk |= {"neck": neck[-1]} if neck else {}
    for side in "LR":
        between = [row for row in _above(nodes, found[f"{side}_shoulder"]) if chest in _above(nodes, row)]
        trunk |= {f"{side}_collar": between[-1]} if between else {}
    return trunk


def _ends(nodes: Sequence[Node], found: dict[str, int]) -> dict[str, int]:
    """Toes: what hangs on the ankles, an end if need be."""
    toes: dict[str, int] = {}
    for side in "LR":
        below = [row for row, node in enumerate(nodes) if node.parent == found[f"{side}_ankle"]]
        toes |= {f"{side}_foot": min(below, key=lambda row: nodes[row].is_end)} if below else {}
    return toes


def _above(nodes: Sequence[Node], row: int) -> list[int]:
    """Parents, the nearest first."""
    rows = []
    while (row := nodes[row].parent) >= 0:
        rows.append(row)
    return rows


def _above_both(nodes: Sequence[Node], one: int, other: int) -> int:
    common = [row for row in _above(nodes, one) if row in _above(nodes, other)]
    if not common:
        raise InputInvalid(f"{nodes[one].name} and {nodes[other].name} do not hang on one body")
    return common[0]
