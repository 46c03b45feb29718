"""The orders of an engine, read by a thread as they come, so that whoever sends them never waits; among them what those
tell who solve clips (lanes.py)."""
from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from bridge.engine import link
from bridge.engine.lanes import Outcome
from bridge.engine.orders import Order, Stop


class Inbox:
    """Orders in the order they came; Stop when the other end is gone."""

    def __init__(self, connection: Connection, on_lost: Callable[[], None]) -> None:
        self._orders: queue.SimpleQueue[Order | Outcome] = queue.SimpleQueue()
        self._connection = connection
        self._on_lost = on_lost
        threading.Thread(target=self._read, name="engine-inbox", daemon=True).start()

    def tell(self, outcome: Outcome) -> None:
        """From any thread."""
        self._orders.put(outcome)

    def next(self, wait: bool) -> Order | Outcome | None:
        try:
            return self._orders.get(block=wait)
        except queue.Empty:
            return None

    def _read(self) -> None:
        try:
            while True:
                order = link.decode(self._connection.recv_bytes())
                self._orders.put(order)  # type: ignore[arg-type]  # the daemon sends orders only
                if isinstance(order, Stop):
                    return
        except (EOFError, OSError):
            self._orders.put(Stop())
            self._on_lost()
