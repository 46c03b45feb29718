"""A limb's end to a point: exactly, in its own plane, keeping twist; and what it does when it cannot."""
from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from engine_plugins.blender.posebridge.core.rotations import Floats, rotate, unit
from engine_plugins.blender.posebridge.core.two_bone import REACH, LimbTurns, bend_to, stretched_length

RNG = np.random.default_rng(8)
START = RNG.normal(size=(100, 3))
MIDDLE = START + 0.4 * unit(RNG.normal(size=(100, 3)))
END = MIDDLE + 0.35 * unit(RNG.normal(size=(100, 3)))
FORWARD = np.tile([0.0, 0.0, 1.0], (100, 1))


def moved(turns: LimbTurns) -> tuple[Floats, Floats]:
    middle = START + rotate(turns.upper, MIDDLE - START)
    return middle, middle + rotate(turns.lower, END - MIDDLE)


def test_the_end_is_at_any_target_within_reach() -> None:
    target = START + 0.74 * np.cbrt(RNG.uniform(0.01, 1, (100, 1))) * unit(RNG.normal(size=(100, 3)))
    _, end = moved(bend_to(START, MIDDLE, END, target, FORWARD))
    assert_allclose(end, target, atol=1e-9)


def test_beyond_reach_the_limb_points_at_the_target_nearly_straight() -> None:
    away = unit(RNG.normal(size=(100, 3)))
    middle, end = moved(bend_to(START, MIDDLE, END, START + 5 * away, FORWARD))
    assert_allclose(end, START + REACH * 0.75 * away, atol=1e-9)
    assert_allclose(stretched_length(START, MIDDLE, END), 0.75)
    assert (np.linalg.norm(middle - (START + 0.4 * away), axis=-1) < 0.02).all()


def test_a_limb_at_its_target_is_not_touched_even_if_straight() -> None:
    straight = MIDDLE + 0.35 * unit(MIDDLE - START)
    for end in (END, straight):
        turns = bend_to(START, MIDDLE, end, end, FORWARD)
        assert_allclose(np.abs(turns.upper[:, 3]), 1, atol=1e-12)
        assert_allclose(np.abs(turns.lower[:, 3]), 1, atol=1e-12)


def test_nearer_along_its_own_line_it_bends_in_the_plane_it_was_in() -> None:
    normal = unit(np.cross(MIDDLE - START, END - START))
    middle, _ = moved(bend_to(START, MIDDLE, END, START + 0.9 * (END - START), FORWARD))
    bent = np.linalg.norm(np.cross(unit(MIDDLE - START), unit(END - START)), axis=-1) > 0.2
    assert bent.sum() > 50
    assert_allclose(np.sum((middle - START) * normal, axis=-1)[bent], 0, atol=1e-9)


def test_a_straight_limb_bends_to_the_given_side() -> None:
    start, middle, end = (np.array([[0.0, height, 0.0]]) for height in (1.0, 0.6, 0.2))
    turns = bend_to(start, middle, end, np.array([[0.0, 0.3, 0.0]]), FORWARD[:1])
    knee = start + rotate(turns.upper, middle - start)
    assert knee[0, 2] > 0.1 and abs(knee[0, 0]) < 1e-9


def test_the_turns_are_the_shortest() -> None:
    turns = bend_to(START, MIDDLE, END, START + 0.5 * unit(RNG.normal(size=(100, 3))), FORWARD)
    assert np.abs(np.sum(turns.upper[:, :3] * (MIDDLE - START), axis=-1)).max() < 1e-9
    assert np.abs(np.sum(turns.lower[:, :3] * (END - MIDDLE), axis=-1)).max() < 1e-9
