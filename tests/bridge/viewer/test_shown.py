from __future__ import annotations

from dataclasses import replace

import numpy as np

from bridge.viewer.shown import LANE_M, Places, Shown, Truth, first_choice, places

STARTS = [np.array([5, 0.9, -3], np.float32), np.array([0, 1.0, 0], np.float32)]


def test_as_captured_nobody_is_moved() -> None:
    for place in places(STARTS, [True, False], Shown()):
        assert not place.body_m.any() and not place.truth_m.any()


def test_side_by_side_they_begin_a_lane_apart_in_a_row_about_the_middle() -> None:
    shown = Shown(places=Places.BESIDE)
    began = [start + place.body_m for start, place in zip(STARTS, places(STARTS, [False, False], shown), strict=True)]
    np.testing.assert_allclose(began, [[-LANE_M / 2, 0.9, 0], [LANE_M / 2, 1.0, 0]], atol=1e-6)


def test_the_truth_beside_has_a_lane_of_its_own() -> None:
    shown = Shown(places=Places.BESIDE, truth=Truth.BESIDE)
    one, other = places(STARTS, [True, False], shown)
    lanes = [float((STARTS[0] + one.body_m)[0]), float((STARTS[0] + one.truth_m)[0]),
             float((STARTS[1] + other.body_m)[0])]
    np.testing.assert_allclose(lanes, [-LANE_M, 0, LANE_M], atol=1e-6)
    over = places(STARTS, [True, False], replace(shown, truth=Truth.OVER))[0]
    np.testing.assert_array_equal(over.body_m, over.truth_m)


def test_nobody_is_placed_nowhere() -> None:
    assert places([], [], Shown(places=Places.BESIDE)) == []
    assert first_choice(1).places is Places.CAPTURED and first_choice(2).places is Places.BESIDE
