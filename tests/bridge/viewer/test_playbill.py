from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bridge.frames import Motion
from bridge.simulate import Loss, as_session
from bridge.viewer.people import take_of
from bridge.viewer.playbill import floor_of, followed, timeline_of, told, view_on
from bridge.viewer.shown import Places, Shown

Swaying = Callable[..., Motion]


def test_time_is_the_longest_in_frames_of_the_fastest(swaying: Swaying) -> None:
    takes = [take_of("a", swaying(30.0, 4.0)), take_of("b", swaying(120.0, 1.0))]
    line = timeline_of(takes)
    assert (line.rate_hz, line.playing) == (120.0, True) and line.duration_s == pytest.approx(119 / 30)
    still = timeline_of(takes, at_s=99.0)
    assert still.time_s == line.duration_s and not still.playing


def test_a_person_is_told_of_by_what_is_known(swaying: Swaying) -> None:
    motion = swaying()
    assert told(take_of("a", motion).at(0)) == ""
    sure = replace(motion, confidence=np.full((120, 22), 0.5, np.float32))
    take = take_of("a", sure, as_session(motion, losses=[Loss(1, 0, 9)]), truth=motion)
    assert told(take.at(1.0)) == "<small>confidence 0.50, 0.0 cm from the truth, 1 lost</small>"


def test_who_is_followed_stays_where_they_began(swaying: Swaying) -> None:
    takes = [take_of("a", swaying())]
    moments = [takes[0].at(1.0)]
    assert followed(takes, moments, Shown()) == (0.0, 0.0)
    assert followed(takes, moments, Shown(follow=True)) == pytest.approx((-0.1, 0.0), abs=1e-6)
    assert followed(takes, moments, Shown(follow=True, hidden=frozenset({0}))) == (0.0, 0.0)


def test_the_floor_is_the_lowest_known(swaying: Swaying) -> None:
    known, unknown = take_of("a", swaying()), take_of("b", replace(swaying(), floor=False))
    low = replace(known, person=replace(known.person, floor_m=-0.4))
    assert floor_of([known, low, unknown]) == -0.4 and floor_of([unknown]) == 0.0


def test_the_row_is_seen_from_before_it(swaying: Swaying) -> None:
    takes = [take_of("a", swaying()), take_of("b", swaying())]
    view = view_on(takes, Shown(places=Places.BESIDE))
    assert view.position_m[2] > 2 and abs(view.look_at_m[0]) < 0.3
