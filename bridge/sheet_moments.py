"""The bodies of a contact sheet: each moment in a box of its own, above from the front, below from its right."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.frames import JOINT_INDEX
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.sheet_canvas import Canvas, Points, Room
from bridge.sheet_scene import LOST, MIDDLE, TRACKER, TRUTH, Scene, colour_of

HALF_WIDTH_M, MARGIN_M = 0.85, 0.12
LABELS_PX, GAP_PX = 25, 6  # at the left and above; between boxes
BODY_PX, TRUTH_PX, AXIS_PX = 2.5, 4.2, 1.1
AXIS_M = 0.12  # of a tracker's drawn axes
AXES = ("#ff0000", "#008000", "#0000ff")
HEAD_PX, TRACKER_PX = 4.9, 3.9
HEAD, NECK = JOINT_INDEX["head"], JOINT_INDEX["neck"]


@dataclass(frozen=True)
class _Scale:
    """How boxes show bodies: pelvis in the middle."""

    per_m: float
    low_m: float
    high_m: float

    @property
    def size(self) -> tuple[int, int]:
        """Of a box, pixels."""
        return round(2 * HALF_WIDTH_M * self.per_m), round((self.high_m - self.low_m) * self.per_m)

    def at(self, across_and_up_m: Points) -> Points:
        """(..., 2) metres from below the pelvis -> pixels in a box."""
        return np.asarray((across_and_up_m * [1, -1] + [HALF_WIDTH_M, self.high_m]) * self.per_m)


def draw_moments(canvas: Canvas, room: Room, scene: Scene, rows: NDArray[np.int_]) -> None:
    """The bodies at these frames, from left to right."""
    scale = _scale_of(room, scene, len(rows))
    wide, tall = scale.size
    left = room.left + max(LABELS_PX, (room.size[0] - LABELS_PX - len(rows) * (wide + GAP_PX)) // 2 + LABELS_PX)
    for line, (across, said) in enumerate((("left", "front"), ("forward", "from its right"))):
        top = room.top + LABELS_PX + line * (tall + GAP_PX)
        canvas.words((left - LABELS_PX / 2 - 2, top + tall / 2), said, upright=True)
        for column, row in enumerate(rows.tolist()):
            box = Canvas(wide, tall)
            _draw_moment(box, scale, scene, row, across)
            canvas.put(box, left + column * (wide + GAP_PX), top)
    for column, row in enumerate(rows.tolist()):
        _label(canvas, scene, row, left + column * (wide + GAP_PX) + wide / 2, room.top + LABELS_PX)


def _scale_of(room: Room, scene: Scene, count: int) -> _Scale:
    low = min(-MARGIN_M, float(scene.joints_m[..., 1].min()) - MARGIN_M)
    high = max(1.8, float(scene.joints_m[..., 1].max()) + MARGIN_M)
    wide, tall = room.size
    per_m = min(((wide - LABELS_PX) / count - GAP_PX) / (2 * HALF_WIDTH_M),
                ((tall - LABELS_PX) / 2 - GAP_PX) / (high - low))
    return _Scale(per_m, low, high)


def _draw_moment(box: Canvas, scale: _Scale, scene: Scene, row: int, across: str) -> None:
    """One body, seen along its own axes; `across` is what the picture's x shows: left or forward."""
    heading = scene.heading_rad[row]
    sideways = np.array([np.cos(heading), 0, -np.sin(heading)])
    towards = sideways if across == "left" else np.array([np.sin(heading), 0, np.cos(heading)])
    view = np.stack([towards, [0.0, 1.0, 0.0]], axis=1)  # (3, 2)
    origin = scene.joints_m[row, 0] * [1, 0, 1]
    if scene.floor_m is not None:
        box.line(scale.at(np.array([[-HALF_WIDTH_M, scene.floor_m], [HALF_WIDTH_M, scene.floor_m]])), "#888888", 1)
    if scene.truth_m is not None and row < len(scene.truth_m):
        draw_body(box, scale.at((scene.truth_m[row] - origin) @ view), TRUTH_PX, HEAD_PX, TRUTH)
    draw_body(box, scale.at((scene.joints_m[row] - origin) @ view), BODY_PX, HEAD_PX)
    at = (scene.trackers_m[row][scene.seen[row]] - origin) @ view  # (M, 2)
    ends = scale.at(at[:, None] + (scene.tracker_axes(row).transpose(0, 2, 1) @ view) * AXIS_M)  # (M, 3, 2)
    for place, three in zip(scale.at(at), ends, strict=True):
        for end, colour in zip(three, AXES, strict=True):
            box.line(np.stack([place, end]), colour, AXIS_PX)
    for place in scale.at(at):
        box.shape(place + TRACKER_PX * np.array([[-1, 0], [0, -1], [1, 0], [0, 1]]), TRACKER)
    box.outline(Room(0, 0, *scale.size))


def draw_body(canvas: Canvas, joints: Points, width: float, head: float, colour: str | None = None) -> None:
    """Its bones, (22, 2) pixels, and a ring for its head where it has a size; in one colour, or that of each side."""
    for chain, usual in CHAINS:
        canvas.line(joints[chain], colour or usual, width, rounded=True)
    if head:
        canvas.ring(joints[HEAD] + (joints[HEAD] - joints[NECK]) * [0, 0.8], head, colour or MIDDLE)


def _chains() -> list[tuple[list[int], str]]:
    """Bones that follow each other in one colour, each from the joint that it begins at."""
    chains: list[list[int]] = []
    for joint, parent in enumerate(PARENTS):
        colour = colour_of(JOINT_NAMES[joint])
        longer = [chain for chain in chains if chain[-1] == parent and colour_of(JOINT_NAMES[parent]) == colour]
        if longer:
            longer[0].append(joint)
        elif parent >= 0:
            chains.append([parent, joint])
    return [(chain, colour_of(JOINT_NAMES[chain[-1]])) for chain in chains]


CHAINS = _chains()


def _label(canvas: Canvas, scene: Scene, row: int, middle: float, top: int) -> None:
    canvas.words((middle, top - 4), f"{row / scene.rate_hz:.2f} s", anchor="mb")
    lost = int((~scene.seen[row]).sum())
    if lost:
        canvas.words((middle, top + 5), f"{lost} lost", colour=LOST, anchor="mt")
