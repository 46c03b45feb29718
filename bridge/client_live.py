"""A live session on the client's side: frames out, the newest poses in."""
from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import zmq

from bridge.client_line import Line
from bridge.client_talk import Talk
from bridge.errors import DaemonMissing, PoseBridgeError
from bridge.frames import PoseFrame, TrackerFrame
from bridge.messages import CloseSession, LiveFrame
from bridge.refusals import error_of
from bridge.replies import ErrorMessage, GoAway, SessionClosed, SessionOpened, Solved
from bridge.wire_client import encode_client
from bridge.wire_server import decode_server

_REMEMBERED = 512  # sent frames whose answer may still come


@dataclass(frozen=True)
class Answer:
    """A pose, and when: ours on the client's monotonic clock, the daemon's on its own."""

    pose: PoseFrame
    sent_ns: int  # of the frame it answers; 0 if that was too long ago
    received_ns: int
    server_received_ns: int
    server_sent_ns: int

    @property
    def latency_ms(self) -> float:
        return (self.received_ns - self.sent_ns) / 1e6


class LiveSession:
    """Made by Client.open_session(). After it is closed, `account` says what became of the frames."""

    def __init__(self, talk: Talk, line: Line, opened: SessionOpened) -> None:
        self._talk = talk
        self._line = line
        self._session = opened.session
        self._sent_ns: OrderedDict[int, int] = OrderedDict()
        self._last_result: int | None = None
        self._poller = zmq.Poller()
        self._poller.register(line.socket, zmq.POLLIN)
        self._poller.register(talk.socket, zmq.POLLIN)
        self.recording = Path(opened.recording) if opened.recording else None
        self.account: SessionClosed | None = None
        self.unsent = 0  # frames dropped here, since nobody took them

    def send(self, frame: TrackerFrame) -> None:
        """Never blocks; a frame nobody takes is dropped, as newer ones count more. Sequences must rise."""
        self._sent_ns[frame.sequence] = time.monotonic_ns()
        if len(self._sent_ns) > _REMEMBERED:
            self._sent_ns.popitem(last=False)
        self.unsent += not self._line.send(encode_client(0, LiveFrame(self._session, frame, self._last_result)))

    def poll(self, timeout_s: float = 0.0) -> Answer | None:
        """The next pose, in order, waiting up to timeout_s.

        Raises what the daemon says of a frame; the session lives on after it.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            payload = self._line.receive()
            if payload is not None:
                return self._read(payload, time.monotonic_ns())
            self._check()
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return None
            self._poller.poll(math.ceil(1000 * min(left_s, 0.25)))

    @property
    def socket(self) -> zmq.Socket[bytes]:
        """To be polled together with others; what is readable there is read by poll()."""
        return self._line.socket

    def close(self) -> SessionClosed:
        """Ends the session and its recording; the account of its frames."""
        if self.account is None:
            try:
                self.account = self._talk.ask(CloseSession(self._session), SessionClosed)
            finally:
                self._line.close()
        return self.account

    def __enter__(self) -> LiveSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except PoseBridgeError:
            if error is None:
                raise

    def _check(self) -> None:
        self._line.check()
        while self._talk.hear() is not None:
            pass
        if self._talk.leaving:
            raise DaemonMissing(f"the daemon is leaving: {self._talk.leaving}")

    def _read(self, payload: bytes, received_ns: int) -> Answer | None:
        _, body = decode_server(payload)
        match body:
            case Solved(pose, server_received_ns, server_sent_ns):
                self._last_result = pose.sequence
                sent_ns = self._sent_ns.pop(pose.sequence, 0)
                return Answer(pose, sent_ns, received_ns, server_received_ns, server_sent_ns)
            case ErrorMessage():
                raise error_of(body)
            case GoAway(reason):
                self._talk.leaving = reason
                raise DaemonMissing(f"the daemon is leaving: {reason}")
        return None
