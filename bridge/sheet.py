"""A motion at a glance: a PNG with the body at some ten moments, from the front and from its right, and its path.

Each moment is seen in the body's own heading, so that a body facing the wrong way or with swapped sides shows at
once: in the front row its left (blue) is on the picture's right, in the side row it looks to the picture's right.
"""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.export.atomic import replacing
from bridge.frames import Motion, Session
from bridge.sheet_canvas import Canvas, Room
from bridge.sheet_charts import draw_heights, draw_path
from bridge.sheet_moments import draw_moments
from bridge.sheet_scene import scene_of

MOMENTS, LEAST_MOMENTS = 10, 4  # drawn; that there is room for at least
MOMENT_PX, LABELS_PX = 160, 40
TITLE_PX, PICTURES_PX, BODIES_PX, CHARTS_PX = 30, 170, 420, 190
PATH_SHARE = 0.33  # of the width
Pictures = Callable[[Canvas, Room, NDArray[np.int_]], None]


def draw_sheet(
    path: Path, motion: Motion, session: Session | None = None, truth: Motion | None = None, moments: int = MOMENTS,
    pictures: Pictures | None = None,
) -> None:
    """Draw the motion, the trackers of its session and, in grey, the truth; `pictures` draws a row of the moments as a
    camera has them. The file appears whole or not at all."""
    scene = scene_of(motion, session, truth)
    rows = np.unique(np.linspace(0, len(motion) - 1, moments + 2)[1:-1].round().astype(int))
    width = MOMENT_PX * max(len(rows), LEAST_MOMENTS) + LABELS_PX
    top = TITLE_PX + (PICTURES_PX if pictures else 0)
    canvas = Canvas(width, top + BODIES_PX + CHARTS_PX)
    canvas.words((width / 2, TITLE_PX / 2), _title(motion, session, bool(pictures)), 14)
    if pictures:
        pictures(canvas, Room(LABELS_PX, TITLE_PX, width, top), rows)
    draw_moments(canvas, Room(0, top, width, top + BODIES_PX), scene, rows)
    top, split = top + BODIES_PX, round(PATH_SHARE * width)
    draw_path(canvas, Room(0, top, split, top + CHARTS_PX), scene, rows)
    draw_heights(canvas, Room(split, top, width, top + CHARTS_PX), scene, session)
    with replacing(path) as unfinished:
        canvas.save(unfinished)


def _title(motion: Motion, session: Session | None, pictures: bool) -> str:
    name = motion.name or (session.name if session else "") or "motion"
    green = "keypoints green" if pictures else "truth grey, trackers green (their x y z red green blue)"
    return f"{name}: {len(motion)} frames at {motion.rate_hz:g} Hz; left blue, right orange, {green}"
