"""Who is who, from frame to frame."""
from __future__ import annotations

import numpy as np

from bridge.keypoints.people import PATIENCE, tracks


def somebody(x: float, size: float = 100.0, sure: float = 0.9) -> np.ndarray:
    return np.stack([np.full(5, x), np.linspace(0, size, 5), np.full(5, sure)], -1)


def test_nobody_is_one_person_who_is_never_seen() -> None:
    (nobody,) = tracks([[], []], 5)
    assert nobody.shape == (2, 5, 3) and not nobody.any()


def test_the_order_in_a_frame_says_nothing() -> None:
    frames = [[somebody(10.0 + frame), somebody(200.0 - frame, 80)] for frame in range(30)]
    shuffled = [people[::-1] if frame % 3 else people for frame, people in enumerate(frames)]
    for one, other in zip(tracks(frames, 5), tracks(shuffled, 5), strict=True):
        np.testing.assert_array_equal(one, other)


def test_somebody_unseen_for_a_while_is_who_they_were_and_for_long_is_not() -> None:
    for gap, people in ((PATIENCE - 1, 1), (PATIENCE + 1, 2)):
        frames = [[somebody(10.0)], *[[] for _ in range(gap)], [somebody(15.0)]]
        assert len(tracks(frames, 5)) == people


def test_who_jumps_across_the_picture_is_somebody_else() -> None:
    assert len(tracks([[somebody(10.0)], [somebody(400.0)]], 5)) == 2


def test_what_is_hardly_seen_is_nobody() -> None:
    (person,) = tracks([[somebody(10.0), somebody(300.0, sure=0.01)]], 5)
    assert person[0, 0, 0] == 10


def test_large_for_long_comes_before_large_for_short_and_small_for_long() -> None:
    frames = [[somebody(10.0, 30), somebody(300.0, 100), *([somebody(600.0, 150)] if frame < 5 else [])]
              for frame in range(20)]
    assert [person[0, 0, 0] for person in tracks(frames, 5)] == [300, 600, 10]
