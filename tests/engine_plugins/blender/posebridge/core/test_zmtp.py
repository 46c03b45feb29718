"""ZMTP without a socket: what comes of bytes, however they are split, and that no bytes do harm."""
from __future__ import annotations

import random
import tracemalloc

import pytest

from engine_plugins.blender.posebridge.core.zmtp import (
    HANDSHAKE_S,
    HEARTBEAT_S,
    MOST_PARTS,
    SILENCE_S,
    Connection,
    Ready,
    Received,
    State,
)
from engine_plugins.blender.posebridge.core.zmtp_frames import MOST_COMMAND_BYTES, ZmtpError
from engine_plugins.blender.posebridge.core.zmtp_mechanism import Null, Plain, Refused
from tests.engine_plugins.blender.posebridge.core.zmtp_peer import (
    MOST_BYTES,
    ROUTER_READY,
    command,
    fed,
    frame,
    hello,
    met,
    sent,
)

BIG = bytes(range(256)) * 300


@pytest.mark.parametrize("piece", [1, 2, 7, 63, 64, 65, 1000, 1 << 20])
def test_it_does_not_matter_how_the_bytes_are_split(piece: int) -> None:
    stream = (hello() + command(b"READY", ROUTER_READY[8:]) + frame(b"one") + command(b"NEWS", b"x") + frame(b"") +
              frame(BIG) + frame(b"a", 1) + command(b"PING", b"\0\0abc") + frame(b"b") + frame(bytes(255)))
    connection = Connection(Null(), MOST_BYTES, 0.0)
    assert fed(connection, stream, piece) == [
        Ready(), Received((b"one",)), Received((b"",)), Received((BIG,)), Received((b"a", b"b")),
        Received((bytes(255),))]
    out = sent(connection)
    assert out.startswith(b"\xff" + bytes(8) + b"\x7f\x03\x01NULL") and out.endswith(command(b"PONG", b"abc"))


def test_what_is_sent_is_framed() -> None:
    connection = met()
    for payload in (b"", b"x", bytes(255), bytes(256), BIG):
        connection.send(payload)
        assert sent(connection) == frame(payload)


def test_nothing_is_sent_before_the_peer_is_ready() -> None:
    connection = Connection(Null(), MOST_BYTES, 0.0)
    with pytest.raises(RuntimeError, match="GREETING"):
        connection.send(b"x")


def test_null_answers_a_greeting_with_ready() -> None:
    connection = Connection(Null(), MOST_BYTES, 0.0)
    assert sent(connection) == b"\xff" + bytes(8) + b"\x7f\x03"
    assert connection.receive(hello(), 0.0) == [] and connection.state is State.HANDSHAKE
    assert sent(connection) == b"\x01NULL" + bytes(48) + command(
        b"READY", b"\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\0")


def test_plain_says_hello_and_initiates_when_welcome() -> None:
    connection = Connection(Plain("posebridge", "secret"), MOST_BYTES, 0.0)
    sent(connection)
    connection.receive(hello(b"PLAIN", as_server=b"\1"), 0.0)
    assert sent(connection).endswith(bytes(32) + command(b"HELLO", b"\x0aposebridge\x06secret"))
    connection.receive(command(b"WELCOME"), 0.0)
    assert sent(connection).startswith(b"\x04") and connection.state is State.HANDSHAKE
    assert connection.receive(ROUTER_READY, 0.0) == [Ready()]


@pytest.mark.parametrize(("data", "said"), [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak ZMTP"),
    (b"\x01\x00", "does not speak ZMTP"),
    (hello(version=b"\x02\x00"), "does not speak ZMTP 3"),
    (b"\xff" + bytes(63), "does not speak ZMTP 3"),
    (hello(b"CURVE", as_server=b"\1"), "wants the mechanism 'CURVE'; we have NULL"),
    (hello() + command(b"ERROR", b"\x03400"), "refused the connection: 400"),
    (hello() + command(b"ERROR", b""), "it gave no reason"),
    (hello() + command(b"READY", b"\x0bSocket-Type\0\0\0\x03PUB"), "is a PUB socket; a DEALER speaks to ROUTER"),
    (hello() + command(b"READY", b""), "nameless socket"),
])
def test_a_peer_that_will_never_do_is_refused_with_its_reason(data: bytes, said: str) -> None:
    for piece in (1, len(data)):
        with pytest.raises(Refused, match=said):
            fed(Connection(Null(), MOST_BYTES, 0.0), data, piece)


