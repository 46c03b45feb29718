"""A character that shows live poses: no keys, and afterwards it is as it was."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

import bpy
import numpy as np

from .core.bone_map import BoneMap
from .core.channels import Channel
from .core.live_link import Moment
from .core.motion import SolvedMotion
from .core.plan import Plan, make_plan
from .core.retarget import Options, RootMotion, posed, written
from .core.rotations import Floats
from .subject import read_subject

Key = tuple[str, str]  # bone (empty: the object) and property


class Puppet:
    """Found by its name at every step: an undo makes objects anew. Raises BoneMapError."""

    def __init__(self, armature: bpy.types.Object, bone_map: BoneMap | None, options: Options) -> None:
        self.name = armature.name
        self.options = replace(options, lock_feet=False)  # which wants the whole motion
        self.subject = read_subject(armature, bone_map, options.root is RootMotion.ROOT_BONE)
        self.plan: Plan | None = None
        self._offsets_m: Floats | None = None
        self._before: dict[Key, object] = {}
        self._began_at = bpy.context.scene.frame_current

    @property
    def armature(self) -> bpy.types.Object:
        """ValueError once it is gone."""
        found = bpy.data.objects.get(self.name)
        if found is None or found.type != "ARMATURE":
            raise ValueError(f'the character "{self.name}" is gone')
        return found

    def show(self, moment: Moment, offsets_m: Floats) -> None:
        """The pose as the character's own. BoneMapError: the map does not fit."""
        if self.plan is None or self._offsets_m is not offsets_m:
            root_bone = self.options.root is RootMotion.ROOT_BONE
            self.plan = make_plan(self.subject.rig, self.subject.bone_map, offsets_m, root_bone)
            self._offsets_m = offsets_m
        motion = SolvedMotion(offsets_m, 1.0, moment.root_m[None], moment.local_xyzw[None])
        keyed = written(self.plan, posed(self.plan, motion, self.options), offsets_m, self.options)
        self._put(self.subject.channels(keyed))

    def release(self) -> None:
        """As it was before the first pose. Again is harmless; of a character that is gone nothing is left to do."""
        armature, before, self._before = bpy.data.objects.get(self.name), self._before, {}
        if armature is None or not before:
            return
        for (bone, name), value in before.items():
            home = armature.pose.bones.get(bone) if bone else armature
            if home is not None:
                _set(home, name, value)
        moved_on = bpy.context.scene.frame_current != self._began_at
        armature.update_tag(refresh={"OBJECT", "DATA", "TIME"} if moved_on else {"OBJECT", "DATA"})

    def _put(self, channels: Iterable[Channel]) -> None:
        armature = self.armature
        for (bone, name), rows in groupby(channels, key=lambda row: (row.bone, row.name)):
            home = armature.pose.bones[bone] if bone else armature
            values = [float(row.values[0]) for row in rows]
            if (bone, name) not in self._before:
                self._before[bone, name] = _get(home, name)
            _set(home, name, values[0] if name.startswith("[") else values)
        armature.update_tag(refresh={"OBJECT", "DATA"})


def _get(home: bpy.types.bpy_struct, name: str) -> object:
    if name.startswith("["):
        return home[name[2:-2]]
    return tuple(getattr(home, name))


def _set(home: bpy.types.bpy_struct, name: str, value: object) -> None:
    """A property of one's own keeps its kind: an int stays an int."""
    if name.startswith("["):
        key = name[2:-2]
        home[key] = type(home[key])(value)
    else:
        setattr(home, name, np.asarray(value, dtype=np.float64).tolist())
