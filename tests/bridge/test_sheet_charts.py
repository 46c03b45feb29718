"""Marks at round values, and a map that shows all to one scale."""
from __future__ import annotations

import numpy as np
import pytest

from bridge.sheet_canvas import Room
from bridge.sheet_charts import MOST_MARKS, Chart, _map_of, marks


@pytest.mark.parametrize("low,high", [(0.0, 1.0), (-0.3, 1.62), (5.0, 5.0001), (-7.5, 7.5), (0.0, 3600.0)])
def test_marks_are_round_few_and_within(low: float, high: float) -> None:
    found = marks(low, high)
    values = np.array([value for value, _ in found])
    assert 2 <= len(values) <= MOST_MARKS + 1 and values.min() >= low - 1e-9 and values.max() <= high + 1e-9
    assert found == marks(high, low), "an axis may fall"
    assert all(abs(float(text) - value) < 1e-9 for value, text in found), "what is written is the value"
    assert np.diff(values) == pytest.approx(np.full(len(values) - 1, values[1] - values[0]))


def test_a_chart_has_its_first_values_at_the_lower_left() -> None:
    chart = Chart(Room(10, 20, 110, 70), np.array([0.0, -1.0]), np.array([4.0, 1.0]))
    assert chart.at(chart.first).tolist() == [10, 70] and chart.at(chart.last).tolist() == [110, 20]


def test_a_map_shows_all_places_to_one_scale_with_x_to_the_left() -> None:
    places = np.random.default_rng(1).normal(size=(50, 2)) * [4, 1] + [10, -3]
    chart = _map_of(Room(0, 0, 300, 120), places)
    there = chart.at(places)
    assert (there >= 0).all() and (there <= [300, 120]).all()
    right, up = chart.at(np.array([[1.0, 0], [0, 1]])) - chart.at(np.zeros(2))
    assert right[0] < 0 and up[1] < 0 and right[0] == pytest.approx(up[1]) and right[1] == up[0] == 0


def test_a_map_of_one_place_shows_a_metre() -> None:
    chart = _map_of(Room(0, 0, 300, 120), np.zeros((1, 2)))
    assert abs(chart.last - chart.first).min() == pytest.approx(1.1)
