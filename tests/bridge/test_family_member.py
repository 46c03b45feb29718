from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bridge.config import ServeConfig
from bridge.family import members
from bridge.family_member import SILENT_S, Member, MemberEnded
from bridge.messages import EngineState

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


@pytest.fixture
def member(serve_config: ServeConfig) -> Iterator[Member]:
    """The first of two, which serves."""
    one = Member("daemon 1", members(replace(serve_config, daemons=2))[0], os.environ)
    until_serving(one)
    yield one
    one.close()


def until_serving(member: Member) -> None:
    for _ in range(1000):
        now_s = time.monotonic()
        if member.tend(now_s) and (status := member.ask(now_s)) and status.engine is EngineState.READY:
            return
        time.sleep(0.02)
    pytest.fail("it never served")


def until_ended(member: Member) -> None:
    for _ in range(1000):
        if not member.running:
            return
        time.sleep(0.01)
    pytest.fail("it never ended")


def test_one_that_dies_is_started_where_it_was(member: Member) -> None:
    before = member.connection
    assert before is not None
    member.signal(signal.SIGKILL)
    until_ended(member)
    until_serving(member)
    assert member.connection is not None and member.connection.pid != before.pid
    assert (member.connection.control_port, member.connection.live_port) == (before.control_port, before.live_port)


def test_one_that_hangs_is_ended(member: Member) -> None:
    member.signal(signal.SIGSTOP)
    now_s = time.monotonic()
    assert member.ask(now_s) is None and member.running  # it may only be slow
    assert member.ask(now_s + SILENT_S + 1) is None
    until_ended(member)


def test_one_that_dies_again_and_again_is_given_up(member: Member, serve_config: ServeConfig) -> None:
    now_s = time.monotonic()
    for _ in range(serve_config.timing.engine_restarts):
        member.signal(signal.SIGKILL)
        until_ended(member)
        assert not member.tend(now_s)
        now_s += 5.0
        assert member.tend(now_s)  # its patience is over
    member.signal(signal.SIGKILL)
    until_ended(member)
    with pytest.raises(MemberEnded):
        member.tend(now_s)


def test_one_that_cannot_begin_is_not_tried_again(serve_config: ServeConfig) -> None:
    wide = replace(serve_config, host="0.0.0.0", keys=serve_config.recordings / "keys")
    member = Member("daemon 1", wide, os.environ)
    assert member.tend(time.monotonic())
    until_ended(member)
    with pytest.raises(MemberEnded) as ended:
        member.tend(time.monotonic())
    assert ended.value.exit_code == 2
    member.close()
