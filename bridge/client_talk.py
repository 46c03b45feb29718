"""The client's conversation on the control line: greet, ask, hear. Every wait ends with an answer or an error."""
from __future__ import annotations

import math
import time
from typing import TypeVar

import zmq

from bridge.checks import TooLarge
from bridge.client_line import LOST_AFTER_S, Line
from bridge.errors import DaemonMissing, DaemonRefused
from bridge.messages import PROTOCOL_MAX, PROTOCOL_MIN, ClientBody, ErrorCode, Hello
from bridge.refusals import Refusal, error_of
from bridge.replies import ErrorMessage, GoAway, ServerBody, Welcome
from bridge.security import Connection
from bridge.wire_client import encode_client
from bridge.wire_server import decode_server

SILENCE_S = 3.5  # the daemon is heard of once a second
AFTER_CUT_S = 1.0
_A = TypeVar("_A", bound=ServerBody)


class Talk:
    """A greeted control line."""

    def __init__(self, connection: Connection, timeout_s: float) -> None:
        self.connection = connection
        self._context = zmq.Context()
        self._timeout_s = timeout_s
        self._line = Line(self._context, connection, connection.control_port)
        self._lines = [self._line]
        self._last_request = 0
        self._heard_s = time.monotonic()
        self._most_bytes: int | None = None
        self.cuts = 0  # so often has the line been cut and joined again
        self.leaving = ""  # why the daemon leaves, once it said so

    def greet(self) -> Welcome:
        welcome = self.ask(self._hello(), Welcome)
        self._most_bytes = welcome.limits.control_message_bytes
        return welcome

    def ask(self, body: ClientBody, kind: type[_A], timeout_s: float | None = None) -> _A:
        """One request, one answer of the given kind, waited for longer than usual if so told; raises what the daemon
        refuses it with."""
        if self.leaving:
            raise DaemonMissing(f"{self._daemon} is leaving: {self.leaving}")
        try:
            answer = self.answer(self.send(body), timeout_s or self._timeout_s)
        except Refusal as refusal:
            if refusal.code is not ErrorCode.HELLO_NEEDED or isinstance(body, Hello):
                raise
            self.greet()
            answer = self.answer(self.send(body), timeout_s or self._timeout_s)
        if not isinstance(answer, kind):
            raise DaemonRefused(f"the daemon answered {type(answer).__name__}, not {kind.__name__}")
        return answer

    def send(self, body: ClientBody) -> int:
        """The id of the request now on its way."""
        self._last_request += 1
        payload = encode_client(self._last_request, body)
        if self._most_bytes is not None and len(payload) > self._most_bytes:
            raise TooLarge(f"the message takes {len(payload)} bytes; the daemon allows {self._most_bytes}")
        if not self._line.send(payload):
            raise DaemonMissing(f"{self._daemon} takes no messages")
        return self._last_request

    def answer(self, request: int, timeout_s: float | None = None) -> ServerBody:
        """The next answer to a request, waiting as long as the daemon lives, or timeout_s.

        A cut may have taken the request or its answer along: what does not come soon after it will not come.
        """
        deadline = math.inf if timeout_s is None else time.monotonic() + timeout_s
        cuts = self.cuts
        while time.monotonic() < deadline:
            self.socket.poll(100)
            heard = self.hear()
            if self.cuts != cuts:
                cuts, deadline = self.cuts, min(deadline, time.monotonic() + AFTER_CUT_S)
            if heard and heard[0] == request:
                if isinstance(heard[1], ErrorMessage):
                    raise error_of(heard[1])
                return heard[1]
        raise DaemonMissing(f"{self._daemon} did not answer in time; ask again")

    def hear(self) -> tuple[int, ServerBody] | None:
        """The next thing the daemon said, or None; DaemonMissing if it is silent or gone."""
        payload = self._line.receive()
        if payload is None:  # its last words were heard
            self._check()
            return None
        self._heard_s = time.monotonic()
        request, body = decode_server(payload)
        if isinstance(body, GoAway):
            self.leaving = body.reason
        return request, body

    def _check(self) -> None:
        try:
            self._line.check(0.0 if self.leaving else LOST_AFTER_S)
        except DaemonMissing:
            if self.leaving:
                raise DaemonMissing(f"{self._daemon} is leaving: {self.leaving}") from None
            raise
        if self._line.reconnected:  # after a cut, the daemon knows this line by another name
            self._line.reconnected = False
            self.cuts += 1
            self.send(self._hello())
        if time.monotonic() - self._heard_s > SILENCE_S:
            raise DaemonMissing(f"{self._daemon} has been silent for {SILENCE_S:g} s")

    @property
    def has_room(self) -> bool:
        """Whether the line takes another message now."""
        return self.socket.poll(0, zmq.POLLOUT) != 0

    def live_line(self) -> Line:
        """A line to the live port of the same daemon: the connection file's, which a relay has its own of."""
        line = Line(self._context, self.connection, self.connection.live_port)
        self._lines = [one for one in self._lines if not one.closed] + [line]
        return line

    @property
    def socket(self) -> zmq.Socket[bytes]:
        return self._line.socket

    def close(self) -> None:
        """Live lines that are still open go with it."""
        for line in self._lines:
            line.close()
        self._context.term()

    @property
    def _daemon(self) -> str:
        return f"the daemon (pid {self.connection.pid}, port {self.connection.control_port})"

    def _hello(self) -> Hello:
        return Hello(PROTOCOL_MIN, PROTOCOL_MAX, self.connection.token, "posebridge python")