def test_a_wrong_password_is_a_refusal() -> None:
    with pytest.raises(Refused, match="400"):
        fed(Connection(Plain("a", "b"), MOST_BYTES, 0.0), hello(b"PLAIN") + command(b"ERROR", b"\x03400"), 1)


GREETED = hello()
AGREED = hello() + ROUTER_READY


@pytest.mark.parametrize(("data", "said"), [
    (GREETED + frame(b"x"), "before it was ready"),
    (GREETED + command(b"PING", b"\0\0"), "'PING' where READY was due"),
    (GREETED + command(b"READY", b"\x0bSocket-Type\xff\xff\xff\xffROUTER"), "cut off"),
    (GREETED + command(b"READY", b"\xff"), "cut off"),
    (AGREED + b"\x08\x00", "flags 0x08"),
    (AGREED + b"\x05\x01\x00", "flags 0x05"),
    (AGREED + b"\x04\x00", "without a name"),
    (AGREED + b"\x04\x02\x05P", "without a name"),
    (AGREED + b"\x02" + (MOST_BYTES + 1).to_bytes(8, "big"), f"at most {MOST_BYTES}"),
    (AGREED + b"\x02" + b"\xff" * 8, f"at most {MOST_BYTES}"),
    (AGREED + b"\x06" + (MOST_COMMAND_BYTES + 1).to_bytes(8, "big"), f"at most {MOST_COMMAND_BYTES}"),
    (AGREED + frame(b"", 1) * (MOST_PARTS + 1), f"more than {MOST_PARTS} parts"),
    (AGREED + frame(bytes(MOST_BYTES // 2), 1) * 3, f"{MOST_BYTES} bytes"),
    (AGREED + command(b"ERROR", b"\x02no"), "refused the connection: no"),
])
def test_a_peer_that_breaks_the_protocol_ends_the_connection(data: bytes, said: str) -> None:
    for piece in (1, len(data)) if len(data) < 10_000 else (4096, len(data)):
        with pytest.raises(ZmtpError, match=said):
            fed(Connection(Null(), MOST_BYTES, 0.0), data, piece)


def test_an_announced_frame_takes_no_memory_before_it_comes() -> None:
    connection = met()
    tracemalloc.start()
    try:
        connection.receive(b"\x02" + MOST_BYTES.to_bytes(8, "big"), 0.0)
        assert tracemalloc.get_traced_memory()[1] < 10_000
    finally:
        tracemalloc.stop()


def test_a_heartbeat_goes_when_it_is_due_and_a_silent_peer_is_given_up() -> None:
    connection = met()
    connection.tick(0.9 * HEARTBEAT_S)
    assert sent(connection) == b""
    connection.tick(HEARTBEAT_S)
    assert sent(connection) == command(b"PING", b"\0\0")
    connection.receive(command(b"PONG"), 2.0)
    connection.tick(2.0 + SILENCE_S)
    with pytest.raises(ZmtpError, match="silent"):
        connection.tick(2.1 + SILENCE_S)


def test_a_peer_that_never_agrees_is_given_up_however_much_it_says() -> None:
    connection = Connection(Null(), MOST_BYTES, 0.0)
    for at, byte in enumerate(hello()[:40]):
        connection.receive(bytes([byte]), at * HANDSHAKE_S / 40)
        connection.tick(at * HANDSHAKE_S / 40)
    with pytest.raises(ZmtpError, match="did not agree"):
        connection.tick(HANDSHAKE_S + 0.1)


def test_noise_ends_a_connection_or_waits_for_more_but_nothing_else() -> None:
    source = random.Random(0)
    starts = [b"", hello()[:10], hello(), AGREED, AGREED + frame(b"m", 1)]
    refused = 0
    for _ in range(3000):
        connection = Connection(Null(), 1 << 16, 0.0)
        data = bytearray(source.choice(starts) + source.randbytes(source.randint(0, 80)))
        if data and source.random() < 0.5:
            data[source.randrange(len(data))] ^= 1 << source.randrange(8)
        try:
            fed(connection, bytes(data), source.randint(1, 20))
        except ZmtpError:
            refused += 1
    assert 1000 < refused < 3000
