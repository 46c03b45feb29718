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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.export.atomic import replacing
from bridge.frames import JOINT_INDEX, Flags, Floats, Motion, Session
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.motion import joint_positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    Pictures = Callable[[SubFigure, NDArray[np.int_]], None]

MOMENTS = 10
LEFT, RIGHT, MIDDLE, TRUTH, TRACKER, LOST = "#1f6fd0", "#d9541e", "#303030", "#b8b8b8", "#0a8f4d", "#c01030"
HALF_WIDTH_M, MARGIN_M = 0.85, 0.12
AXIS_M = 0.12  # of a tracker's drawn axes


@dataclass(frozen=True)
class Scene:
    """What is drawn, in the world: joints of the motion and of the truth, and the trackers' readings."""

    joints_m: Floats  # (T, 22, 3)
    truth_m: Floats | None  # (T, 22, 3)
    trackers_m: Floats  # (T, M, 3)
    tracker_axes: Floats  # (T, M, 3, 3) columns = axes
    seen: Flags  # (T, M)
    heading_rad: NDArray[np.float64]  # (T,)
    rate_hz: float
    floor_m: float | None


def draw_sheet(
    path: Path, motion: Motion, session: Session | None = None, truth: Motion | None = None, moments: int = MOMENTS,
    pictures: Pictures | None = None,
) -> None:
    """Draw the motion, the trackers of its session and, in grey, the truth; `pictures` draws a row of the moments as a
    camera has them. The file appears whole or not at all."""
    keep_out_of_home()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    scene = _scene(motion, session, truth)
    rows = np.unique(np.linspace(0, len(motion) - 1, moments + 2)[1:-1].round().astype(int))
    heights = [2.0] * bool(pictures) + [4.2, 1.8]
    figure = Figure(figsize=(1.6 * max(len(rows), 4) + 0.4, sum(heights) + 0.6), layout="constrained")
    FigureCanvasAgg(figure)
    rooms = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    *above, bodies, charts = (figure.add_subfigure(rooms[room]) for room in range(len(heights)))
    if pictures:
        pictures(above[0], rows)
    for column, row in enumerate(rows):
        for line, across in enumerate(("left", "forward")):
            axes = bodies.add_subplot(2, len(rows), line * len(rows) + column + 1)
            _draw_moment(axes, scene, int(row), across)
            _label_moment(axes, scene, int(row), column, line)
    grid = charts.add_gridspec(1, 2, width_ratios=(1, 2))
    _draw_path(charts.add_subplot(grid[0]), scene, rows)
    _draw_heights(charts.add_subplot(grid[1]), scene, session)
    figure.suptitle(_title(motion, session, bool(pictures)), fontsize=10)
    with replacing(path) as unfinished:
        figure.savefig(unfinished, dpi=100, format="png", metadata={"Software": "posebridge"})


