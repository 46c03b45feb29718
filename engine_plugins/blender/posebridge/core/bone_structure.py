"""A bone map from hierarchy and rest positions alone, for rigs whose names say nothing.

A person at rest, upright: the lowest ends on either side are feet, the ends farthest to the sides are hands, the
highest in the middle is the head. Legs and arms are two bones of about the same length, toes say where forward is.
"""
from __future__ import annotations

import numpy as np

from .bone_map import BoneMap, Drive
from .bone_share import SPINE, chain_drives
from .bone_tree import UP, BoneTree
from .rig import Rig
from .rotations import Floats, unit

NEAR_FLOOR = 0.2  # of the hips' height: lower than this a leg is foot
SOLE = 0.06  # of the body's height: ends lower than this are of a foot, and the farthest of them are toes
ASIDE = 0.02  # of the body's height: nearer to the middle, a bone is on no side
SAME = 0.003  # of the body's height
HAND = 0.35  # of an arm from its first bone to the tips: what is left from the wrist on is less
ALIKE = 0.75  # of the two parts of an arm, the shorter in the longer: as like as that they are
CROWN = 1.9  # of the hips' height: higher up ends the head, its joint is below
Sides = tuple[int, int]  # by the sign of `BoneTree.aside`: positive first


def map_by_structure(rig: Rig) -> BoneMap | None:
    """None where no person is to be seen."""
    tree = BoneTree(rig)
    ends = _ends(tree)
    if ends is None:
        return None
    feet, hands = ends
    pelvis, chest = tree.meeting([*feet, *hands]), tree.meeting([*hands])
    if pelvis is None or chest is None:
        return None
    arms = [_arm(tree, tree.path(chest, hand)) for hand in hands]
    legs = [_leg(tree, tree.path(pelvis, foot), pelvis) for foot in feet]
    if not all(arms) or not all(legs):
        return None
    heights = rig.heads_m[:, 1] - rig.heads_m[:, 1].min()
    head = _head(tree, chest, float(heights[[leg["hip"] for leg in legs]].mean()))
    if head is None:
        return None
    found = {pelvis: Drive("pelvis"), **_spine(tree, pelvis, chest), **_neck(tree, chest, head), head: Drive("head")}
    names = "LR" if _positive_is_left(tree, legs, arms) else "RL"
    for side, arm, leg in zip(names, arms, legs, strict=True):
        found |= {bone: Drive(f"{side}_{joint}") for joint, bone in {**arm, **leg}.items()}
    return BoneMap({rig.names[bone]: drive for bone, drive in found.items()}, None, "structure")


def _ends(tree: BoneTree) -> tuple[Sides, Sides] | None:
    """Leaves that are feet, and leaves that are hands."""
    heights = tree.rig.heads_m[:, 1] - tree.rig.heads_m[:, 1].min()
    feet, hands = [], []
    for sign in (1, -1):
        own = [bone for bone in tree.leaves if sign * tree.aside[bone] > ASIDE * tree.size]
        if not own:
            return None
        low = [bone for bone in own if heights[bone] < SOLE * tree.size] or [min(own, key=lambda bone: heights[bone])]
        feet.append(max(low, key=tree.way_from_top))
        hands.append(max(own, key=lambda bone: sign * tree.aside[bone]))
    return ((feet[0], feet[1]), (hands[0], hands[1])) if not set(feet) & set(hands) else None


def _leg(tree: BoneTree, path: list[int], pelvis: int) -> dict[str, int]:
    heights = tree.rig.heads_m[:, 1]
    floor = heights[path].min()
    low = floor + NEAR_FLOOR * (heights[pelvis] - floor)
    place = next((number for number, bone in enumerate(path) if heights[bone] < low), 0)
    sided = [bone for bone in path[:place] if abs(tree.aside[bone]) > ASIDE * tree.size]
    upper = tree.two_bones(sided, path[place])
    if upper is None:
        return {}
    toes = {"foot": path[place + 1]} if place + 1 < len(path) else {}
    return {"hip": upper[0], "knee": upper[1], "ankle": path[place], **toes}


