"""The thread that owns a client's sockets: it waits, moves messages between lines, talk and live, and tells the caller.

It never waits longer than STEP_S, so whoever stops it can join it.
"""
from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from .client_errors import DaemonError, DaemonMissing, DaemonRefused
from .client_events import Answered, Cut, Ended, Event, EventBox
from .client_line import Line
from .client_live import Live
from .client_talk import Talk
from .connection_file import ConnectionFile
from .messages import ClientMessage, CloseSession, SessionOpened
from .wire_format import DecodeError
from .zmtp import Ready, Received
from .zmtp_socket import Waiter, ZmtpSocket

STEP_S = 0.05
FAREWELL_S = 0.2  # for the daemon to hear that the session ends
CONTROL_BYTES, LIVE_BYTES = 16 << 20, 1 << 16  # the longest message we take: a part of a clip has 116 kB, a pose 500 B
LIVE_UNDER_WAY_BYTES = 16_384  # readings that the system may hold: a long queue of them would only grow old
LIVE_UNSENT_BYTES = 4096  # more than this lies before a daemon that does not read: newer readings wait

Order = Callable[[], None]  # something the caller wants done, by this thread


class Wire:
    """`orders` is filled by the caller, who then rings the waiter."""

    def __init__(self, connection: ConnectionFile, name: str, numbers: Iterator[int], live: Live, events: EventBox
                 ) -> None:
        self._control = line_to(connection, connection.control_port, CONTROL_BYTES)
        self._live_line: Line | None = None
        self.talk = Talk(connection.token, name, numbers)
        self.orders: deque[Order] = deque()
        self.waiter = Waiter()
        self.stopping = False
        self._connection, self._numbers, self._live, self._events = connection, numbers, live, events

    def run(self) -> None:
        """Until it is told to stop or there is no hope; the last event says which."""
        error: DaemonError | None = DaemonError("the connection's thread failed; its traceback is on the console")
        try:
            while not self.stopping:
                self._step()
            self._say_farewell()
            error = None
        except DaemonError as known:
            error = known
        except DecodeError as unknown:
            error = DaemonRefused(f"the daemon sent what is no message of our protocol: {unknown}")
        finally:
            for line in self._lines():
                line.close()
            self.waiter.close()
            self._events.add(Ended(error))

    def cancel(self, request: int) -> None:
        """An order: see Talk.cancel."""
        self._tell(self.talk.cancel(request))

    def _step(self) -> None:
        sockets = [line.socket for line in self._lines() if line.socket is not None]
        self.waiter.wait(sockets, STEP_S)
        now_s = time.monotonic()
        while self.orders:
            self.orders.popleft()()
        self._step_control(now_s)
        self._step_live(now_s)

    def _lines(self) -> list[Line]:
        return [line for line in (self._control, self._live_line) if line is not None]

    def _step_control(self, now_s: float) -> None:
        for event in self._control.step(now_s):
            if isinstance(event, Ready):
                self.talk.connected(now_s)
            elif isinstance(event, Received):
                self._tell(self.talk.hear(event.parts[0], now_s))
        if self._notices_cut(self._control):
            self._tell(self.talk.cut())
        self._tell(self.talk.tick(now_s))
        while self.talk.out and self._control.up:
            self._control.send(self.talk.out.popleft())

    def _notices_cut(self, line: Line) -> bool:
        """Whether it was cut since this was last asked; DaemonMissing if that was to be expected."""
        why, line.why = line.why, ""
        if not why:
            return False
        if self.talk.leaving:
            raise DaemonMissing(f"the daemon has left: {self.talk.leaving}")
        self._events.add(Cut(why))
        return True

    def _step_live(self, now_s: float) -> None:
        line = self._live_line
        if line is None:
            return
        for event in line.step(now_s):
            if isinstance(event, Received):
                self._tell(self._live.hear(event.parts[0]))
        self._notices_cut(line)
        if line.up and line.socket is not None and line.socket.unsent_bytes < LIVE_UNSENT_BYTES:
            payload = self._live.next_payload()
            if payload is not None:
                line.send(payload)

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Answered) and isinstance(event.body, SessionOpened):
                self._opened(event.body.session)
            self._events.add(event)

    def _opened(self, session: bytes) -> None:
        """One at a time: a session that was open makes room for the new one."""
        if self._live.session:
            self._close_session()
        self._live.open(session)
        self._live_line = self._live_line or line_to(
            self._connection, self._connection.live_port, LIVE_BYTES, LIVE_UNDER_WAY_BYTES)

    def _close_session(self) -> int:
        request = next(self._numbers)
        self.talk.ask(request, ClientMessage(request, CloseSession(self._live.session)).encode())
        self._live.close()
        return request

    def _say_farewell(self) -> None:
        """Closes a session that is open, so that the daemon need not keep it for us."""
        if not self._live.session or not self._control.up:
            return
        request, deadline = self._close_session(), time.monotonic() + FAREWELL_S
        with suppress(DaemonError):
            while self.talk.awaits(request) and time.monotonic() < deadline:
                self._step()


def line_to(connection: ConnectionFile, port: int, most_bytes: int, under_way_bytes: int = 0) -> Line:
    """DaemonRefused where the daemon asks for a mechanism that is not ours."""
    mechanism = connection.zmtp_mechanism()
    connect = partial(ZmtpSocket, connection.host, port, mechanism, most_bytes, under_way_bytes)
    return Line(f"{connection.host}:{port}", connect, time.monotonic())
