"""A motion at a glance: a PNG with the body at some ten moments, from the front and from its right, and its path.

Each moment is seen in the body's own heading, so that a body facing the wrong way or with swapped sides shows at
once: in the front row its left (blue) is on the picture's right, in the side row it looks to the picture's right.
"""
from __future__ import annotations

import atexit
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bridge.export.atomic import replacing
from bridge.frames import JOINT_INDEX, Motion, Session
from bridge.generated.skeleton import JOINT_NAMES
from bridge.sheet_moments import draw_moments
from bridge.sheet_scene import LEFT, LOST, MIDDLE, RIGHT, TRACKER, TRUTH, Scene, scene_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    Pictures = Callable[[SubFigure, NDArray[np.int_]], None]

MOMENTS = 10
TITLE_IN, CHARTS_IN = 0.3, 1.9  # heights, inches


def draw_sheet(
    path: Path, motion: Motion, session: Session | None = None, truth: Motion | None = None, moments: int = MOMENTS,
    pictures: Pictures | None = None,
) -> None:
    """Draw the motion, the trackers of its session and, in grey, the truth; `pictures` draws a row of the moments as a
    camera has them. The file appears whole or not at all."""
    keep_out_of_home()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    scene = scene_of(motion, session, truth)
    rows = np.unique(np.linspace(0, len(motion) - 1, moments + 2)[1:-1].round().astype(int))
    heights = [TITLE_IN] + [2.0] * bool(pictures) + [4.2, CHARTS_IN]
    figure = Figure(figsize=(1.6 * max(len(rows), 4) + 0.4, sum(heights)), dpi=100)
    canvas = FigureCanvasAgg(figure)
    rooms = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    _, *above, bodies, charts = (figure.add_subfigure(rooms[room]) for room in range(len(heights)))
    if pictures:
        above[0].subplots_adjust(left=0.03, right=0.998, bottom=0.03, top=0.97, wspace=0.06)
        pictures(above[0], rows)
    draw_moments(bodies.add_axes((0.0, 0.0, 1.0, 1.0)), scene, rows)
    _draw_path(_axes(charts, 0.0, 0.33), scene, rows)
    _draw_heights(_axes(charts, 0.33, 1.0), scene, session)
    figure.suptitle(_title(motion, session, bool(pictures)), fontsize=10, y=1 - 0.06 / sum(heights))
    with replacing(path) as unfinished:
        # savefig would draw all of it twice
        canvas.print_png(  # type: ignore[no-untyped-call]
            unfinished, metadata={"Software": "posebridge"}, pil_kwargs={"compress_level": 3})


def _axes(charts: SubFigure, left: float, right: float) -> Axes:
    """A chart between these shares of the width, with room for what is written at its left and below it. Said, not
    found out: to measure all that is written takes a third as long as to draw it."""
    wide, tall = charts.get_figure(root=True).get_figwidth(), CHARTS_IN
    begin = left + 0.45 / wide
    return charts.add_axes((begin, 0.42 / tall, right - begin - 0.1 / wide, 1 - 0.5 / tall))


def keep_out_of_home() -> None:
    """Before matplotlib is first imported: it would leave a list of fonts in the user's home, if there is one."""
    if "MPLCONFIGDIR" not in os.environ and "matplotlib" not in sys.modules:
        folder = tempfile.mkdtemp(prefix="posebridge-fonts-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["MPLCONFIGDIR"] = folder
        logging.getLogger("matplotlib").setLevel(logging.WARNING)  # it tells of every list of fonts that it makes


def _draw_path(axes: Axes, scene: Scene, rows: NDArray[np.int_]) -> None:
    """The way over the floor from above, as on a map with +X to the left: +Z is up and turns look as one feels them."""
    for joints, colour in ((scene.truth_m, TRUTH), (scene.joints_m, MIDDLE)):
        if joints is not None:
            axes.plot(joints[:, 0, 0], joints[:, 0, 2], color=colour, linewidth=1.2)
    for name, colour in (("L_foot", LEFT), ("R_foot", RIGHT)):
        axes.plot(*scene.joints_m[:, JOINT_INDEX[name]][:, [0, 2]].T, color=colour, linewidth=0.5, alpha=0.6)
    root, heading = scene.joints_m[rows, 0], scene.heading_rad[rows]
    axes.quiver(root[:, 0], root[:, 2], np.sin(heading), np.cos(heading), color=TRACKER, units="height",
                scale=7, width=0.018)
    middle = (root[:, [0, 2]].min(axis=0) + root[:, [0, 2]].max(axis=0)) / 2
    axes.plot(middle[0] + np.array([-0.5, 0.5]), middle[1] + np.array([-0.5, 0.5]), alpha=0)  # at least a metre
    axes.invert_xaxis()
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("from above: x m (its left at the start is to the left), z m up", fontsize=8)
    axes.tick_params(labelsize=7)
    axes.locator_params(nbins=8)  # each mark costs as much as a body


def _draw_heights(axes: Axes, scene: Scene, session: Session | None) -> None:
    """Height over time of head and feet, and when trackers were lost."""
    times = np.arange(len(scene.joints_m)) / scene.rate_hz
    for name, colour in (("head", MIDDLE), ("L_foot", LEFT), ("R_foot", RIGHT)):
        axes.plot(times, scene.joints_m[:, JOINT_INDEX[name], 1], color=colour, linewidth=1, label=name)
    for tracker in range(scene.seen.shape[1]):
        name = JOINT_NAMES[session.setup.trackers[tracker].joint] if session else ""
        gone = np.where(scene.seen[:, tracker], np.nan, -0.1 - 0.1 * tracker)
        if np.isfinite(gone).any():
            axes.plot(times, gone, color=LOST, linewidth=4, alpha=0.4 + 0.2 * (tracker % 3), label=f"{name} lost")
    axes.legend(fontsize=7, loc="center", ncols=5)
    axes.set_xlabel("height m over time s", fontsize=8)
    axes.tick_params(labelsize=7)
    axes.locator_params(nbins=8)  # each mark costs as much as a body


def _title(motion: Motion, session: Session | None, pictures: bool) -> str:
    name = motion.name or (session.name if session else "") or "motion"
    green = "keypoints green" if pictures else "truth grey, trackers green (their x y z red green blue)"
    return f"{name}: {len(motion)} frames at {motion.rate_hz:g} Hz; left blue, right orange, {green}"
