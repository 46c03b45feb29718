"""Keeps one engine running: starts it, notices when it dies or hangs, starts it again with growing patience."""
from __future__ import annotations

import logging
from collections.abc import Callable

from bridge.config import Timing
from bridge.engine.host import EngineLink, EngineLost
from bridge.engine.orders import Beat, Order, Ready, Report
from bridge.engine.restarts import restart_delay_s
from bridge.engine.watch import Watch, Work
from bridge.errors import DeviceFailed

log = logging.getLogger(__name__)


class EngineKeeper:
    """`start()` makes a link with an engine on its way; `first`: one that is on its way already."""

    def __init__(self, start: Callable[[], EngineLink], timing: Timing, first: EngineLink | None = None) -> None:
        self._start = start
        self._timing = timing
        self._link = first
        self._start_at_s = 0.0
        self._load_until_s = 0.0
        self._deaths_s: list[float] = []
        self._ready = False
        self._watch = Watch(timing)

    def tend(self, now_s: float) -> None:
        """Starts the engine when it is due. EngineLost if it ended, or loads for too long."""
        if self._link is None or not self._load_until_s:
            if now_s >= self._start_at_s:
                self._link = self._link or self._start()
                self._load_until_s = now_s + self._timing.engine_load_s
            return
        arrived = self._link.connection is not None  # asking tells of one that ended before it came
        if not (arrived and self._ready) and now_s > self._load_until_s:
            raise EngineLost(f"it was not ready within {self._timing.engine_load_s:g} s")

    @property
    def fileno(self) -> int | None:
        """Of the connection, once there is one."""
        connection = self._link.connection if self._link else None
        return connection.fileno() if connection else None

    @property
    def ready(self) -> bool:
        return self._ready

    def receive(self) -> Report | None:
        """The next report, None for a heartbeat; EngineLost at the end of them."""
        if self._link is None:
            raise EngineLost("there is none")
        report = self._link.receive()
        self._ready = self._ready or isinstance(report, Ready)
        self._watch.heard(report)
        return None if isinstance(report, Beat) else report

    def look(self, work: Work, now_s: float) -> None:
        """Once a turn, after its report: EngineLost if the engine hangs, which has this to do."""
        hangs = self._watch.look(now_s, work) if self._ready else None
        if hangs:
            raise EngineLost(hangs)

    def send(self, order: Order) -> None:
        """To an engine that is ready; one that is not is told everything when it is."""
        if self._link is not None and self._ready:
            self._link.send(order)

    def lost(self, reason: str, now_s: float) -> None:
        """Clears a dead engine away and says when the next starts. DeviceFailed if it dies again and again."""
        log.error("the engine is lost: %s", reason)
        self.close(0.0)
        self._deaths_s = [*self._deaths_s[-100:], now_s]
        delay_s = restart_delay_s(
            self._deaths_s, now_s, self._timing.engine_restarts, self._timing.engine_restart_window_s)
        if delay_s is None:
            raise DeviceFailed(f"the engine died {len(self._deaths_s)} times, last because {reason}")
        self._start_at_s = now_s + delay_s

    def close(self, patience_s: float) -> None:
        if self._link is not None:
            self._link.close(patience_s)
        self._link, self._ready = None, False
        self._watch = Watch(self._timing)