def _arm(tree: BoneTree, path: list[int]) -> dict[str, int]:
    wrist = _wrist(tree, path)
    above = path[: path.index(wrist)]
    upper = tree.two_bones(above, wrist)
    if upper is None:
        return {}
    collar = {"collar": above[0]} if above[0] != upper[0] else {}
    return {**collar, "shoulder": upper[0], "elbow": upper[1], "wrist": wrist}


def _wrist(tree: BoneTree, path: list[int]) -> int:
    """In the last third: where fingers part; else the first that makes an arm of two like parts; else the last."""
    lengths = np.linalg.norm(np.diff(tree.rig.heads_m[path], axis=0), axis=-1)
    left = np.concatenate([np.cumsum(lengths[::-1])[::-1], [0.0]])
    late = [bone for bone, rest in zip(path, left, strict=True) if rest < HAND * left[0]]
    parting = [bone for bone in late if len(tree.rig.children[bone]) > 1]
    alike = [bone for bone in late if tree.likeness(path[: path.index(bone)], bone) > ALIKE]
    return (parting or alike or path[-1:])[0]


def _head(tree: BoneTree, chest: int, hips_m: float) -> int | None:
    """Where hair, jaw and eyes part; else the last bone that is not an end on the crown."""
    middle = [bone for bone in tree.leaves if chest in tree.rig.ancestors(bone)
              and abs(tree.aside[bone]) < 3 * ASIDE * tree.size]
    if not middle:
        return None
    heights = tree.rig.heads_m[:, 1] - tree.rig.heads_m[:, 1].min()
    path = tree.path(chest, max(middle, key=lambda bone: heights[bone]))
    parting = [bone for bone in path if len(tree.rig.children[bone]) > 1]
    lower = [bone for bone in path if heights[bone] < CROWN * hips_m]
    return _topmost_there(tree, parting[0] if parting else (lower or path)[-1])


def _topmost_there(tree: BoneTree, bone: int) -> int:
    """Of bones one above the other at the same place, the first."""
    parent = tree.rig.parents[bone]
    if parent >= 0 and np.linalg.norm(tree.rig.heads_m[parent] - tree.rig.heads_m[bone]) < SAME * tree.size:
        return _topmost_there(tree, parent)
    return bone


def _spine(tree: BoneTree, pelvis: int, chest: int) -> dict[int, Drive]:
    bones = tree.path(pelvis, chest) if chest != pelvis else []
    return dict(zip(bones, chain_drives(len(bones), SPINE), strict=True))


def _neck(tree: BoneTree, chest: int, head: int) -> dict[int, Drive]:
    bones = tree.path(chest, head)[:-1]
    return dict(zip(bones, chain_drives(len(bones), ("neck",)), strict=True))


def _positive_is_left(tree: BoneTree, legs: list[dict[str, int]], arms: list[dict[str, int]]) -> bool:
    """Whether the body's left is where `aside` is positive: left is up x forward.

    Toes say where forward is; without them the bend of knees, and of elbows, which is the other way.
    """
    heads = tree.rig.heads_m
    toes = [heads[leg["foot"]] - heads[leg["ankle"]] for leg in legs if "foot" in leg]
    bends = [_bend(heads[leg["hip"]], heads[leg["knee"]], heads[leg["ankle"]]) for leg in legs]
    bends += [-_bend(heads[arm["shoulder"]], heads[arm["elbow"]], heads[arm["wrist"]]) for arm in arms]
    return bool(np.cross(UP, np.sum(toes or bends, axis=0)) @ tree.across > 0)


def _bend(start: Floats, middle: Floats, end: Floats) -> Floats:
    """From the line between start and end to the middle."""
    line = unit(end - start)
    return np.asarray((middle - start) - ((middle - start) @ line) * line)
