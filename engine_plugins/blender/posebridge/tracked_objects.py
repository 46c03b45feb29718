"""Trackers that are objects of the scene, animated by whatever means: read frame by frame, solved by the daemon.

An object that is not turned in Blender's world stands for a joint in the T-pose of somebody who looks along -Y.
"""
from __future__ import annotations

from dataclasses import dataclass, field

import bpy
import numpy as np

from .core.clip_solver import body_of_height, solve_clip, trackers_at
from .core.connection_file import find_connection
from .core.coordinates import point_from_blender, turn_from_blender, wxyz_to_xyzw
from .core.job import Gathering, Watch
from .core.motion import SolvedMotion

NAME = f"blender {bpy.app.version_string}"  # as the daemon's log has us


@dataclass
class Readings:
    """Of every frame, in Blender's axes; filled by `gather`."""

    places: list[list[tuple[float, ...]]] = field(default_factory=list)
    turns_wxyz: list[list[tuple[float, ...]]] = field(default_factory=list)


def gather(scene: bpy.types.Scene, objects: list[bpy.types.Object], into: Readings) -> Gathering:
    """Plays the scene's range and goes back to the frame it was at, also where it is given up."""
    was, part = scene.frame_current, scene.frame_subframe
    frames = range(scene.frame_start, scene.frame_end + 1)
    try:
        for done, frame in enumerate(frames, start=1):
            scene.frame_set(frame)
            graph = bpy.context.evaluated_depsgraph_get()
            posed = [one.evaluated_get(graph).matrix_world.decompose() for one in objects]
            into.places.append([tuple(place) for place, _, _ in posed])
            into.turns_wxyz.append([tuple(turn) for _, turn, _ in posed])
            yield done / len(frames)
    finally:
        scene.frame_set(was, subframe=part)


def from_objects(readings: Readings, joints: list[str], height_m: float, rate_hz: float, watch: Watch) -> SolvedMotion:
    """Runs in a thread, after `gather`. Raises what clip_solver.solve_clip does."""
    places, turns = point_from_blender(readings.places), turn_from_blender(wxyz_to_xyzw(readings.turns_wxyz))
    clip = trackers_at(joints, body_of_height(height_m), rate_hz, np.asarray(places), np.asarray(turns))
    watch.at("waiting for the daemon", 0.0)
    return solve_clip(find_connection(), NAME, clip, watch)
