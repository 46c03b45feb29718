"""Trackers that are objects or bones of the scene, moved by whatever means: read at every frame of the scene's range
and solved by the daemon, or as they are now.

An object that is not turned in Blender's world stands for a joint in the T-pose of somebody who looks along -Y, unless
a preset of mounts says otherwise.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
from mathutils import Matrix

from .core.client_live import Reading
from .core.clip_solver import clip_seen, solve_clip
from .core.connection_file import find_connection
from .core.coordinates import point_from_blender, turn_from_blender, wxyz_to_xyzw
from .core.job import Gathering, Watch
from .core.motion import SolvedMotion
from .core.rotations import Floats
from .core.wearer import Wearer

NAME = f"blender {bpy.app.version_string}"  # as the daemon's log has us


@dataclass(frozen=True)
class Tracked:
    """An object by its name, or a bone of it: whoever holds on to an object through an undo holds nothing."""

    name: str
    bone: str = ""

    def place(self, scene: bpy.types.Scene, graph: bpy.types.Depsgraph) -> Matrix:
        """Where it is in the world now. ValueError once it is gone."""
        found = scene.objects.get(self.name)
        if found is None:
            raise ValueError(f"there is no object {self.name} in the scene")
        posed = found.evaluated_get(graph)
        if not self.bone:
            return posed.matrix_world
        bone = posed.pose.bones.get(self.bone) if posed.pose else None
        if bone is None:
            raise ValueError(f'{self.name} has no bone "{self.bone}"')
        return posed.matrix_world @ bone.matrix


@dataclass
class Readings:
    """Of every frame, in Blender's axes; filled by `gather`."""

    places: list[list[tuple[float, ...]]] = field(default_factory=list)
    turns_wxyz: list[list[tuple[float, ...]]] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)

    def add(self, scene: bpy.types.Scene, tracked: Collection[Tracked], time_s: float = 0.0) -> None:
        graph = bpy.context.evaluated_depsgraph_get()
        posed = [one.place(scene, graph).decompose() for one in tracked]
        self.places.append([tuple(place) for place, _, _ in posed])
        self.turns_wxyz.append([tuple(turn) for _, turn, _ in posed])
        self.times_s.append(time_s)

    def ours(self) -> tuple[Floats, Floats]:
        """(T, M, 3) and (T, M, 4), project axes."""
        return point_from_blender(self.places), turn_from_blender(wxyz_to_xyzw(self.turns_wxyz))


def gather(scene: bpy.types.Scene, tracked: Sequence[Tracked], into: Readings, rate_hz: float) -> Gathering:
    """Plays the scene's range and goes back to the frame it was at, also where it is given up."""
    was, part = scene.frame_current, scene.frame_subframe
    frames = range(scene.frame_start, scene.frame_end + 1)
    try:
        for done, frame in enumerate(frames, start=1):
            scene.frame_set(frame)
            into.add(scene, tracked, done / rate_hz)
            yield done / len(frames)
    finally:
        scene.frame_set(was, subframe=part)


def gather_now(
    scene: bpy.types.Scene, tracked: Sequence[Tracked], into: Readings, for_s: float, rate_hz: float,
    clock: Callable[[], float] = time.monotonic,
) -> Gathering:
    """What moves by itself, as it moves: readings at most so often, until the time is over."""
    began = clock()
    while (now := clock() - began) < for_s:
        if not into.times_s or now - into.times_s[-1] >= 1 / rate_hz:
            into.add(scene, tracked, now)
        yield now / for_s


def reading_now(scene: bpy.types.Scene, tracked: Collection[Tracked], time_ns: int) -> Reading:
    """All of them as they are."""
    one = Readings()
    one.add(scene, tracked)
    places, turns = one.ours()
    seen = np.ones(len(tracked), dtype=np.bool_)
    return Reading(time_ns, places[0].astype(np.float32), turns[0].astype(np.float32), seen, seen)


def from_objects(readings: Readings, wearer: Wearer, rate_hz: float, watch: Watch) -> SolvedMotion:
    """Runs in a thread, after `gather`. Raises what clip_solver.solve_clip does."""
    places, turns = readings.ours()
    watch.at("waiting for the daemon", 0.0)
    motion = solve_clip(find_connection(), NAME, clip_seen(wearer.setup("Blender"), rate_hz, places, turns), watch)
    return replace(motion, trackers_m=places)
