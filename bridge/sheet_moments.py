"""The bodies of a contact sheet: each moment in a box of its own, above from the front, below from its right.

All boxes are in one pair of axes, and all that is in them is a few collections, cut at the boxes' edges here: an artist
for each thing that is drawn costs more than the drawing.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bridge.frames import JOINT_INDEX
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.sheet_scene import LOST, MIDDLE, TRACKER, TRUTH, Scene, colour_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF_WIDTH_M, MARGIN_M, GAP_M = 0.85, 0.12, 0.07
AXIS_M = 0.12  # of a tracker's drawn axes
HEAD, NECK = JOINT_INDEX["head"], JOINT_INDEX["neck"]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class _Box:
    """Where a moment is drawn: pelvis in the middle, the world's height zero at `zero`; all in the axes' metres."""

    middle: float
    zero: float
    low: float  # heights over `zero`
    high: float

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, lower, right, upper."""
        return (self.middle - HALF_WIDTH_M, self.zero + self.low, self.middle + HALF_WIDTH_M, self.zero + self.high)

    @property
    def outline(self) -> Points:
        left, lower, right, upper = self.edges
        return np.array([(left, lower), (right, lower), (right, upper), (left, upper), (left, lower)])


@dataclass
class _Bodies:
    """What is drawn in the boxes, as far as it is within them."""

    lines: list[tuple[Points, str, float]] = field(default_factory=list)  # (2, 2), colour, width
    heads: dict[str, list[Points]] = field(default_factory=dict)  # by colour
    trackers: list[Points] = field(default_factory=list)

    def draw(self, axes: Axes) -> None:
        from matplotlib.collections import LineCollection

        if self.lines:
            segments, shades, widths = zip(*self.lines, strict=True)
            bones = LineCollection(list(segments), colors=shades, linewidths=widths, capstyle="round", zorder=2)
            axes.add_collection(bones, autolim=False)
        for colour, heads in self.heads.items():
            axes.plot(*np.array(heads).T, marker="o", markersize=7, fillstyle="none", color=colour, linestyle="none")
        axes.plot(*np.reshape(self.trackers, (-1, 2)).T, marker="D", markersize=4, color=TRACKER, linestyle="none",
                  zorder=5)


def draw_moments(axes: Axes, scene: Scene, rows: NDArray[np.int_]) -> None:
    """The bodies at these frames, from left to right."""
    from matplotlib.collections import LineCollection

    low = min(-MARGIN_M, float(scene.joints_m[..., 1].min()) - MARGIN_M)
    high = max(1.8, float(scene.joints_m[..., 1].max()) + MARGIN_M)
    wide, tall = 2 * HALF_WIDTH_M + GAP_M, high - low + GAP_M
    boxes = [[_Box(column * wide, -line * tall, low, high) for column in range(len(rows))] for line in range(2)]
    bodies = _Bodies()
    for line, across in enumerate(("left", "forward")):
        for box, row in zip(boxes[line], rows.tolist(), strict=True):
            _add_moment(bodies, scene, row, across, box)
    bodies.draw(axes)
    every = [box for line in boxes for box in line]
    axes.add_collection(LineCollection([box.outline for box in every], colors="black", linewidths=0.8))
    if scene.floor_m is not None:
        floors = [[(box.edges[0], box.zero + scene.floor_m), (box.edges[2], box.zero + scene.floor_m)] for box in every]
        axes.add_collection(LineCollection(floors, colors="#888888", linewidths=0.8))
    _label(axes, scene, rows, boxes)
    axes.set_xlim(boxes[0][0].edges[0] - 0.3, boxes[0][-1].edges[2] + 0.02)
    axes.set_ylim(boxes[1][0].edges[1] - 0.02, boxes[0][0].edges[3] + 0.25)
    axes.set_aspect("equal", adjustable="box")
    axes.set_axis_off()


