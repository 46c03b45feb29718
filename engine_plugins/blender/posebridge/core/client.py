"""The plugin's client of the daemon: nothing here ever makes its caller wait, so a user interface may own one.

    client = Client(find_connection(), "blender 5.1")
    client.open_session(setup)
    ...                                      # a few times a second, from a timer:
    for event in client.take_events(): ...   # see client_events.py; the last one is Ended
    client.send(reading)
    for pose in client.take_poses(): ...
    client.close()

What is asked before the daemon has greeted us waits until it has. A connection that is cut is mended, and a live
session goes on; what was asked and not yet answered fails. A daemon that is gone ends the client: make another.
"""
from __future__ import annotations

import itertools
import threading
from functools import partial

from .client_events import Event, EventBox
from .client_live import Live, Pose, Reading
from .client_wire import Order, Wire
from .connection_file import ConnectionFile
from .messages import ClientMessage, ClientMessageBody, CloseSession, OpenSession, SessionSetup, SolveClip

JOIN_S = 1.0


class Client:
    """One daemon, at most one live session at a time. Begins to connect at once; DaemonRefused if it cannot even try.
    """

    def __init__(self, connection: ConnectionFile, name: str) -> None:
        self._numbers = itertools.count(1)
        self._events = EventBox()
        self._live = Live()
        self._wire = Wire(connection, name, self._numbers, self._live, self._events)
        self._thread = threading.Thread(target=self._wire.run, name="posebridge", daemon=True)
        self._thread.start()

    def take_events(self) -> list[Event]:
        """What happened since this was last asked."""
        return self._events.take()

    def ask(self, body: ClientMessageBody) -> int:
        """Any request of the contract; its number, which Answered or Failed will have. ValueError if a number does not
        fit its field."""
        request = next(self._numbers)
        payload = ClientMessage(request, body).encode()
        self._order(partial(self._wire.talk.ask, request, payload, isinstance(body, SolveClip)))
        return request

    def open_session(self, setup: SessionSetup, record: bool = False) -> int:
        """Its answer is a SessionOpened; from then on readings are sent. One that was open before is closed."""
        return self.ask(OpenSession(setup, record))

    def close_session(self) -> int:
        """Its answer is a SessionClosed: what became of the readings."""
        session = self._live.session
        self._live.close()
        return self.ask(CloseSession(session))

    def send(self, reading: Reading) -> None:
        """As soon as may be, unless a newer one comes first. Before the session is open, the newest waits for it."""
        self._live.offer(reading)
        self._wire.waiter.wake()

    def take_poses(self) -> list[Pose]:
        """Those that came since this was last asked, the newest last."""
        return self._live.take_poses()

    def solve_clip(self, body: SolveClip) -> int:
        """See client_clip.clip_request. Comes back as ClipAdvanced again and again, and ClipDone or Failed."""
        return self.ask(body)

    def cancel_clip(self, request: int) -> None:
        """It has Failed, unless it was done already."""
        self._order(partial(self._wire.cancel, request))

    @property
    def engine(self) -> int:
        """Its messages.EngineState as last heard, or a newer one."""
        return self._wire.talk.engine

    @property
    def unsent(self) -> int:
        """Readings that newer ones replaced before they were sent."""
        return self._live.unsent

    def close(self) -> bool:
        """Ends the session and the thread; whether the thread has ended, which takes less than JOIN_S. Again is
        harmless."""
        self._wire.stopping = True
        self._wire.waiter.wake()
        self._thread.join(JOIN_S)
        return not self._thread.is_alive()

    def _order(self, order: Order) -> None:
        self._wire.orders.append(order)
        self._wire.waiter.wake()
