from __future__ import annotations

import numpy as np
import pytest

from bridge.frames import JOINT_INDEX
from bridge.viewer.colours import (
    FAIR,
    GUESS,
    INFERRED,
    LEFT,
    LOST,
    MEASURED,
    MIDDLE,
    PEOPLE,
    PLAIN,
    RIGHT,
    SURE,
    Scheme,
    ball_colours,
    confidence_colours,
    joint_colours,
    legend,
)


def test_confidence_goes_from_a_guess_to_sure() -> None:
    colours = confidence_colours(np.array([-1, 0, 0.5, 1, 2], np.float32))
    np.testing.assert_array_equal(colours, [GUESS, GUESS, FAIR, SURE, SURE])
    between = confidence_colours(np.array([0.25], np.float32))[0]
    assert all(min(a, b) <= one <= max(a, b) for one, a, b in zip(between, GUESS, FAIR, strict=True))


def luminance(rgb: tuple[int, int, int]) -> float:
    linear = (np.array(rgb) / 255) ** 2.2
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_the_ends_differ_without_red_and_green_told_apart() -> None:
    """Blue, and lightness, differ where red and green are one."""
    assert abs(GUESS[2] - SURE[2]) > 80 and luminance(FAIR) > 2 * luminance(GUESS)


def test_each_scheme_colours_by_what_it_says() -> None:
    sure = np.ones(22, np.float32)
    assert tuple(joint_colours(Scheme.CONFIDENCE, sure, 3)[0]) == SURE
    assert tuple(joint_colours(Scheme.CONFIDENCE, None, 3)[0]) == PLAIN
    sides = joint_colours(Scheme.SIDES, sure, 0)
    named = [tuple(sides[JOINT_INDEX[name]]) for name in ("L_elbow", "R_knee", "spine1")]
    assert named == [LEFT, RIGHT, MIDDLE]
    assert tuple(joint_colours(Scheme.PEOPLE, sure, 1 + len(PEOPLE))[21]) == PEOPLE[1]


def test_balls_are_measured_inferred_or_lost() -> None:
    head, hand = JOINT_INDEX["head"], JOINT_INDEX["L_wrist"]
    measured, lost = np.arange(22) == head, np.arange(22) == hand
    colours = ball_colours(measured, lost)
    assert [tuple(colours[joint]) for joint in (head, hand, 0)] == [MEASURED, LOST, INFERRED]
    assert {tuple(one) for one in ball_colours(None, None)} == {INFERRED}


@pytest.mark.parametrize("scheme", Scheme)
def test_the_legend_names_what_is_in_use_and_nothing_else(scheme: Scheme) -> None:
    text, bare = legend(scheme, True, True), legend(scheme, False, False)
    assert "truth" in text and "tracker" in text and "truth" not in bare and "tracker" not in bare
    assert ("1 cm" in bare) == (scheme is Scheme.CONFIDENCE) and ("left" in bare) == (scheme is Scheme.SIDES)
