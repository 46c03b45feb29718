"""What a farm's job leaves: the open file as .blend, or the animated character alone as .glb or .fbx. Each is there
whole or not at all."""
from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from .core.batch import RESULTS, BatchError

FRAMES = ("frame_start", "frame_end")


def save(path: Path, armature: bpy.types.Object, strip: bool = False) -> None:
    """By the suffix. `strip`: the motion is an NLA strip. BatchError for a suffix that is none of RESULTS."""
    check(path)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.unfinished{path.suffix}")
    try:
        WRITERS[path.suffix](str(unfinished.absolute()), armature, strip)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def check(path: Path) -> None:
    """Raises BatchError."""
    if path.suffix not in RESULTS:
        raise BatchError(f"--out {path}: it may end in {', '.join(RESULTS)}")


def _blend(path: str, armature: bpy.types.Object, strip: bool) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)


def _glb(path: str, armature: bpy.types.Object, strip: bool) -> None:
    with _alone(armature):
        bpy.ops.export_scene.gltf(filepath=path, export_format="GLB", use_selection=True, export_force_sampling=True,
                                  export_animation_mode="NLA_TRACKS" if strip else "ACTIVE_ACTIONS")


def _fbx(path: str, armature: bpy.types.Object, strip: bool) -> None:
    with _alone(armature), _range_of(armature, strip):
        bpy.ops.export_scene.fbx(filepath=path, use_selection=True, object_types={"ARMATURE", "MESH"},
                                 add_leaf_bones=False, bake_anim_use_all_actions=False, bake_anim_use_nla_strips=False,
                                 bake_anim_simplify_factor=0.0)


WRITERS: dict[str, Callable[[str, bpy.types.Object, bool], None]] = {".blend": _blend, ".glb": _glb, ".fbx": _fbx}


@contextmanager
def _alone(armature: bpy.types.Object) -> Iterator[None]:
    """The armature and the meshes it moves are selected meanwhile, and nothing else."""
    layer = bpy.context.view_layer
    before, active = [one for one in layer.objects if one.select_get()], layer.objects.active
    try:
        for one in layer.objects:
            one.select_set(one is armature or _moved_by(one, armature))
        layer.objects.active = armature
        yield
    finally:
        for one in layer.objects:
            one.select_set(one in before)
        layer.objects.active = active


def _moved_by(one: bpy.types.Object, armature: bpy.types.Object) -> bool:
    return one.type == "MESH" and armature in (one.find_armature(), one.parent)


@contextmanager
def _range_of(armature: bpy.types.Object, strip: bool) -> Iterator[None]:
    """The scene plays what was animated meanwhile."""
    scene = bpy.context.scene
    before = [getattr(scene, name) for name in FRAMES]
    data = armature.animation_data
    span = data.nla_tracks[-1].strips[-1] if strip else data.action
    start, end = (span.frame_start, span.frame_end) if strip else span.frame_range
    try:
        scene.frame_start, scene.frame_end = int(start), max(int(start), round(end))
        yield
    finally:
        scene.frame_start, scene.frame_end = before
