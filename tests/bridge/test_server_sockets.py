"""Letters to a peer that does not read: which wait, which are dropped, and when it is taken for gone."""
from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import zmq

from bridge import server_sockets
from bridge.config import Limits, Timing
from bridge.messages import ErrorCode
from bridge.outbox import Letter, Line
from bridge.replies import ClipProgress, ErrorMessage, GoAway, ServerBody
from bridge.server_sockets import Sockets
from bridge.wire_server import decode_server, encode_server

PEER = b"\0slow"  # as the daemon's own names begin


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    made = Sockets("127.0.0.1", (0, 0), Limits(), Timing(heartbeat_s=10.0))
    yield made
    made.close()


@pytest.fixture
def slow(sockets: Sockets) -> Iterator[zmq.Socket[bytes]]:
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    for option, value in ((zmq.LINGER, 0), (zmq.RCVHWM, 1), (zmq.RCVBUF, 8192)):
        socket.setsockopt(option, value)
    socket.setsockopt(zmq.IDENTITY, PEER)
    socket.connect(f"tcp://127.0.0.1:{sockets.control.port}")
    socket.send(b"here")
    assert sockets.control.zmq.poll(5000)
    assert list(sockets.control.arrived()) == [(PEER, b"here", "")]
    yield socket
    context.destroy(0)


def refused(text: str) -> ErrorMessage:
    return ErrorMessage(ErrorCode.ENGINE_RESTARTING, text, 0.5)


def deliver(sockets: Sockets, body: ServerBody, keep: bool = True) -> bool:
    return sockets.deliver(Letter(Line.CONTROL, PEER, 1, body, keep))


def fill(sockets: Sockets) -> None:
    """Letters until there is no room, nor any after the buffers of the connection have taken what they can."""
    payload = encode_server(1, GoAway("x" * 100_000))
    for _ in range(100):
        sent = 0
        while sockets.control.send(PEER, payload):
            sent += 1
        if not sent:
            break
        time.sleep(0.1)
    assert deliver(sockets, ClipProgress(0, 1)) and not sockets.keeping


def received(sockets: Sockets, slow: zmq.Socket[bytes]) -> list[ServerBody]:
    bodies = []
    while slow.poll(300):
        bodies.append(decode_server(slow.recv())[1])
        sockets.deliver_kept()
    return bodies


def test_the_error_that_ends_a_clip_waits_for_room(sockets: Sockets, slow: zmq.Socket[bytes]) -> None:
    fill(sockets)
    assert deliver(sockets, refused("the engine stopped")) and sockets.keeping
    *before, last = received(sockets, slow)
    assert last == refused("the engine stopped") and before
    assert not sockets.keeping


def test_what_is_said_to_a_stranger_takes_no_memory(sockets: Sockets, slow: zmq.Socket[bytes]) -> None:
    fill(sockets)
    assert deliver(sockets, refused("who are you?"), keep=False) and not sockets.keeping


def test_a_peer_for_whom_too_much_waits_is_gone(
    sockets: Sockets, slow: zmq.Socket[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_sockets, "KEPT_BYTES", 1000)
    fill(sockets)
    assert deliver(sockets, GoAway("x" * 500))
    assert not deliver(sockets, GoAway("x" * 500)) and not sockets.keeping