def _add_moment(bodies: _Bodies, scene: Scene, row: int, across: str, box: _Box) -> None:
    """One body, seen along its own axes; `across` is what the picture's x shows: left or forward."""
    heading = scene.heading_rad[row]
    sideways = np.array([np.cos(heading), 0, -np.sin(heading)])
    towards = sideways if across == "left" else np.array([np.sin(heading), 0, np.cos(heading)])
    view = np.stack([towards, [0.0, 1.0, 0.0]], axis=1)  # (3, 2)
    origin, place = scene.joints_m[row, 0] * [1, 0, 1], np.array([box.middle, box.zero])
    lines: list[tuple[Points, str, float]] = []
    heads: list[tuple[Points, str]] = []
    if scene.truth_m is not None and row < len(scene.truth_m):
        _add_body(lines, heads, (scene.truth_m[row] - origin) @ view + place, [TRUTH] * len(PARENTS), 3.0)
    colours = [colour_of(name) for name in JOINT_NAMES]
    _add_body(lines, heads, (scene.joints_m[row] - origin) @ view + place, colours, 1.8)
    seen = scene.seen[row]
    at = (scene.trackers_m[row][seen] - origin) @ view + place  # (M, 2)
    ends = at[:, None] + (scene.tracker_axes(row).transpose(0, 2, 1) @ view) * AXIS_M
    lines += [(np.stack([one, end]), colour, 0.8)
              for one, three in zip(at, ends, strict=True) for end, colour in zip(three, "rgb", strict=True)]
    ways, shades, widths = zip(*lines, strict=True)
    kept, inside = _cut(np.array(ways), box)
    bodies.lines += [(way, shade, width) for way, shade, width, there in zip(kept, shades, widths, inside, strict=True)
                     if there]
    for head, colour in heads:
        bodies.heads.setdefault(colour, []).extend([head] if _within(head, box) else [])
    bodies.trackers.extend(at[_within(at, box)])


def _within(points: Points, box: _Box) -> NDArray[np.bool_]:
    """Which points (..., 2) are in the box."""
    left, lower, right, upper = box.edges
    return np.asarray(((points >= (left, lower)) & (points <= (right, upper))).all(axis=-1))


def _cut(lines: Points, box: _Box) -> tuple[Points, NDArray[np.bool_]]:
    """Of straight lines (N, 2, 2) what is in the box, and of which there is something (Liang and Barsky 1984)."""
    left, lower, right, upper = box.edges
    begin, way = lines[:, 0], lines[:, 1] - lines[:, 0]
    way = np.where(way == 0, 1e-12, way)
    to_edges = (np.array([[left, lower], [right, upper]]) - begin[:, None]) / way[:, None]  # (N, 2, 2) shares
    enter = to_edges.min(axis=1).max(axis=-1).clip(min=0)
    leave = to_edges.max(axis=1).min(axis=-1).clip(max=1)
    kept = begin[:, None] + np.stack([enter, leave], axis=1)[..., None] * way[:, None]
    return kept, enter < leave


def _add_body(
    lines: list[tuple[Points, str, float]], heads: list[tuple[Points, str]], joints: Points, colours: list[str],
    width: float,
) -> None:
    """Its bones and its head."""
    lines += [(joints[[parent, joint]], colours[joint], width) for joint, parent in enumerate(PARENTS) if parent >= 0]
    middle = colours[-1] if len(set(colours)) == 1 else MIDDLE
    heads.append((joints[HEAD] + (joints[HEAD] - joints[NECK]) * [0, 0.8], middle))


def _label(axes: Axes, scene: Scene, rows: NDArray[np.int_], boxes: list[list[_Box]]) -> None:
    for row, box in zip(rows.tolist(), boxes[0], strict=True):
        top = box.edges[3]
        axes.text(box.middle, top + 0.03, f"{row / scene.rate_hz:.2f} s", fontsize=8, ha="center", va="bottom")
        lost = int((~scene.seen[row]).sum())
        if lost:
            axes.text(box.middle, top - 0.06, f"{lost} lost", color=LOST, fontsize=8, ha="center", va="top")
    for said, line in zip(("front", "from its right"), boxes, strict=True):
        left, lower, _, upper = line[0].edges
        axes.text(left - 0.08, (lower + upper) / 2, said, fontsize=8, rotation=90, ha="right", va="center")
