from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bridge.clips import LEAST_FRAMES, Clips
from bridge.config import Limits
from bridge.engine.gather import ClipGathering
from bridge.engine.interface import EngineInfo
from bridge.frames import Setup, TrackerClip
from bridge.messages import SolveClip
from bridge.refusals import Refusal


@pytest.fixture
def body(standing: Callable[..., TrackerClip]) -> SolveClip:
    return SolveClip(Setup(), standing(1000))


def test_a_clip_goes_to_the_engine_in_parts_that_make_the_whole(body: SolveClip) -> None:
    clips, gathering = Clips(Limits()), ClipGathering()
    clips.add(b"a", 1, body)
    parts = 0
    while clips.sending:
        order = clips.next_order()
        assert order is not None
        parts += 1
        whole = gathering.add(order)
    assert parts > 1 and whole is not None
    assert np.array_equal(whole.positions_m, body.clip.positions_m) and whole.rate_hz == body.clip.rate_hz


def sent(clips: Clips) -> list[int]:
    """The numbers of the jobs that the engine is given now."""
    numbers = []
    while clips.sending:
        order = clips.next_order()
        assert order is not None
        numbers.append(order.job)
    return list(dict.fromkeys(numbers))


def test_one_at_a_time_in_order_for_an_engine_that_wants_no_more(body: SolveClip) -> None:
    clips = Clips(Limits())
    for request in (1, 2):
        clips.add(b"a", request, body)
    assert sent(clips) == [1] and clips.active and len(clips) == 2
    first = clips.running(1)
    assert first and first.request_id == 1 and clips.running(2) is None
    clips.finish(first)
    assert clips.running(1) is None and sent(clips) == [2]


@pytest.mark.parametrize(("at_once", "frames", "expected"), [
    (2, 0, [1, 2]), (1, 3000, [1, 2, 3]), (1, 2999, [1, 2]), (3, 3999, [1, 2, 3]), (9, 0, [1, 2, 3, 4, 5])])
def test_an_engine_has_as_many_as_it_wants(body: SolveClip, at_once: int, frames: int, expected: list[int]) -> None:
    clips = Clips(Limits())
    clips.engine_is(EngineInfo("", "", "", at_once, frames))
    for request in range(5):
        clips.add(b"a", request, body)
    assert sent(clips) == expected and sent(clips) == []


def test_too_many_waiting_are_refused(body: SolveClip) -> None:
    clips = Clips(Limits(clips_waiting=1, frames_waiting=0))
    clips.add(b"a", 1, body)
    with pytest.raises(Refusal, match="1 clips are waiting"):
        clips.add(b"a", 2, body)
    assert [job.request_id for job in clips.drop_waiting()] == [1] and not clips.sending


def test_short_clips_may_wait_in_greater_number(standing: Callable[..., TrackerClip]) -> None:
    clips = Clips(Limits(clips_waiting=2, frames_waiting=5 * LEAST_FRAMES))
    for request in range(5):
        clips.add(b"a", request, SolveClip(Setup(), standing(1)))
    with pytest.raises(Refusal, match="5 clips are waiting"):
        clips.add(b"a", 6, SolveClip(Setup(), standing(1)))


def test_cancelling_takes_one_clip_or_all_of_a_peer(body: SolveClip) -> None:
    clips = Clips(Limits())
    for peer, request in ((b"a", 1), (b"a", 2), (b"b", 2), (b"a", 3)):
        clips.add(peer, request, body)
    clips.next_order()
    assert clips.cancel(b"a", 2) == []
    (active,) = clips.cancel(b"a", None)
    assert active.request_id == 1 and not clips.active
    assert [(job.peer, job.request_id) for job in clips.drop_waiting()] == [(b"b", 2)]


def test_a_clip_cancelled_while_it_is_sent_makes_room_at_once(body: SolveClip) -> None:
    clips = Clips(Limits())
    clips.add(b"a", 1, body)
    clips.next_order()
    clips.add(b"a", 2, body)
    assert [job.number for job in clips.cancel(b"a", 1)] == [1]
    assert sent(clips) == [2]


def test_with_an_engine_go_the_clips_that_it_had_begun_with(body: SolveClip) -> None:
    clips = Clips(Limits())
    clips.engine_is(EngineInfo("", "", "", 3))
    for request in range(3):
        clips.add(b"a", request, body)
    assert sent(clips) == [1, 2, 3]
    assert clips.running(2)
    assert [job.number for job in clips.lost()] == [2] and not clips.active
    assert sent(clips) == [1, 3]
    assert [job.number for job in clips.lost()] == [1, 3] and not clips.sending  # it said nothing: any may have been it


def test_a_clip_that_is_still_being_sent_is_not_what_killed_an_engine(body: SolveClip) -> None:
    clips = Clips(Limits())
    clips.add(b"a", 1, body)
    clips.next_order()
    assert clips.lost() == [] and sent(clips) == [1]
    assert [job.number for job in clips.lost()] == [1] and not clips.sending
