"""Connections that break, and peers too slow for what is sent to them."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zmq

from bridge.client import Client, LiveSession
from bridge.config import Timing
from bridge.errors import DaemonMissing
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.messages import Hello, SolveClip
from bridge.replies import ClipSolved
from bridge.security import write_connection
from bridge.server import Server
from bridge.wire_client import encode_client
from bridge.wire_server import decode_server
from tests.bridge.cable import Cable

Serve = Callable[..., tuple[Server, Path]]


@pytest.fixture
def cables(serve: Serve, cable: Callable[[int], Cable], tmp_path: Path) -> tuple[list[Cable], Path]:
    """A daemon's two ports behind cables, and a connection file that names the cables."""
    server, _ = serve()
    ends = [cable(server.connection.control_port), cable(server.connection.live_port)]
    file = tmp_path / "cables.json"
    write_connection(file, replace(server.connection, control_port=ends[0].port, live_port=ends[1].port))
    return ends, file


def by_cable(client: Client, live: Cable) -> None:
    """Lets the live line go by cable too, although Welcome names the daemon's own port."""
    client.wait_ready(20)
    client.welcome = replace(client.welcome, live_port=live.port)


def answered_within(live: LiveSession, frames: Iterator[TrackerFrame], limit_s: float) -> int:
    """Sends on until something comes back; its sequence."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        live.send(next(frames))
        if answer := live.poll(0.02):
            return answer.pose.sequence
    pytest.fail(f"no answer for {limit_s} s")


@pytest.fixture
def cabled(
    cables: tuple[list[Cable], Path], tracker_frame: Callable[..., TrackerFrame]
) -> Iterator[tuple[Client, LiveSession, Iterator[TrackerFrame]]]:
    """A client, a session of its by cable, and frames for it."""
    ends, file = cables
    with Client.connect(file) as client:
        by_cable(client, ends[1])
        with client.open_session(Setup()) as live:
            yield client, live, map(tracker_frame, range(1, 10_000))


def test_a_cut_cable_is_mended_with_the_session_kept(
    cables: tuple[list[Cable], Path], cabled: tuple[Client, LiveSession, Iterator[TrackerFrame]]
) -> None:
    (ends, _), (client, live, frames), last = cables, cabled, 0
    for _ in range(3):
        sequence = answered_within(live, frames, 2.0)
        assert sequence > last
        last = sequence
        for end in ends:
            end.cut()
    assert answered_within(live, frames, 2.0) > last
    client.ping()
    live.close()
    assert live.account is not None and live.account.answered >= 4


def test_a_cable_that_is_cut_again_while_hands_are_shaken_is_no_refusal(
    cables: tuple[list[Cable], Path], cabled: tuple[Client, LiveSession, Iterator[TrackerFrame]]
) -> None:
    (ends, _), (client, live, frames) = cables, cabled
    last = answered_within(live, frames, 2.0)
    for end in ends:
        end.break_off = 3
        end.cut()
    assert answered_within(live, frames, 2.0) > last
    client.ping()
    assert [end.break_off for end in ends] == [0, 0]


def test_a_cable_that_stays_cut_is_a_daemon_missing(
    cables: tuple[list[Cable], Path], tracker_frame: Callable[..., TrackerFrame]
) -> None:
    ends, file = cables
    with Client.connect(file) as client:
        by_cable(client, ends[1])
        live = client.open_session(Setup())
        answered_within(live, map(tracker_frame, range(1, 100)), 2.0)
        ends[1].remove()
        began = time.monotonic()
        with pytest.raises(DaemonMissing, match="went away"):
            while time.monotonic() < began + 10:
                live.poll(0.2)


def test_a_slow_reader_gets_its_clip_whole_and_holds_nobody_up(
    serve: Serve, standing: Callable[..., TrackerClip], tracker_frame: Callable[..., TrackerFrame]
) -> None:
    server, file = serve(timing=Timing(heartbeat_s=10.0))  # one that does not read answers no heartbeat either
    context = zmq.Context()
    slow = context.socket(zmq.DEALER)
    for option, value in ((zmq.LINGER, 0), (zmq.RCVHWM, 1), (zmq.RCVBUF, 8192)):
        slow.setsockopt(option, value)
    slow.connect(f"tcp://127.0.0.1:{server.connection.control_port}")
    try:
        with Client.connect(file) as client:
            client.wait_ready(20)
            live = client.open_session(Setup())
            slow.send(encode_client(1, Hello(1, 1, server.connection.token)))
            slow.send(encode_client(2, SolveClip(Setup(), standing(40_000))))
            frames = map(tracker_frame, range(1, 10_000))
            for _ in range(50):
                answered_within(live, frames, 1.0)
                client.status()  # no heartbeat says for ten seconds that the daemon is there
            received = 0
            while received < 40_000:
                assert slow.poll(5000)
                body = decode_server(slow.recv())[1]
                if isinstance(body, ClipSolved):
                    assert body.first_frame == received
                    received += len(body.root_position_m)
    finally:
        context.destroy(0)
