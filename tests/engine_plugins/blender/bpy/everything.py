"""All that a .blend file holds, as text by path: what changed between two moments is a comparison away."""
from __future__ import annotations

from collections.abc import Iterator

import bpy

BACK = {"rna_type", "id_data", "original", "parent", "parent_recursive", "children", "child", "bone", "collections"}
NO_PART = {"users", "is_evaluated", "use_nodes"}  # of a file, or on its way out
LOOKED_INTO = {"ToolSettings": set(), "Scene": {"render", "tool_settings", "animation_data", "timeline_markers",
                                             "unit_settings"}}  # not brushes and editors, which may be stale
ROOMS = ("scenes", "objects", "armatures", "meshes", "actions", "collections", "worlds", "materials")


def everything(apart_from: str = "") -> dict[str, str]:
    """Every property of every data-block but the one of that name, and what the window's context is."""
    found = {f"{room}.{block.name}.{path}": value for room in ROOMS for block in getattr(bpy.data, room)
             if block.name != apart_from for path, value in _told(block, set())}
    for room in ROOMS:
        found[f"{room}.names"] = str(sorted(block.name for block in getattr(bpy.data, room)))
    chosen = [one.name for one in bpy.context.view_layer.objects if one.select_get()]
    found["context"] = str((bpy.context.mode, chosen, bpy.context.view_layer.objects.active))
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def _told(thing: bpy.types.bpy_struct, seen: set[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Each part of a block once."""
    seen.add((thing.bl_rna.identifier, thing.as_pointer()))
    for name, rna in thing.bl_rna.properties.items():
        inside = rna.type in ("POINTER", "COLLECTION")
        if name in BACK | NO_PART or (inside and name not in LOOKED_INTO.get(thing.bl_rna.identifier, {name})):
            continue
        value = getattr(thing, name)
        if rna.type == "COLLECTION":
            yield f"{name}.length", str(len(value))
            for number, item in enumerate(value):
                yield from _item(f"{name}.{number}", item, seen)
        elif rna.type == "POINTER":
            yield from _item(name, value, seen)
        else:
            yield name, str(list(value) if getattr(rna, "is_array", False) else value)
    for key in thing.keys() if isinstance(thing, bpy.types.ID | bpy.types.PoseBone | bpy.types.Bone) else ():
        yield f'["{key}"]', str(thing[key])


def _item(path: str, thing: bpy.types.bpy_struct | None, seen: set[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    if thing is None or isinstance(thing, bpy.types.ID):
        yield path, str(thing and thing.name_full)
    elif isinstance(thing, bpy.types.bpy_struct) and (thing.bl_rna.identifier, thing.as_pointer()) not in seen:
        yield from [(f"{path}.{below}", value) for below, value in _told(thing, seen)]
