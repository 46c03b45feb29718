"""What was solved, drawn beside the character in the 3D view: the body's skeleton and the trackers it was solved from.

Nothing of the file is touched. Where there is no graphics card to draw with (in the background), nothing is drawn.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy
import numpy as np

from .core.compare import Lines, lines_at, spot_of
from .core.coordinates import point_to_blender
from .core.live_link import Moment
from .core.motion import SolvedMotion
from .core.plan import Plan
from .core.retarget import Options
from .core.rotations import Floats

BONES, MARKS = (0.25, 0.75, 1.0, 1.0), (1.0, 0.6, 0.1, 1.0)  # colours
WIDTH = 2.0
Paint = Callable[[np.ndarray, tuple[float, float, float, float]], None]  # (N, 3) ends of lines, Blender's axes


@dataclass(frozen=True)
class Comparison:
    """A motion of which frame 0 is the scene's `first_frame`; of one frame alone it is live."""

    plan: Plan
    options: Options
    motion: SolvedMotion
    first_frame: int

    def at(self, frame: int, beside_m: float) -> Lines:
        """Held before the first frame and after the last."""
        row = min(max(frame - self.first_frame, 0), len(self.motion) - 1)
        motion, trackers = self.motion, self.motion.trackers_m
        return lines_at(spot_of(self.plan, self.options, beside_m), motion.offsets_m, motion.root_m[row],
                        motion.local_xyzw[row], np.zeros((0, 3)) if trackers is None else trackers[row])


kept: list[Comparison] = []  # one at most: what was solved last
_handles: list[object] = []


def keep(comparison: Comparison) -> None:
    kept[:] = [comparison]


def keep_live(plan: Plan, options: Options, moment: Moment, offsets_m: Floats) -> None:
    motion = SolvedMotion(offsets_m, 1.0, moment.root_m[None], moment.local_xyzw[None], moment.trackers_m[None])
    keep(Comparison(plan, options, motion, 0))


def forget() -> None:
    kept.clear()


def toggled(settings, context) -> None:
    """As the panel's switch is."""
    if settings.compare and not _handles:
        _handles.append(bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW"))
    elif not settings.compare:
        remove()
    for window in context.window_manager.windows:
        for area in (area for area in window.screen.areas if area.type == "VIEW_3D"):
            area.tag_redraw()


def remove() -> None:
    while _handles:
        bpy.types.SpaceView3D.draw_handler_remove(_handles.pop(), "WINDOW")


def draw(context, paint: Paint) -> None:
    """What there is to compare at the scene's frame."""
    settings = context.window_manager.posebridge
    if not settings.compare or not kept:
        return
    lines = kept[0].at(context.scene.frame_current, settings.beside_m)
    for part, colour in ((lines.bones, BONES), (lines.marks, MARKS)):
        if len(part):
            paint(point_to_blender(part.reshape(-1, 3)).astype(np.float32), colour)


def _draw() -> None:
    if not bpy.app.background:
        draw(bpy.context, _paint)


def _paint(ends: np.ndarray, colour: tuple[float, float, float, float]) -> None:
    import gpu  # here, as it is not to be had in the background
    from gpu_extras.batch import batch_for_shader

    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    batch = batch_for_shader(shader, "LINES", {"pos": ends.tolist()})
    shader.bind()
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", WIDTH)
    shader.uniform_float("color", colour)
    gpu.state.depth_test_set("LESS_EQUAL")
    batch.draw(shader)
    gpu.state.depth_test_set("NONE")
