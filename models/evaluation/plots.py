"""Figures of an evaluation: curves over a fault, dots with their intervals, error against latency."""
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, StrMethodFormatter

COLOURS = ("#1f6fd0", "#d9541e", "#0a8f4d", "#8f4dbf", "#b08800", "#00919e", "#c01060", "#606060")
GRID = "#e2e2e2"
ROW_IN = 0.14  # inches of height that one dot of one method takes


@dataclass(frozen=True)
class Point:
    """A mean and its 95 % interval, NaN where none is known."""

    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Line:
    """One curve: points in order of x. Lines of one colour number belong together; dashed ones are a variant."""

    label: str
    points: Sequence[tuple[float, Point]]
    colour: int
    dashed: bool = False


@dataclass(frozen=True)
class Panel:
    """Lines over one axis."""

    title: str
    lines: Sequence[Line]


def curves(title: str, along: str, panels: Sequence[Panel], squeezed: bool = False) -> Figure:
    """Panels side by side over the same x; `squeezed` lets steps far from zero take less room."""
    figure = _figure(title, 5.2 * len(panels), 4.2)
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        for line in panel.lines:
            _draw_line(axes, line)
        if squeezed:
            axes.set_xscale("symlog", linthresh=1.0)
        ticks = sorted({x for line in panel.lines for x, _ in line.points})
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        axes.set_ylim(bottom=0)
        axes.set_xlabel(along)
        _finish(axes, panel.title, "both")
    _legend(figure)
    return figure


def dots(
    title: str, names: Sequence[str], panels: Mapping[str, Mapping[str, Sequence[Point]]], spread: bool = True
) -> Figure:
    """A row for each name, a dot with its interval for each method, below one another or not `spread`.

    panels: title -> method -> points in row order.
    """
    methods = list(dict.fromkeys(method for panel in panels.values() for method in panel))
    lines = max(len(methods), 2) if spread else 2
    figure = _figure(title, 2.4 + 3.8 * len(panels), 1.4 + ROW_IN * len(names) * lines)
    every = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for axes, (heading, series) in zip(every, panels.items(), strict=True):
        for place, method in enumerate(methods):
            shift = 0.7 * ((place + 0.5) / len(methods) - 0.5) if spread else 0.0
            _draw_dots(axes, method, series.get(method, []), shift, COLOURS[place % len(COLOURS)])
        axes.set_xlim(0, 1.05 * _farthest(series) or 1)
        _finish(axes, heading, "x")
    every[0].set_yticks(range(len(names)), list(names))
    every[0].set_ylim(len(names) - 0.5, -0.5)
    _legend(figure)
    return figure


def scatter(title: str, across: str, upwards: str, places: Mapping[str, tuple[float, float]]) -> Figure:
    """A dot for each name, over a logarithmic x."""
    figure = _figure(title, 6.4, 4.4)
    axes = figure.subplots()
    for number, (name, (x, y)) in enumerate(places.items()):
        axes.plot([x], [y], "o", color=COLOURS[number % len(COLOURS)], markersize=8, label=name)
    axes.set_xscale("log")
    axes.set_xlim(min(x for x, _ in places.values()) / 3, max(x for x, _ in places.values()) * 3)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.minorticks_off()
    axes.set_ylim(0, 1.15 * max(y for _, y in places.values()))
    axes.set_xlabel(across)
    axes.set_ylabel(upwards)
    _finish(axes, "", "both")
    _legend(figure)
    return figure


def _figure(title: str, width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=11)
    return figure


def _draw_line(axes: Axes, line: Line) -> None:
    colour = COLOURS[line.colour % len(COLOURS)]
    x = [place for place, _ in line.points]
    axes.plot(x, [point.value for _, point in line.points], color=colour, marker="o", markersize=4,
              linestyle="--" if line.dashed else "-", label=line.label)
    if not line.dashed:
        axes.fill_between(x, [point.low for _, point in line.points], [point.high for _, point in line.points],
                          color=colour, alpha=0.12, linewidth=0)


def _draw_dots(axes: Axes, label: str, points: Sequence[Point], shift: float, colour: str) -> None:
    rows = [row + shift for row in range(len(points))]
    axes.hlines(rows, [point.low for point in points], [point.high for point in points], color=colour, alpha=0.45)
    axes.plot([point.value for point in points], rows, "o", color=colour, markersize=4.5, label=label)


def _farthest(series: Mapping[str, Sequence[Point]]) -> float:
    """The largest number drawn, 0 if none is known."""
    drawn = [value for points in series.values() for point in points for value in (point.value, point.high)]
    return max((value for value in drawn if not math.isnan(value)), default=0.0)


def _finish(axes: Axes, title: str, grid: str) -> None:
    axes.set_title(title, fontsize=10)
    axes.grid(axis="x" if grid == "x" else "both", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _legend(figure: Figure) -> None:
    """Below everything; lines that several panels share are named once."""
    named = {label: handle for axes in figure.axes
             for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    if named:
        figure.legend(named.values(), named.keys(), loc="outside lower center", ncols=min(len(named), 4), frameon=False,
                      fontsize=9)
