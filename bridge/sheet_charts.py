"""The charts of a contact sheet: the way over the floor, and heights over time."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.frames import JOINT_INDEX, Session
from bridge.generated.skeleton import JOINT_NAMES
from bridge.sheet_canvas import Canvas, Points, Room, paler, width_of
from bridge.sheet_scene import LEFT, LOST, MIDDLE, RIGHT, TRACKER, TRUTH, Scene

MARKS_LEFT_PX, MARKS_BELOW_PX, ABOVE_PX, RIGHT_PX = 45, 42, 8, 10
MARK_PX, SMALL = 4, 10
MOST_MARKS = 8
AROUND = 0.05  # of what is shown, more on each side
ARROW = np.array([[0.0, -0.05], [0.45, -0.05], [0.38, -0.16], [1.0, 0.0], [0.38, 0.16], [0.45, 0.05], [0.0, 0.05]])
ARROW_PX = 19.0


@dataclass(frozen=True)
class Chart:
    """Values at the frame's left, bottom, right and top; x may fall from left to right."""

    frame: Room
    first: Points  # (2,)
    last: Points  # (2,)

    def at(self, values: Points) -> Points:
        """(..., 2) -> pixels."""
        wide, tall = self.frame.size
        share = (values - self.first) / (self.last - self.first)
        return np.asarray([self.frame.left, self.frame.bottom] + share * [wide, -tall])

    def draw_frame(self, canvas: Canvas, said: str) -> None:
        """With marks at round values, and what it shows below."""
        canvas.outline(self.frame)
        for axis in (0, 1):
            for value, text in marks(self.first[axis], self.last[axis]):
                x, y = self.at(np.where(np.arange(2) == axis, value, self.first)).tolist()
                end = [x, y + MARK_PX] if axis == 0 else [x - MARK_PX, y]
                canvas.line(np.array([[x, y], end]), "black", 1)
                place = (x, y + MARK_PX + 3) if axis == 0 else (x - MARK_PX - 3, y)
                canvas.words(place, text, SMALL, anchor="mt" if axis == 0 else "rm")
        middle = max(self.frame.middle[0], width_of(said) / 2 + 2)
        canvas.words((middle, self.frame.bottom + 22), said, anchor="mt")


def marks(one: float, other: float, most: int = MOST_MARKS) -> list[tuple[float, str]]:
    """Round values between two, and how they are written."""
    low, high = sorted((float(one), float(other)))
    rough = max(high - low, 1e-9) / most
    tens = 10.0 ** np.floor(np.log10(rough))
    step = next(tens * part for part in (1, 2, 2.5, 5, 10) if tens * part >= rough * (1 - 1e-9))
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9))) + (step / tens == 2.5)
    values = step * np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) + 0.0
    return [(value, f"{value:.{decimals}f}") for value in values.tolist()]


def frame_in(room: Room) -> Room:
    """With room for what is written at its left and below it."""
    return Room(room.left + MARKS_LEFT_PX, room.top + ABOVE_PX, room.right - RIGHT_PX, room.bottom - MARKS_BELOW_PX)


def draw_path(canvas: Canvas, room: Room, scene: Scene, rows: NDArray[np.int_]) -> None:
    """The way over the floor from above, as on a map with +X to the left: +Z is up and turns look as one feels them."""
    ways = [(scene.truth_m, 0, TRUTH, 1.7), (scene.joints_m, 0, MIDDLE, 1.7),
            (scene.joints_m, JOINT_INDEX["L_foot"], paler(LEFT, 0.6), 0.8),
            (scene.joints_m, JOINT_INDEX["R_foot"], paler(RIGHT, 0.6), 0.8)]
    paths = [(joints[:, joint][:, [0, 2]].astype(np.float64), colour, width)
             for joints, joint, colour, width in ways if joints is not None]
    chart = _map_of(frame_in(room), np.concatenate([path for path, _, _ in paths]))
    inside = Canvas(*chart.frame.size)
    corner = np.array([chart.frame.left, chart.frame.top])
    for path, colour, width in paths:
        inside.line(chart.at(path) - corner, colour, width)
    for place, heading in zip(chart.at(scene.joints_m[rows, 0][:, [0, 2]]), scene.heading_rad[rows], strict=True):
        ahead = np.array([-np.sin(heading), -np.cos(heading)])  # in pixels: +X to the left, +Z up
        inside.shape(place - corner + ARROW_PX * ARROW @ np.stack([ahead, [-ahead[1], ahead[0]]]), TRACKER)
    canvas.put(inside, *corner.tolist())
    chart.draw_frame(canvas, "from above: x m (its left at the start is to the left), z m up")


def _map_of(frame: Room, places: Points) -> Chart:
    """That shows all of these, (N, 2), a metre at least, to one scale; the first value falls to the right."""
    low, high = places.min(axis=0), places.max(axis=0)
    middle, wanted = (low + high) / 2, np.maximum(high - low, 1.0) * (1 + 2 * AROUND)
    half = np.array(frame.size) * (wanted / frame.size).max() / 2
    return Chart(frame, middle + half * [1, -1], middle + half * [-1, 1])


def draw_heights(canvas: Canvas, room: Room, scene: Scene, session: Session | None) -> None:
    """Height over time of head and feet, and when trackers were lost."""
    times = np.arange(len(scene.joints_m)) / scene.rate_hz
    lines = [(name, colour, 1.4, scene.joints_m[:, JOINT_INDEX[name], 1].astype(np.float64))
             for name, colour in (("head", MIDDLE), ("L_foot", LEFT), ("R_foot", RIGHT))]
    for tracker in range(scene.seen.shape[1]):
        gone = np.where(scene.seen[:, tracker], np.nan, -0.1 - 0.1 * tracker)
        if np.isfinite(gone).any():
            name = JOINT_NAMES[session.setup.trackers[tracker].joint] if session else ""
            lines.append((f"{name} lost", paler(LOST, 0.4 + 0.2 * (tracker % 3)), 5.6, gone))
    heights = np.concatenate([line[-1] for line in lines])
    first, last = np.array([0.0, np.nanmin(heights)]), np.array([max(times[-1], 1e-3), np.nanmax(heights)])
    around = AROUND * np.maximum(last - first, 1e-3)
    chart = Chart(frame_in(room), first - around, last + around)
    for _, colour, width, values in lines:
        canvas.line(chart.at(np.stack([times, values], axis=1)), colour, width)
    chart.draw_frame(canvas, "height m over time s")
    _draw_legend(canvas, chart.frame, [line[:3] for line in lines])


def _draw_legend(canvas: Canvas, frame: Room, lines: list[tuple[str, str, float]]) -> None:
    """In a row, in the middle of the frame."""
    sample, gap = 22, 14
    widths = [sample + 6 + width_of(name, SMALL) for name, _, _ in lines]
    whole = sum(widths) + gap * (len(lines) - 1)
    left, middle = frame.middle[0] - whole / 2, frame.middle[1]
    edges = [round(left - 8), round(middle - 9), round(left + whole + 8), round(middle + 9)]
    canvas.shape(np.array([[edges[x], edges[y]] for x, y in ((0, 1), (2, 1), (2, 3), (0, 3))], np.float64), "white")
    canvas.outline(Room(*edges), "#cccccc")
    for (name, colour, width), taken in zip(lines, widths, strict=True):
        canvas.line(np.array([[left, middle], [left + sample, middle]]), colour, width)
        canvas.words((left + sample + 6, middle), name, SMALL, anchor="lm")
        left += taken + gap
