"""Our ZMTP and libzmq understand each other, and what is no libzmq does no harm."""
from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import zmq

from bridge.security import PLAIN_NAME
from bridge.server_door import Door, PlainGuard
from engine_plugins.blender.posebridge.core.zmtp import SILENCE_S, Received
from engine_plugins.blender.posebridge.core.zmtp_frames import ZmtpError
from engine_plugins.blender.posebridge.core.zmtp_mechanism import Mechanism, Null, Plain, Refused
from engine_plugins.blender.posebridge.core.zmtp_socket import Unreachable, Waiter, ZmtpSocket
from tests.engine_plugins.blender.posebridge.core.zmtp_links import link, raw_peer, trickling
from tests.engine_plugins.blender.posebridge.core.zmtp_peer import ROUTER_READY, frame, hello

Bound = Callable[..., tuple["zmq.Socket[bytes]", int]]


@pytest.fixture
def context() -> Iterator[zmq.Context[zmq.Socket[bytes]]]:
    one = zmq.Context()
    yield one
    one.destroy(0)


@pytest.fixture
def bound(context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[Bound]:
    """bound(kind, options, port): a socket of libzmq that listens, and its port."""
    peers = []

    def bind(kind: int = zmq.ROUTER, options: dict[int, int | bytes] | None = None, port: int = 0) -> tuple[
            zmq.Socket[bytes], int]:
        peer = context.socket(kind)
        peers.append(peer)
        for option, value in {zmq.LINGER: 0, zmq.RCVTIMEO: 10_000, zmq.SNDTIMEO: 10_000, **(options or {})}.items():
            peer.setsockopt(option, value)
        peer.bind(f"tcp://127.0.0.1:{port or '*'}")
        return peer, int(peer.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2])

    yield bind
    for peer in peers:
        peer.close(0)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 65_536, 3 << 20])
