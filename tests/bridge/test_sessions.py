from __future__ import annotations

import pytest

from bridge.config import Limits
from bridge.frames import Setup
from bridge.messages import ErrorCode
from bridge.refusals import Refusal
from bridge.sessions import Sessions

SECOND = 1_000_000_000


def test_slots_are_the_smallest_free_and_tokens_are_not_guessed() -> None:
    sessions = Sessions(Limits())
    first, second, third = (sessions.open(Setup(), "", b"a", 0) for _ in range(3))
    assert [first.slot, second.slot, third.slot] == [0, 1, 2]
    sessions.close(second)
    assert sessions.open(Setup(), "", b"a", 0).slot == 1
    assert len({first.token, second.token, third.token}) == 3 and len(first.token) == 16
    assert sessions.find(first.token) is first
    with pytest.raises(Refusal) as refusal:
        sessions.find(second.token)
    assert refusal.value.code is ErrorCode.SESSION_UNKNOWN


def test_a_session_is_found_by_the_key_that_opened_it_alone() -> None:
    sessions = Sessions(Limits())
    adas, anyones = sessions.open(Setup(), "", b"a", 0, "ada"), sessions.open(Setup(), "", b"a", 0)
    assert sessions.find(adas.token, "ada") is adas and sessions.find(anyones.token) is anyones
    for token, key in ((adas.token, "grace"), (adas.token, ""), (anyones.token, "ada")):
        with pytest.raises(Refusal) as refusal:
            sessions.find(token, key)
        assert refusal.value.code is ErrorCode.SESSION_UNKNOWN


def test_a_full_table_says_when_to_come_back() -> None:
    sessions = Sessions(Limits(sessions=1))
    sessions.open(Setup(), "", b"a", 0)
    with pytest.raises(Refusal) as refusal:
        sessions.open(Setup(), "", b"b", 0)
    assert refusal.value.code is ErrorCode.BUSY and refusal.value.retry_after_s > 0


def test_only_orphans_that_are_silent_are_left_behind() -> None:
    sessions = Sessions(Limits())
    quiet, talking, owned = (sessions.open(Setup(), "", owner, 0) for owner in (b"gone", b"gone", b"here"))
    assert sessions.left_behind(60 * SECOND, 30) == []
    sessions.orphan(b"gone", 10 * SECOND)
    talking.heard_ns = 35 * SECOND
    assert sessions.left_behind(39 * SECOND, 30) == []
    assert sessions.left_behind(41 * SECOND, 30) == [quiet]
    assert sessions.left_behind(66 * SECOND, 30) == [quiet, talking]
    assert owned not in sessions.left_behind(1000 * SECOND, 30)