def keep_out_of_home() -> None:
    """Before matplotlib is first imported: it would leave a list of fonts in the user's home, if there is one."""
    if "MPLCONFIGDIR" not in os.environ and "matplotlib" not in sys.modules:
        folder = tempfile.mkdtemp(prefix="posebridge-fonts-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["MPLCONFIGDIR"] = folder
        logging.getLogger("matplotlib").setLevel(logging.WARNING)  # it tells of every list of fonts that it makes


def _scene(motion: Motion, session: Session | None, truth: Motion | None) -> Scene:
    joints = joint_positions(motion)
    count, clip = len(motion), session.clip if session else None
    left = (joints[:, JOINT_INDEX["L_hip"]] - joints[:, JOINT_INDEX["R_hip"]]).astype(np.float64)
    frame = np.minimum(np.arange(count), len(clip) - 1) if clip else np.arange(0)
    trackers = clip.positions_m[frame] if clip else np.zeros((count, 0, 3), np.float32)
    turns = clip.rotations_xyzw[frame] if clip else np.zeros((count, 0, 4), np.float32)
    axes = Rotation.from_quat(turns.reshape(-1, 4)).as_matrix() if turns.size else np.zeros((0, 3, 3))
    return Scene(
        joints_m=joints,
        truth_m=joint_positions(truth)[:count] if truth is not None else None,
        trackers_m=trackers,
        tracker_axes=axes.reshape(*trackers.shape[:2], 3, 3).astype(np.float32),
        seen=clip.position_valid[frame] if clip else np.zeros((count, 0), dtype=bool),
        heading_rad=np.arctan2(-left[:, 2], left[:, 0]),
        rate_hz=motion.rate_hz,
        floor_m=(session.setup.floor_height_m if session else 0.0) if motion.floor else None,
    )


def _draw_moment(axes: Axes, scene: Scene, row: int, across: str) -> None:
    """One body, seen along its own axes; `across` is what the picture's x shows: left or forward."""
    heading = scene.heading_rad[row]
    sideways = np.array([np.cos(heading), 0, -np.sin(heading)])
    towards = sideways if across == "left" else np.array([np.sin(heading), 0, np.cos(heading)])
    view = np.stack([towards, [0.0, 1.0, 0.0]], axis=1)  # (3, 2)
    origin = scene.joints_m[row, 0] * [1, 0, 1]
    if scene.truth_m is not None and row < len(scene.truth_m):
        _draw_body(axes, (scene.truth_m[row] - origin) @ view, [TRUTH] * len(PARENTS), 3.0)
    _draw_body(axes, (scene.joints_m[row] - origin) @ view, [colour_of(name) for name in JOINT_NAMES], 1.8)
    for tracker in np.flatnonzero(scene.seen[row]):
        at = (scene.trackers_m[row, tracker] - origin) @ view
        for end, colour in zip((scene.tracker_axes[row, tracker].T @ view) * AXIS_M, ("r", "g", "b"), strict=True):
            axes.plot([at[0], at[0] + end[0]], [at[1], at[1] + end[1]], color=colour, linewidth=0.8)
        axes.plot(*at, marker="D", markersize=4, color=TRACKER, zorder=5)
    if scene.floor_m is not None:
        axes.axhline(scene.floor_m, color="#888888", linewidth=0.8)
    axes.set_xlim(-HALF_WIDTH_M, HALF_WIDTH_M)
    axes.set_ylim(min(-MARGIN_M, scene.joints_m[..., 1].min() - MARGIN_M),
                  max(1.8, scene.joints_m[..., 1].max() + MARGIN_M))
    axes.set_aspect("equal", adjustable="box")
    axes.set_xticks([])
    axes.set_yticks([])


def _draw_body(axes: Axes, joints: NDArray[np.float64], colours: list[str], width: float) -> None:
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            axes.plot(*joints[[parent, joint]].T, color=colours[joint], linewidth=width, solid_capstyle="round")
    head, neck = joints[JOINT_INDEX["head"]], joints[JOINT_INDEX["neck"]]
    axes.plot(*(head + (head - neck) * [0, 0.8]), marker="o", markersize=7, fillstyle="none", color=colours[-1]
              if len(set(colours)) == 1 else MIDDLE)


def _label_moment(axes: Axes, scene: Scene, row: int, column: int, line: int) -> None:
    if line == 0:
        axes.set_title(f"{row / scene.rate_hz:.2f} s", fontsize=8)
        lost = int((~scene.seen[row]).sum())
        if lost:
            axes.annotate(f"{lost} lost", (0.5, 0.97), xycoords="axes fraction", color=LOST, fontsize=8,
                          ha="center", va="top")
    if column == 0:
        axes.set_ylabel(("front", "from its right")[line], fontsize=8)


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


def colour_of(joint_name: str) -> str:
    return {"L": LEFT, "R": RIGHT}[joint_name[0]] if joint_name[1] == "_" else MIDDLE


def _title(motion: Motion, session: Session | None, pictures: bool) -> str:
    name = motion.name or (session.name if session else "") or "motion"
    green = "keypoints green" if pictures else "truth grey, trackers green (their x y z red green blue)"
    return f"{name}: {len(motion)} frames at {motion.rate_hz:g} Hz; left blue, right orange, {green}"