def test_messages_of_every_size_go_and_come(bound: Bound, size: int) -> None:
    peer, port = bound()
    payload = (bytes(range(256)) * (size // 256 + 1))[:size]
    with link(port) as ours:
        ours.ready().socket.send(payload)
        ours.flush()
        name, received = peer.recv_multipart()
        assert received == payload and name[0] == 0, "the routing id is the peer's to give"
        peer.send_multipart([name, payload])
        assert ours.message() == payload


def test_small_messages_do_not_wait_for_larger_ones(bound: Bound) -> None:
    with link(bound()[1]) as ours:
        assert ours.socket.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_byte_by_byte(bound: Bound) -> None:
    peer, port = bound()
    with trickling(port) as slow, link(slow) as ours:
        ours.ready()
        for payload in (b"", b"a", bytes(300)):
            ours.socket.send(payload)
            name, received = peer.recv_multipart()
            peer.send_multipart([name, received + b"!"])
            assert ours.message() == payload + b"!"


def test_a_dealer_is_a_peer_too_and_parts_stay_parts(bound: Bound) -> None:
    peer, port = bound(zmq.DEALER)
    with link(port) as ours:
        ours.ready()
        peer.send_multipart([b"one", b"", b"three"])
        assert ours.next_event() == Received((b"one", b"", b"three"))


def test_each_side_hears_the_other_by_heartbeats_alone(bound: Bound) -> None:
    """The first peer beats and drops who does not answer; the second only answers, and we drop who does not."""
    strict, strict_port = bound(options={zmq.HEARTBEAT_IVL: 50, zmq.HEARTBEAT_TIMEOUT: 500})
    quiet, quiet_port = bound()
    with link(strict_port) as one, link(quiet_port) as other:
        one.ready()
        other.ready()
        deadline = time.monotonic() + SILENCE_S + 0.5
        while time.monotonic() < deadline:
            one.step()
            other.step()
        for ours, peer in ((one, strict), (other, quiet)):
            ours.socket.send(b"still there")
            assert peer.recv_multipart()[1] == b"still there"


def test_a_peer_that_comes_back_is_connected_to_anew(bound: Bound) -> None:
    peer, port = bound()
    with link(port) as ours:
        ours.ready()
        peer.close(0)
        with pytest.raises(ZmtpError, match="closed the connection"):
            ours.next_event()
    with pytest.raises(Unreachable, match="nobody listens"), link(port) as ours:
        ours.next_event()
    peer, _ = bound(port=port)
    with link(port) as ours:
        ours.ready().socket.send(b"again")
        assert peer.recv_multipart()[1] == b"again"


@pytest.mark.parametrize(("options", "mechanism", "said"), [
    ({zmq.PLAIN_SERVER: 1}, Null(), "wants the mechanism 'PLAIN'; we have NULL"),
    ({zmq.CURVE_SERVER: 1, zmq.CURVE_SECRETKEY: zmq.curve_keypair()[1]}, Null(), "wants the mechanism 'CURVE'"),
    ({}, Plain("a", "b"), "wants the mechanism 'NULL'; we have PLAIN"),
])
def test_another_mechanism_is_named(
    bound: Bound, options: dict[int, int | bytes], mechanism: Mechanism, said: str
) -> None:
    _, port = bound(options=options)
    with link(port, mechanism) as ours, pytest.raises(Refused, match=said):
        ours.next_event()


@pytest.fixture
def door(context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[Door]:
    one = Door(context, PlainGuard("the token"))
    yield one
    one.close()


def test_plain_opens_with_the_right_password(bound: Bound, door: Door) -> None:
    peer, port = bound(options=door.options())
    with link(port, Plain(PLAIN_NAME, "the token")) as ours:
        ours.besides = door.answer
        ours.ready().socket.send(b"in")
        assert peer.recv_multipart()[1] == b"in"


def test_plain_stays_closed_to_a_wrong_one(bound: Bound, door: Door) -> None:
    _, port = bound(options=door.options())
    with link(port, Plain(PLAIN_NAME, "a guess")) as ours:
        ours.besides = door.answer
        with pytest.raises(Refused, match="refused the connection: 400"):
            ours.next_event()


def test_sending_never_waits_for_a_peer_that_does_not_read(bound: Bound) -> None:
    peer, port = bound(options={zmq.RCVHWM: 1, zmq.RCVBUF: 8192})
    payloads = [bytes([number]) * (3 << 20) for number in range(5)]
    with link(port) as ours:
        ours.ready()
        for payload in payloads:
            ours.socket.send(payload)
        assert ours.socket.unsent_bytes > 1 << 20
        arrived: list[bytes] = []
        reader = threading.Thread(target=lambda: arrived.extend(peer.recv_multipart()[1] for _ in payloads))
        reader.start()
        ours.flush()
        reader.join()
    assert arrived == payloads


def test_a_message_the_peer_does_not_allow_ends_the_connection(bound: Bound) -> None:
    _, port = bound(options={zmq.MAXMSGSIZE: 1000})
    with link(port) as ours:
        ours.ready().socket.send(bytes(1001))
        with pytest.raises(ZmtpError, match=r"closed|broke"):
            ours.next_event()


def test_a_message_we_do_not_allow_is_not_taken(bound: Bound) -> None:
    peer, port = bound(zmq.DEALER)
    with link(port, most_bytes=1000) as ours:
        ours.ready()
        peer.send(bytes(1001))
        with pytest.raises(ZmtpError, match="announced a frame of 1001 bytes; at most 1000"):
            ours.next_event()


@pytest.mark.parametrize(("data", "error", "said"), [
    (b"", ZmtpError, "closed|broke"),
    (b"220 mail.example ESMTP\r\n", Refused, "does not speak ZMTP"),
    (hello() + ROUTER_READY + frame(bytes(3000))[:1000], ZmtpError, "closed|broke"),
    (hello()[:40], ZmtpError, "closed|broke"),
])
def test_what_is_no_libzmq_and_hangs_up(data: bytes, error: type[ZmtpError], said: str) -> None:
    def serve(one: socket.socket) -> None:
        one.sendall(data)

    with raw_peer(serve) as port, link(port) as ours, pytest.raises(error, match=said):
        while True:
            ours.next_event()


def test_a_wait_ends_when_another_thread_wakes_it() -> None:
    waiter = Waiter()
    try:
        threading.Timer(0.05, waiter.wake).start()
        waiter.wait([], 1000.0)
        for _ in range(100_000):  # more than the bell holds
            waiter.wake()
        waiter.wait([], 1000.0)
    finally:
        waiter.close()
    waiter.wake()


def test_a_socket_closed_is_forgotten_by_its_waiter(bound: Bound) -> None:
    _, port = bound()
    waiter = Waiter()
    try:
        for _ in range(3):
            one = ZmtpSocket("127.0.0.1", port, Null(), 1000)
            while not one.step():
                waiter.wait([one], 10.0)
            one.close()
    finally:
        waiter.close()
