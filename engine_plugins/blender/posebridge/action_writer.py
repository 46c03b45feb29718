"""Keys of a retargeted motion: one new action, written curve by curve; nothing else of the file changes. It may begin
as a copy of the action that plays, so that what nothing is written for stays.

Slots and layers are there from Blender 4.4 on, and from 5.0 on nothing else is.
"""
from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import bpy
import numpy as np

from .core.channels import Channel
from .core.job import Writing

SLOTTED = bpy.app.version >= (4, 4, 0)
LINEAR = 1  # of Keyframe.interpolation: every frame has its key


@dataclass(frozen=True)
class Placement:
    """What the action is called, where it begins, and whether it becomes a strip above what is there."""

    name: str
    first_frame: int
    as_strip: bool = False
    stays: Callable[[str], bool] | None = None  # by its data path: whether a curve of the action that plays is copied


def write_action(armature: bpy.types.Object, rows: list[Channel], place: Placement) -> Writing:
    """Yields the share done. Closed before its end, it leaves nothing behind; at its end the armature plays it."""
    check_writable(armature)
    action = _begun(armature, place)
    done = False
    try:
        curves = Curves(action, armature)
        if place.stays is not None:
            curves.leave(place.stays)
        for number, row in enumerate(rows, start=1):
            for _ in curves.write(row, place.first_frame):
                yield (number - 1) / len(rows)
                _check_there(action)
            yield number / len(rows)
            _check_there(action)
        armature.animation_data_create()  # what is there already stays
        said = _as_strip(armature, curves) if place.as_strip else _as_action(armature, curves)
        done = True
        return said
    finally:
        if not done:
            with suppress(ReferenceError):  # another file was loaded meanwhile
                bpy.data.actions.remove(action)


def check_writable(armature: bpy.types.Object) -> None:
    """Raises ValueError: no new action can be played by it now."""
    if armature.animation_data is not None and armature.animation_data.use_tweak_mode:
        raise ValueError(f"{armature.name} is in the tweak mode of a strip: leave it first")


def _check_there(action: bpy.types.Action) -> None:
    """Between two steps the user may have undone something, which takes away what no undo step knows of."""
    try:
        action.name  # noqa: B018  (an object that is gone says so when it is asked anything)
    except ReferenceError:
        raise ValueError("the file was undone or loaded anew meanwhile: nothing was kept") from None


def _begun(armature: bpy.types.Object, place: Placement) -> bpy.types.Action:
    """A new action: with nothing in it, or all that the one that plays has."""
    playing = armature.animation_data and armature.animation_data.action
    if place.stays is None or playing is None:
        return bpy.data.actions.new(place.name)
    copied = playing.copy()
    copied.name, copied.use_fake_user = place.name, False
    return copied


class Curves:
    """The curves of one action for one object, whatever Blender keeps them in. Of a new action, or of one that the
    object plays, or of a copy of that."""

    def __init__(self, action: bpy.types.Action, armature: bpy.types.Object) -> None:
        self.action, self._home, self.slot = action, action, None
        if SLOTTED:
            playing = armature.animation_data and armature.animation_data.action_slot
            self.slot = (action.slots.get(playing.identifier) if playing else None) or action.slots.new(
                id_type="OBJECT", name=armature.name)
            layer = action.layers[0] if action.layers else action.layers.new("Layer")
            strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
            self._home = strip.channelbag(self.slot, ensure=True)

    def leave(self, stays: Callable[[str], bool]) -> None:
        """Takes away what does not stay."""
        for curve in [curve for curve in self._home.fcurves if not stays(curve.data_path)]:
            self._home.fcurves.remove(curve)

    def write(self, row: Channel, first_frame: int) -> Iterator[None]:
        """Array by array: of ten minutes at 60 Hz each takes a few milliseconds."""
        curve = self._home.fcurves.new(_path(row), index=row.index)
        curve.group = self._group(row.bone or "Object Transforms")
        keys = curve.keyframe_points
        keys.add(len(row.values))
        for name, numbers in _handles_and_keys(row.values, first_frame):
            yield
            keys.foreach_set(name, numbers)
        yield
        keys.foreach_set("interpolation", np.full(len(row.values), LINEAR, dtype=np.int32))

    def _group(self, bone: str) -> bpy.types.ActionGroup:
        """Asked for anew each time: a group goes with the last of its curves."""
        return self._home.groups.get(bone) or self._home.groups.new(bone)


def _path(row: Channel) -> str:
    if not row.bone:
        return row.name
    bone = f'pose.bones["{bpy.utils.escape_identifier(row.bone)}"]'
    return bone + (row.name if row.name.startswith("[") else f".{row.name}")


def _handles_and_keys(values: np.ndarray, first_frame: int) -> Iterable[tuple[str, np.ndarray]]:
    """What Blender's own update would set, without its cost: handles lie along the curve, a third of a frame off."""
    frames = np.arange(first_frame, first_frame + len(values), dtype=np.float32)
    slope = np.gradient(values) if len(values) > 1 else np.zeros(1)
    for name, third in (("co", 0.0), ("handle_left", -1 / 3), ("handle_right", 1 / 3)):
        yield name, np.stack([frames + third, values + third * slope], axis=-1).astype(np.float32).ravel()


def _as_action(armature: bpy.types.Object, curves: Curves) -> str:
    data, action = armature.animation_data, curves.action
    before = data.action
    data.action = action
    if SLOTTED:
        data.action_slot = curves.slot
    said = f'{armature.name} plays the new action "{action.name}"'
    if before is not None and before.users == 0:
        before.use_fake_user = True  # or it would be lost when the file is saved
        said += f'; "{before.name}" is kept with a fake user'
    return said


def _as_strip(armature: bpy.types.Object, curves: Curves) -> str:
    """Every key on its own frame of the scene, those that were copied too."""
    track, action = armature.animation_data.nla_tracks.new(), curves.action
    track.name, first = action.name, math.floor(action.frame_range[0])
    strip = track.strips.new(action.name, first, action)
    strip.action_frame_start = first
    if SLOTTED:
        strip.action_slot = curves.slot
    return f'{armature.name} has the new action "{action.name}" as a strip of its own track'
