"""The daemon's two ROUTER sockets, set so that no peer can make it wait, grow or die.

A message is one routing id, which the daemon gives, and one part: who chose an id could choose somebody else's. HWMs
bound what is under way: from a peer, as a long queue of live frames would only grow old and hold back what they
acknowledge; and to it. A letter that a slow peer has no room for is dropped if a newer one will replace it or if it
answers a stranger, else kept until there is room. A peer for whom more waits than a long clip's result is gone.
"""
from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import zmq

from bridge.config import Limits, Timing
from bridge.messages import ErrorCode
from bridge.outbox import Letter, Line
from bridge.refusals import Refusal, refusal_of
from bridge.replies import ClipProgress, Heartbeat, Watched
from bridge.server_door import Door, Guard, Options, key_of
from bridge.wire_server import encode_server

DRAIN = 64  # messages a wake, so that one flooding peer does not stop the rest
KEPT_BYTES = 128 << 20  # for a peer: an hour of solved motion takes 98 MB
_REPLACEABLE = (Heartbeat, ClipProgress, Watched)

NAMED_ITSELF = encode_server(0, refusal_of(Refusal(
    ErrorCode.MALFORMED, "the connection has chosen a routing id of its own; here the daemon gives them")))

Arrived = tuple[bytes, bytes, str]  # peer, payload, the key it came in by


class Socket:
    """One ROUTER on one port."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], address: tuple[str, int], most_bytes: int,
                 timing: Timing, live: bool, extra: Options) -> None:
        self.zmq = context.socket(zmq.ROUTER)
        self._guarded = bool(extra)
        beat_ms = round(timing.heartbeat_s * 1000)
        options: Options = {
            zmq.LINGER: 0, zmq.ROUTER_MANDATORY: 1, zmq.MAXMSGSIZE: most_bytes, zmq.HEARTBEAT_IVL: beat_ms,
            zmq.HEARTBEAT_TIMEOUT: timing.missed_heartbeats * beat_ms, zmq.RCVHWM: 16,
            zmq.SNDHWM: 4 if live else 64, zmq.BACKLOG: 64, zmq.HANDSHAKE_IVL: 5000,
        }
        if live:
            options |= {zmq.SNDBUF: 16_384, zmq.RCVBUF: 16_384}
        for option, value in {**options, **extra}.items():
            self.zmq.setsockopt(option, value)
        try:
            self.zmq.bind(f"tcp://{address[0]}:{address[1]}")
        except zmq.ZMQError:
            self.zmq.close(0)
            raise
        self.port = int(self.zmq.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2])

    def arrived(self) -> Iterator[Arrived]:
        """What is there now, DRAIN at most. A message of more parts is passed over as an empty one."""
        for _ in range(DRAIN):
            try:
                peer, payload, key = self._receive_guarded() if self._guarded else self._receive()
            except zmq.Again:
                return
            if len(peer) != 5 or peer[0]:
                with suppress(ConnectionError):
                    self.send(peer, NAMED_ITSELF)
            else:
                yield peer, payload, key

    def _receive(self) -> Arrived:
        peer, payload = self.zmq.recv(zmq.NOBLOCK), self.zmq.recv()
        while self.zmq.getsockopt(zmq.RCVMORE):
            self.zmq.recv()
            payload = b""
        return peer, payload, ""

    def _receive_guarded(self) -> Arrived:
        name, *frames = self.zmq.recv_multipart(zmq.NOBLOCK, copy=False)
        return name.bytes, frames[0].bytes if len(frames) == 1 else b"", key_of(frames[0])

    def send(self, peer: bytes, payload: bytes) -> bool:
        """See send_to."""
        return send_to(self.zmq, peer, payload)

    def close(self) -> None:
        self.zmq.close(0)


def send_to(router: zmq.Socket[bytes], peer: bytes, payload: bytes) -> bool:
    """False if the peer has no room now. ConnectionError if it is gone."""
    try:
        router.send(peer, zmq.NOBLOCK | zmq.SNDMORE)
        router.send(payload, zmq.NOBLOCK)
    except zmq.Again:
        return False
    except zmq.ZMQError as error:
        if error.errno == zmq.EHOSTUNREACH:
            raise ConnectionError("the peer is gone") from error
        raise
    return True


@dataclass
class Waiting:
    """Letters to one peer that has no room for them now."""

    payloads: deque[bytes] = field(default_factory=deque)
    size: int = 0

    def add(self, payload: bytes) -> None:
        """ConnectionError if too much waits."""
        self.size += len(payload)
        if self.size > KEPT_BYTES:
            raise ConnectionError(f"{self.size} bytes wait for a peer that does not read")
        self.payloads.append(payload)

    def send(self, take: Callable[[bytes], bool]) -> bool:
        """Sends what there is room for; whether nothing is left."""
        while self.payloads and take(self.payloads[0]):
            self.size -= len(self.payloads.popleft())
        return not self.payloads


class Sockets:
    """Control and live, and the letters that wait for room on control."""

    def __init__(
        self, host: str, ports: tuple[int, int], limits: Limits, timing: Timing, guard: Guard | None = None
    ) -> None:
        self._context = zmq.Context()
        self.door = Door(self._context, guard) if guard else None
        extra = self.door.options() if self.door else {}
        self._kept: dict[bytes, Waiting] = {}
        try:
            self.control = Socket(self._context, (host, ports[0]), limits.control_message_bytes, timing, False, extra)
            self.live = Socket(self._context, (host, ports[1]), limits.live_message_bytes, timing, True, extra)
        except zmq.ZMQError:
            self._context.destroy(0)
            raise

    def deliver(self, letter: Letter) -> bool:
        """False if a control peer turned out to be gone; of a live letter, if nobody took it."""
        payload = encode_server(letter.request_id, letter.body)
        if letter.line is Line.LIVE:
            with suppress(ConnectionError):
                return self.live.send(letter.peer, payload)
            return False
        try:
            sent = letter.peer not in self._kept and self.control.send(letter.peer, payload)
            if not sent and letter.keep and not isinstance(letter.body, _REPLACEABLE):
                self._kept.setdefault(letter.peer, Waiting()).add(payload)
        except ConnectionError:
            self._kept.pop(letter.peer, None)
            return False
        return True

    def deliver_kept(self) -> list[bytes]:
        """Sends what waits for room, as far as there is; the peers that are gone."""
        gone = []
        for peer, waiting in list(self._kept.items()):
            try:
                done = waiting.send(partial(self.control.send, peer))
            except ConnectionError:
                gone.append(peer)
                done = True
            if done:
                del self._kept[peer]
        return gone

    @property
    def keeping(self) -> bool:
        return bool(self._kept)

    def close(self) -> None:
        self.control.close()
        self.live.close()
        if self.door:
            self.door.close()
        self._context.term()
