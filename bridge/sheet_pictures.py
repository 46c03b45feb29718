"""The row of a contact sheet that shows a lifted motion in its camera's picture: the detector's keypoints, and the body
over them. Where they part, the motion is wrong or the detector was."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bridge.frames import Motion
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.keypoints.lifting import View
from bridge.keypoints.reprojected import in_picture
from bridge.sheet_scene import MIDDLE, TRACKER, colour_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

    from bridge.sheet import Pictures

AROUND = 0.08  # of a person's size that the picture shows more on each side
FAINT = 0.1  # how visible a keypoint is of which the detector was hardly sure


def pictures_of(motion: Motion, view: View) -> Pictures:
    """Draws the row, given the frames."""
    joints, clip = in_picture(motion, view.camera), view.clip

    def draw(row: SubFigure, frames: NDArray[np.int_]) -> None:
        half = _half(joints[frames])
        for column, frame in enumerate(frames):
            axes = row.add_subplot(1, len(frames), column + 1)
            at = min(round(frame * clip.rate_hz / motion.rate_hz), len(clip) - 1)
            _draw_picture(axes, joints[frame], half)
            seen = clip.confidence[at] > 0
            strength = FAINT + (1 - FAINT) * np.clip(clip.confidence[at][seen], 0, 1)
            if seen.any():
                across, down = clip.points_px[at][seen].T
                axes.scatter(across, down, s=9, color=TRACKER, alpha=strength, zorder=5, linewidths=0)
            if not column:
                axes.set_ylabel("in the picture", fontsize=8)

    return draw


def _half(joints: NDArray[np.float64]) -> float:
    """Half of the side of the cut-outs, pixels: all show as much."""
    return float(np.ptp(joints, axis=1).max()) * (0.5 + AROUND) + 1


def _draw_picture(axes: Axes, joints: NDArray[np.float64], half: float) -> None:
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            axes.plot(*joints[[parent, joint]].T, color=colour_of(JOINT_NAMES[joint]), linewidth=1.8,
                      solid_capstyle="round")
    middle = (joints.min(axis=0) + joints.max(axis=0)) / 2
    axes.set_xlim(middle[0] - half, middle[0] + half)
    axes.set_ylim(middle[1] + half, middle[1] - half)
    axes.set_aspect("equal", adjustable="box")
    axes.set_xticks([])
    axes.set_yticks([])
    for edge in axes.spines.values():
        edge.set_color(MIDDLE)
