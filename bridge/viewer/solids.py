"""Many copies of one shape in viser's scene, moved together: a body's limbs, its joints, its trackers."""
from __future__ import annotations

import numpy as np
import viser

from bridge.frames import Floats
from bridge.viewer.colours import TRACKER, Colours, Rgb
from bridge.viewer.figure import Mesh, Parts, ball_mesh
from bridge.viewer.people import Body, Trackers

AXES_M = 0.16
MARK_M = 0.02


class Solid:
    """Parts of a body, all of one shape."""

    def __init__(
        self, scene: viser.SceneApi, path: str, parts: Parts, mesh: Mesh, colour: Rgb, opacity: float | None = None
    ) -> None:
        count = len(parts.joints)
        self._parts = parts
        self._handle = scene.add_batched_meshes_simple(
            path, *mesh, batched_wxyzs=np.tile(np.array([1, 0, 0, 0], np.float32), (count, 1)),
            batched_positions=np.zeros((count, 3), np.float32), batched_scales=parts.scales_m,
            batched_colors=np.tile(np.array(colour, np.uint8), (count, 1)), opacity=opacity, lod="off",
            cast_shadow=opacity is None, receive_shadow=False, visible=False)

    def see(self, visible: bool) -> None:
        if self._handle.visible != visible:
            self._handle.visible = visible

    def place(self, body: Body, moved_m: Floats, colours: Colours | None = None) -> None:
        """`colours` (22, 3): of the joints."""
        placed = self._parts.of(body)
        self._handle.batched_positions = placed.positions_m + moved_m
        self._handle.batched_wxyzs = placed.wxyz
        if colours is not None:
            self._handle.batched_colors = self._parts.coloured(colours)


class Marks:
    """Trackers: a mark and three axes each, where they are seen."""

    def __init__(self, scene: viser.SceneApi, path: str, count: int) -> None:
        turned, nowhere = np.tile(np.array([1, 0, 0, 0], np.float32), (count, 1)), np.zeros((count, 3), np.float32)
        self._axes = scene.add_batched_axes(f"{path}/axes", turned, nowhere, np.ones(count, np.float32),
                                            axes_length=AXES_M, axes_radius=0.006, visible=False)
        self._marks = scene.add_batched_meshes_simple(
            f"{path}/marks", *ball_mesh(), batched_wxyzs=turned, batched_positions=nowhere,
            batched_scales=np.full(count, MARK_M, np.float32), batched_colors=TRACKER, lod="off", visible=False)

    def see(self, visible: bool) -> None:
        for handle in (self._axes, self._marks):
            if handle.visible != visible:
                handle.visible = visible

    def place(self, trackers: Trackers, moved_m: Floats) -> None:
        """A tracker that is not seen has no size."""
        at = (trackers.positions_m + moved_m).astype(np.float32)
        self._axes.batched_positions = self._marks.batched_positions = at
        self._axes.batched_wxyzs = trackers.rotations_xyzw[:, [3, 0, 1, 2]].astype(np.float32)
        self._axes.batched_scales = trackers.seen.astype(np.float32)
        self._marks.batched_scales = MARK_M * trackers.seen.astype(np.float32)
