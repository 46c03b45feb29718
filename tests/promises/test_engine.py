"""Tests 9 and 10: an engine that dies or hangs with work in it is told of and replaced, and its sessions go on."""
from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from bridge.client import Answer, Client, LiveSession
from bridge.config import Timing
from bridge.errors import Busy, DaemonMissing
from bridge.frames import Setup, TrackerFrame
from bridge.local import LocalDaemon

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
Daemons = Callable[..., LocalDaemon]
EngineOf = Callable[[LocalDaemon], psutil.Process]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
EASY_S = Timing().engine_restart_window_s / Timing().engine_restarts + 1  # between deaths, and it never gives up


def told(live: LiveSession) -> None:
    """Reads on until the daemon says something of the engine, which is raised."""
    while live.poll(20.0):
        pass
    pytest.fail("nothing was said in 20 s")


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_an_engine_killed_in_mid_tick_leaves_its_sessions(
    daemons: Daemons, engine_of: EngineOf, frames: Iterator[TrackerFrame], answered: Answered,
    figures: Callable[..., None], kills: int
) -> None:
    daemon, gone_for_ms = daemons(), []
    with Client.connect(daemon.connection_file) as client, client.open_session(Setup()) as live:
        last = 0
        for _ in range(kills):
            sequence = answered(live, frames).pose.sequence
            assert sequence > last
            engine = engine_of(daemon)
            engine.suspend()  # what is sent now is in the engine, and stays there
            live.send(next(frames))
            assert client.ping() and client.ping()
            engine.kill()
            began_s = time.monotonic()
            with pytest.raises(Busy, match="killed by SIGKILL"):
                told(live)
            last = answered(live, frames).pose.sequence
            assert last > sequence
            gone_for_ms.append(1000 * (time.monotonic() - began_s))
            time.sleep(EASY_S if kills > 2 else 0)
        assert client.status().sessions[0].connected and len(client.status().sessions) == 1
    figures(kills=kills, gone_for_ms=gone_for_ms)
    assert live.account is not None and live.unsent == 0
    assert live.account.frames == live.account.answered + live.account.superseded
    assert live.account.frames == next(frames).sequence - 1 and not live.account.late


@pytest.mark.parametrize("hangs", [1, pytest.param(8, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_an_engine_that_hangs_is_replaced(
    daemons: Daemons, engine_of: EngineOf, frames: Iterator[TrackerFrame], answered: Answered,
    figures: Callable[..., None], hangs: int
) -> None:
    daemon, told_after_s = daemons(), []
    with Client.connect(daemon.connection_file) as client, client.open_session(Setup()) as live:
        for _ in range(hangs):
            answered(live, frames)
            engine = engine_of(daemon)
            engine.suspend()
            live.send(next(frames))
            began_s = time.monotonic()
            with pytest.raises(Busy, match="no answer for 2 s, nor a sign of life"):
                told(live)
            told_after_s.append(time.monotonic() - began_s)
            assert not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE
            answered(live, frames)
            time.sleep(EASY_S if hangs > 1 else 0)
    figures(hangs=hangs, told_after_s=told_after_s)
    assert live.account is not None and live.account.frames == next(frames).sequence - 1


def test_an_idle_engine_that_stands_still_is_left_alone(
    daemons: Daemons, engine_of: EngineOf, frames: Iterator[TrackerFrame], answered: Answered
) -> None:
    """It may be the machine that does; nobody waits for it."""
    daemon = daemons()
    with Client.connect(daemon.connection_file) as client, client.open_session(Setup()) as live:
        before = answered(live, frames).pose.sequence
        engine = engine_of(daemon)
        engine.suspend()
        time.sleep(3.0)
        engine.resume()
        assert answered(live, frames).pose.sequence > before and engine_of(daemon).pid == engine.pid


@pytest.mark.slow
def test_an_engine_that_dies_again_and_again_ends_the_daemon_with_its_error(
    daemons: Daemons, engine_of: EngineOf
) -> None:
    daemon = daemons()
    assert daemon.process is not None
    with Client.connect(daemon.connection_file) as client:
        for _ in range(Timing().engine_restarts):
            client.wait_ready(20)
            engine_of(daemon).kill()
            while client.ping().engine.name == "READY":
                time.sleep(0.01)
        client.wait_ready(20)
        engine_of(daemon).kill()
        with pytest.raises(DaemonMissing, match=r"leaving|went away|silent"):
            while True:
                client.ping()
    assert daemon.process.wait(20) == 6
