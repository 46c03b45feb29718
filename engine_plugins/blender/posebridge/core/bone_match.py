"""A bone map for a rig nobody has mapped: by the names of the known families, else by its structure."""
from __future__ import annotations

import re
from collections.abc import Callable

from .bone_check import problems
from .bone_map import NEEDED, BoneMap, BoneMapError, Drive
from .bone_names import Key, key_of, keys_of, without_shared_words, words_of
from .bone_share import SPINE, chain_drives, twist_drives
from .bone_structure import map_by_structure
from .families import FAMILIES
from .families.family import Family
from .rest_pose import AIMED
from .rig import Rig

Find = Callable[[str, str], int | None]  # side, name of a table -> bone


def match(rig: Rig) -> BoneMap:
    """The map of the family that fits best, or one found from the rest pose. Raises BoneMapError: none fits."""
    faults = rig.problems()
    if faults:
        raise BoneMapError("; ".join(faults))
    finders, candidates, complete = _finders(rig), list[BoneMap](), list[BoneMap]()
    for family in by_sign(rig):
        found = map_for(family, rig, finders)
        candidates.append(found)
        if {drive.joint for drive in found.bones.values()} >= set(NEEDED):
            complete.append(found)
            if not problems(rig, found):
                return found
    seen = map_by_structure(rig)
    if seen is not None and not problems(rig, seen):
        return seen
    if complete:
        return complete[0]  # its problems can be told and mended
    nearest = max(candidates, key=lambda one: len(one.bones))
    missing = [joint for joint in NEEDED if joint not in {drive.joint for drive in nearest.bones.values()}]
    raise BoneMapError(f"unknown rig: nearest to {nearest.family}, which leaves {', '.join(missing)} without a bone; "
                       "name these bones by hand")


def by_sign(rig: Rig) -> list[Family]:
    """Families whose sign is on some bone first; those whose sign is missing last."""
    names = {*rig.names, *(re.split("[:|/]", name)[-1] for name in rig.names)}  # with and without namespaces

    def rank(family: Family) -> int:
        return 1 if not family.sign else 0 if any(re.search(family.sign, name) for name in names) else 2

    return sorted(FAMILIES, key=rank)


def map_for(family: Family, rig: Rig, finders: list[Find] | None = None) -> BoneMap:
    """What of the family's table the rig has."""
    maps = [_mapped(family, rig, find) for find in finders or _finders(rig)]
    return max(maps, key=lambda found: len(found.bones))


def _finders(rig: Rig) -> list[Find]:
    """By the names as they are, and without what nearly all of them begin with."""
    return [_finder(keys_of(rig.names)), _finder(keys_of(without_shared_words(rig.names)))]


def _finder(keys: dict[Key, int]) -> Find:
    def find(side: str, name: str) -> int | None:
        return keys.get((side, key_of(words_of(name))[1]))

    return find


def _mapped(family: Family, rig: Rig, find: Find) -> BoneMap:
    rows: dict[int, Drive] = {}
    for joint, name in (("pelvis", family.pelvis), ("head", family.head)):
        if (bone := find("", name)) is not None:
            rows[bone] = Drive(joint)
    for joints, chain in ((SPINE, family.spine), (("neck",), family.neck)):
        bones = [bone for name in chain if (bone := find("", name)) is not None]
        rows |= dict(zip(bones, chain_drives(len(bones), joints), strict=True))
    for side in "LR":
        main = {joint: bone for joint, name in family.limbs.items() if (bone := find(side, name)) is not None}
        rows |= {bone: Drive(f"{side}_{joint}") for joint, bone in main.items()}
        for joint, names in family.twist.items():
            along = [bone for name in names if (bone := find(side, name)) is not None]
            end = AIMED[f"{side}_{joint}"].removeprefix(f"{side}_")
            if along and joint in main and end in main:
                rows |= dict(twist_drives(rig, f"{side}_{joint}", main[joint], main[end], along))
    root = find("", family.root) if family.root else None
    own_root = rig.names[root] if root is not None and root not in rows else None
    return BoneMap({rig.names[bone]: drive for bone, drive in rows.items()}, own_root, family.name)
