"""Rigs under the names of every family, however spelled; what is expected is the map the Blender extension finds."""
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine_plugins.blender.posebridge.core.bone_map import BoneMapError
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.bone_structure import map_by_structure
from engine_plugins.blender.posebridge.core.families import FAMILIES
from tests.engine_plugins.blender.posebridge.core.posed_rig import rig_of_case
from tests.engine_plugins.blender.posebridge.core.test_retarget_vectors import CASES

PREFIXES = ("", "Bob_", "ns:", "a:b:", "Armature|")
NOBODY = "what"  # a name that is no bone's


def cases() -> Iterator[dict[str, Any]]:
    for case in CASES.values():
        names = case["rig"]["names"]
        for prefix in PREFIXES:
            yield from _case(case["rig"], [prefix + name for name in names])
        knee = next(row["bone"] for row in case["map"]["bones"] if row["joint"] == "L_knee" and row["share"] == 1)
        flat = {**case["rig"], "rest_heads": [[0.0, 0.0, 0.0]] * len(names)}  # which nothing but names can tell
        yield from _case(flat, [NOBODY if name == knee else name for name in names])
    mixamo = CASES["mixamo"]
    for family in FAMILIES:
        yield from _case(mixamo["rig"], [_in(family.limbs, family, name) for name in mixamo["rig"]["names"]])


def _in(limbs: Any, family: Any, name: str) -> str:
    """A bone of the Mixamo rig as the family calls it."""
    row = next((row for row in CASES["mixamo"]["map"]["bones"] if row["bone"] == name), None)
    joint = row["joint"] if row else ""
    if joint in ("pelvis", "head"):
        return str(getattr(family, joint))
    if joint.startswith("spine"):
        number = int(joint[-1]) - 1
        return str(family.spine[number]) if number < len(family.spine) else f"rest{number}"
    if joint == "neck":
        return str(family.neck[0])
    return f"{limbs[joint[2:]]}.{joint[0]}" if joint[2:] in limbs else f"more_{name}"


def _case(rig: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    ours = replace(rig_of_case(rig), names=tuple(names))
    try:
        found = match(ours)
    except BoneMapError as error:
        yield {"rig": {**rig, "names": names}, "error": str(error)}
        return
    if found.family != "structure" and found != map_by_structure(ours):  # by names, which is what C# does
        yield {"rig": {**rig, "names": names}, "map": json.loads(found.to_json())}


def write(path: Path) -> None:
    path.write_text(json.dumps({"cases": list(cases())}))
