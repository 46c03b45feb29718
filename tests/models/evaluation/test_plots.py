"""Figures hold what they were given."""
from __future__ import annotations

import math

from models.evaluation.plots import Line, Panel, Point, curves, dots, scatter


def test_a_panel_for_each_metric_and_a_curve_for_each_line() -> None:
    points = [(0.0, Point(1.0, 0.5, 1.5)), (20.0, Point(4.0, 3.0, 5.0))]
    lines = [Line("ours", points, 0), Line("ours, not told", points, 0, dashed=True), Line("prior", points, 1)]
    figure = curves("noise", "cm", [Panel("MPJPE", lines), Panel("live", lines[:2])], squeezed=True)
    left, right = figure.axes
    assert [line.get_label() for line in left.lines] == ["ours", "ours, not told", "prior"]
    assert len(right.lines) == 2 and left.get_ylim()[0] == 0
    assert left.lines[0].get_color() == left.lines[1].get_color() != left.lines[2].get_color()
    assert list(left.lines[0].get_ydata()) == [1.0, 4.0]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["ours", "ours, not told", "prior"]


def test_dots_stand_in_their_rows_and_inside() -> None:
    series = {"ours": [Point(6.2, 6.0, 6.4), Point(math.nan)], "prior": [Point(6.6, 6.5, 6.9), Point(7.0, 6.8, 9.0)]}
    (axes,) = dots("bodies", ["default", "UBx1.4"], {"MPJRE": series}).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["default", "UBx1.4"]
    assert axes.get_xlim()[0] == 0 and axes.get_xlim()[1] > 9.0
    places = [[float(place) for place in line.get_ydata()] for line in axes.lines]
    assert all([round(place) for place in line] == [0, 1] for line in places) and places[0] != places[1]
    (axes,) = dots("joints", ["pelvis", "head"], {"cm": series}, spread=False).axes
    assert [list(line.get_ydata()) for line in axes.lines] == [[0.0, 1.0]] * 2


def test_a_dot_for_each_name() -> None:
    figure = scatter("latency", "ms", "cm", {"ours": (8.0, 2.0), "reference": (3000.0, 3.0)})
    (axes,) = figure.axes
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["ours", "reference"]
    assert [float(line.get_xdata()[0]) for line in axes.lines] == [8.0, 3000.0]
    assert axes.get_xscale() == "log"
    assert axes.get_xlim()[0] < 8 and axes.get_xlim()[1] > 3000 and axes.get_ylim()[1] > 3
