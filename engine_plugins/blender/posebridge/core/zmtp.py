"""A ZMTP 3.1 connection of a DEALER, without its socket and without a clock: bytes in, events out, bytes to be sent.

    GREETING -> HANDSHAKE -> READY, and from any of them, by ZmtpError, to the end: a connection is never mended.

Nothing here waits. The caller passes what arrived to receive(), calls tick() a few times a second, and sends what lies
in `out`.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from .zmtp_frames import COMMAND, MORE, FrameReader, ZmtpError, command, frame_head, read_command
from .zmtp_mechanism import Mechanism, Refused, expect

GREETING_BYTES = 64
TO_VERSION_BYTES = 11  # after which a peer says the rest of its own
MOST_PARTS = 16
MOST_CONTEXT_BYTES = 16  # of a PING, which its PONG repeats
HANDSHAKE_S = 5.0
HEARTBEAT_S = 1.0
SILENCE_S = 3.0


class State(Enum):
    GREETING = auto()
    HANDSHAKE = auto()
    READY = auto()


@dataclass(frozen=True)
class Ready:
    """Messages may go."""


@dataclass(frozen=True)
class Received:
    """A whole message."""

    parts: tuple[bytes, ...]


Event = Ready | Received


def greeting(mechanism: bytes) -> bytes:
    """The first 64 bytes of a client. The mechanism among them goes when the peer's is known: libzmq, told of another,
    would hang up before it says its own."""
    return b"\xff" + bytes(8) + b"\x7f" + b"\x03\x01" + mechanism.ljust(20, b"\0") + bytes(32)


class Connection:
    """`out`: bytes to be sent, whose beginning the caller removes as it sends it."""

    def __init__(self, mechanism: Mechanism, most_bytes: int, now_s: float) -> None:
        self.out = bytearray(greeting(mechanism.name)[:TO_VERSION_BYTES])
        self.state = State.GREETING
        self._mechanism = mechanism
        self._most_bytes = most_bytes
        self._reader = FrameReader(most_bytes)
        self._parts: list[bytes] = []
        self._began_s = self._heard_s = self._beat_s = now_s

    def receive(self, data: bytes | memoryview, now_s: float) -> list[Event]:
        """What has become whole; ZmtpError if the connection cannot go on."""
        self._heard_s = now_s
        self._reader.feed(data)
        events: list[Event] = []
        if self.state is State.GREETING and not self._greeted():
            return events
        while frame := self._reader.next_frame():
            event = self._command(frame.body) if frame.flags & COMMAND else self._part(frame.flags, frame.body)
            if event is not None:
                events.append(event)
        return events

    def send(self, payload: bytes) -> None:
        """A message of one part. Not before Ready."""
        if self.state is not State.READY:
            raise RuntimeError(f"nothing can be sent while the connection is {self.state.name}")
        self.out += frame_head(0, len(payload))
        self.out += payload

    def tick(self, now_s: float) -> None:
        """Sends a heartbeat when one is due; ZmtpError if the peer has been silent too long."""
        if self.state is not State.READY:
            if now_s - self._began_s > HANDSHAKE_S:
                raise ZmtpError(f"the peer did not agree on a connection within {HANDSHAKE_S:g} s")
        elif now_s - self._heard_s > SILENCE_S:
            raise ZmtpError(f"the peer has been silent for {SILENCE_S:g} s")
        elif now_s - self._beat_s >= HEARTBEAT_S:
            self._beat_s = now_s
            self.out += command(b"PING", bytes(2))  # no time to live: whether we live, the peer asks by itself

    def _greeted(self) -> bool:
        """Whether the peer's greeting is there and agrees with ours."""
        if not self._reader.begins_with(0xFF):
            raise Refused("the peer does not speak ZMTP")
        theirs = self._reader.take(GREETING_BYTES)
        if theirs is None:
            return False
        if not theirs[9] & 1 or theirs[10] < 3:
            raise Refused("the peer does not speak ZMTP 3")
        name = theirs[12:32].rstrip(b"\0")
        if name != self._mechanism.name:
            raise Refused(f"the peer wants the mechanism {name.decode('latin-1')!r}; "
                          f"we have {self._mechanism.name.decode()}")
        self.state = State.HANDSHAKE
        self.out += greeting(name)[TO_VERSION_BYTES:] + self._mechanism.begin()
        return True

    def _command(self, body: bytes) -> Event | None:
        name, data = read_command(body)
        if self.state is State.READY:
            self._heed(name, data)
            return None
        answer = self._mechanism.answer(name, data)
        if answer is not None:
            self.out += answer
            return None
        self.state = State.READY
        return Ready()

    def _heed(self, name: bytes, data: bytes) -> None:
        if name == b"PING":
            self.out += command(b"PONG", data[2 : 2 + MOST_CONTEXT_BYTES])
        elif name == b"ERROR":
            expect(name, data, b"")

    def _part(self, flags: int, body: bytes) -> Event | None:
        if self.state is not State.READY:
            raise ZmtpError("the peer sent a message before it was ready")
        self._parts.append(body)
        if len(self._parts) > MOST_PARTS or sum(map(len, self._parts)) > self._most_bytes:
            raise ZmtpError(f"the peer sent a message of more than {MOST_PARTS} parts or {self._most_bytes} bytes")
        if flags & MORE:
            return None
        parts, self._parts = tuple(self._parts), []
        return Received(parts)
