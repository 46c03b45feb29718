"""The row of a contact sheet that shows a lifted motion in its camera's picture: the detector's keypoints, and the body
over them. Where they part, the motion is wrong or the detector was."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bridge.frames import Motion
from bridge.keypoints.lifting import View
from bridge.keypoints.reprojected import in_picture
from bridge.sheet_canvas import Canvas, Points, Room, paler
from bridge.sheet_moments import BODY_PX, draw_body
from bridge.sheet_scene import MIDDLE, TRACKER

if TYPE_CHECKING:
    from bridge.sheet import Pictures

AROUND = 0.08  # of a person's size that the picture shows more on each side
FAINT = 0.1  # how visible a keypoint is of which the detector was hardly sure
KEYPOINT_PX, GAP_PX = 2.1, 6


def pictures_of(motion: Motion, view: View) -> Pictures:
    """Draws the row, given the frames."""
    joints, clip = in_picture(motion, view.camera), view.clip

    def draw(canvas: Canvas, room: Room, frames: NDArray[np.int_]) -> None:
        wide, tall = room.size
        side, half = min(wide // len(frames), tall) - GAP_PX, _half(joints[frames])
        for column, frame in enumerate(frames):
            picture = Canvas(side, side)
            middle = (joints[frame].min(axis=0) + joints[frame].max(axis=0)) / 2
            corner, finer = middle - half, side / (2 * half)
            draw_body(picture, finer * (joints[frame] - corner), BODY_PX, 0.0)
            at = min(round(frame * clip.rate_hz / motion.rate_hz), len(clip) - 1)
            places = finer * (clip.points_px[at] - corner)
            for place, sure in zip(places, clip.confidence[at].tolist(), strict=True):
                if sure > 0:
                    strength = FAINT + (1 - FAINT) * min(sure, 1.0)
                    picture.disc(place, KEYPOINT_PX, paler(TRACKER, strength))
            picture.outline(Room(0, 0, side, side), MIDDLE)
            canvas.put(picture, room.left + column * (wide // len(frames)), room.top)
        canvas.words((room.left - 14, room.top + side / 2), "in the picture", upright=True)

    return draw


def _half(joints: Points) -> float:
    """Half of the side of the cut-outs, pixels: all show as much."""
    return float(np.ptp(joints, axis=1).max()) * (0.5 + AROUND) + 1
