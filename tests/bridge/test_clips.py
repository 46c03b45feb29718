from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bridge.clips import Clips
from bridge.config import Limits
from bridge.engine.gather import ClipGathering
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


def test_one_at_a_time_in_order(body: SolveClip) -> None:
    clips = Clips(Limits())
    for request in (1, 2):
        clips.add(b"a", request, body)
    while clips.sending:
        clips.next_order()
    assert clips.active and clips.active.request_id == 1
    assert clips.running(clips.active.number) is clips.active
    clips.finish()
    assert clips.running(1) is None and clips.sending
    clips.next_order()
    assert clips.active and clips.active.request_id == 2


def test_too_many_waiting_are_refused(body: SolveClip) -> None:
    clips = Clips(Limits(clips_waiting=1))
    clips.add(b"a", 1, body)
    with pytest.raises(Refusal, match="1 clips are waiting"):
        clips.add(b"a", 2, body)
    assert [job.request_id for job in clips.drop_waiting()] == [1] and not clips.sending


def test_cancelling_takes_one_clip_or_all_of_a_peer(body: SolveClip) -> None:
    clips = Clips(Limits())
    for peer, request in ((b"a", 1), (b"a", 2), (b"b", 2), (b"a", 3)):
        clips.add(peer, request, body)
    clips.next_order()
    assert clips.cancel(b"a", 2) is None
    active = clips.cancel(b"a", None)
    assert active and active.request_id == 1 and clips.active is None
    assert [(job.peer, job.request_id) for job in clips.drop_waiting()] == [(b"b", 2)]
