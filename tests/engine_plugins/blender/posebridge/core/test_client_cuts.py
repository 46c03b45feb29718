"""Connections that are cut, and clips that are given up, while the engine is held."""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.engine.echo import EchoEngine
from bridge.engine.interface import ClipProgress
from bridge.frames import Setup, TrackerClip
from bridge.server import Server
from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing, DaemonRefused
from engine_plugins.blender.posebridge.core.client_events import (
    Answered,
    ClipAdvanced,
    ClipDone,
    Connected,
    Cut,
    Ended,
    Failed,
)
from engine_plugins.blender.posebridge.core.connection_file import ConnectionFile, read_connection
from engine_plugins.blender.posebridge.core.messages import (
    ErrorCode,
    Ping,
    Pong,
    SessionClosed,
)
from tests.bridge.cable import Cable
from tests.engine_plugins.blender.posebridge.core.actor import acting, clip_of, readings

Serve = Callable[..., tuple[Server, Path]]
Cables = tuple[list[Cable], ConnectionFile]


class HeldEngine(EchoEngine):
    """Solves no clip before it is let go on."""

    go_on = threading.Event()

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        while not self.go_on.wait(0.01):
            yield ClipProgress(0, len(clip))
        yield from super().solve_clip(setup, clip)


@pytest.fixture
def held() -> Iterator[type[HeldEngine]]:
    HeldEngine.go_on.clear()
    yield HeldEngine
    HeldEngine.go_on.set()


def test_a_clip_is_cancelled_and_the_next_one_solved(serve: Serve, held: type[HeldEngine]) -> None:
    with acting(serve(held)[1]) as actor:
        number = actor.ready().client.solve_clip(clip_of(readings(100)))
        actor.next(ClipAdvanced)
        actor.client.cancel_clip(number)
        failed = actor.next(Failed)
        assert failed.request == number and isinstance(failed.error, DaemonRefused)
        assert failed.error.code == ErrorCode.CANCELLED
        held.go_on.set()
        again = actor.client.solve_clip(clip_of(readings(50)))
        done = actor.next(ClipDone)
        assert done.request == again and len(done.clip.root_position_m) == 50
        actor.client.cancel_clip(again)
        assert isinstance(actor.asks(Ping(1)), Pong), "cancelling what is done does nothing"


@pytest.fixture
def cables(serve: Serve) -> Iterator[Cables]:
    """Cables to the control and the live port of a daemon with a held engine, and how they are reached."""
    server, file = serve(HeldEngine)
    ends = [Cable(server.connection.control_port), Cable(server.connection.live_port)]
    yield ends, replace(read_connection(file), control_port=ends[0].port, live_port=ends[1].port)
    for end in ends:
        end.remove()


def test_a_cut_is_mended_and_the_session_goes_on(held: type[HeldEngine], cables: Cables) -> None:
    ends, connection = cables
    with acting(connection) as actor:
        times = [pose.time_ns for pose in actor.ready().on_stage().poses(3)]
        for number, cut in enumerate(([ends[1]], [ends[0]], ends)):
            for end in cut:
                end.cut()
            assert actor.next(Cut).why
            if ends[0] in cut:
                actor.next(Connected)
            times += [pose.time_ns for pose in actor.poses(3 + number)]
        assert times == sorted(set(times)), "never an older pose than one that came"
        actor.client.close_session()
        account = actor.next(Answered).body
        assert isinstance(account, SessionClosed) and account.answered >= len(times)


def test_what_was_asked_when_the_cut_came_fails(held: type[HeldEngine], cables: Cables) -> None:
    ends, connection = cables
    with acting(connection) as actor:
        number = actor.ready().client.solve_clip(clip_of(readings(100)))
        actor.next(ClipAdvanced)
        ends[0].cut()
        failed = actor.next(Failed)
        assert failed.request == number and "cut before it answered; ask again" in str(failed.error)
        actor.next(Connected)
        held.go_on.set()
        actor.client.solve_clip(clip_of(readings(100)))
        actor.next(ClipDone)


def test_a_cable_that_stays_cut_ends_it(held: type[HeldEngine], cables: Cables) -> None:
    ends, connection = cables
    with acting(connection) as actor:
        actor.ready().on_stage().poses(1)
        ends[1].remove()
        actor.next(Cut)
        error = actor.next(Ended).error
        assert isinstance(error, DaemonMissing) and "went away" in str(error)
