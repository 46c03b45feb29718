"""The daemon's loop: receive, decide (daemon.py), send; its ports, its engine, and the way out."""
from __future__ import annotations

import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial

import zmq

from bridge.config import ServeConfig
from bridge.daemon import Daemon
from bridge.engine.host import EngineLink, EngineLost, ThreadHost, begin_engine
from bridge.engine.interface import Engine
from bridge.engine.keeper import EngineKeeper
from bridge.engine.worker import loader
from bridge.errors import PoseBridgeError, UsageError
from bridge.recordings import Recordings
from bridge.replies import Status
from bridge.server_bind import bind
from bridge.server_jobs import Jobs, allowed_roots

log = logging.getLogger(__name__)
Observer = Callable[[Status], None]
PARTING_S = 0.05  # for the last letters to leave: nothing lingers


class Server:
    """Binds when made; serve() runs until stop(). `load` replaces the engine of the configuration, in a thread;
    observers are told how the daemon is doing at every heartbeat. `engine`: the configuration's, on its way already."""

    def __init__(
        self, config: ServeConfig, load: Callable[[], Engine] | None = None, observers: Sequence[Observer] = (),
        engine: EngineLink | None = None,
    ) -> None:
        allowed_roots(config)
        bound = bind(config)
        self._config = config
        self._sockets, self.connection, self._ring = bound.sockets, bound.connection, bound.ring
        self._wake, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        recordings = Recordings(config.recordings, partial(time.strftime, "%Y%m%d-%H%M%S"))
        self._poller = zmq.Poller()
        self._jobs = Jobs(config, self.connection, self._poller)
        self._daemon = Daemon(
            config, self.connection.token, self.connection.live_port, recordings, self._jobs.ask)
        self._keeper = EngineKeeper(partial(_begin, config, load), config.timing, engine)
        for readable in (self._sockets.control.zmq, self._sockets.live.zmq, self._woken):
            self._poller.register(readable, zmq.POLLIN)
        if self._sockets.door:
            self._poller.register(self._sockets.door.zmq, zmq.POLLIN)
        self._engine_fd: int | None = None
        self._observers, self._observe_at_ns = observers, 0
        self._stops = 0
        self._parent = os.getppid()

    def stop(self) -> None:
        """From any thread or a signal: finish what runs and leave; the second time: leave."""
        self._stops += 1
        with contextlib.suppress(OSError):  # full: it is awake; closed: it has left
            self._wake.send(b".")

    def reload_keys(self) -> None:
        """Who is allowed from now on, as the files say; who is here already stays until it leaves."""
        try:
            if self._ring:
                self._ring.reload()
                log.info("keys: %s", ", ".join(self._ring.allowed) or "nobody's")
        except UsageError as error:
            log.error("keys as before: %s", error)

    def serve(self) -> None:
        """Until stopped. Raises the error of an engine that cannot load."""
        reason = "it was stopped"
        try:
            while not self._stops:
                self._turn(0.25)
                if self._config.follow_parent and os.getppid() != self._parent:
                    reason = "the process that started it is gone"
                    break
            self._drain(reason)
        except PoseBridgeError as error:
            self._daemon.leave(str(error))
            self._deliver(_now_ns())
            time.sleep(PARTING_S)
            raise
        finally:
            self._close()

    def _turn(self, wait_s: float) -> None:
        """One wake: what arrived, what follows from it, what is to be said."""
        readable = dict(self._poller.poll(self._patience_ms(wait_s)))
        now_ns = _now_ns()
        if self._woken.fileno() in readable:
            self._woken.recv(64)
        if self._sockets.door:
            self._sockets.door.answer()
        if self._sockets.control.zmq in readable:
            for peer, payload, key in self._sockets.control.arrived():
                self._daemon.on_control(peer, payload, now_ns, key)
        if self._sockets.live.zmq in readable:
            for peer, payload, key in self._sockets.live.arrived():
                self._daemon.on_live(peer, payload, now_ns, key)
        self._jobs.turn(readable, now_ns, self._daemon.outbox)
        try:
            self._hear_engine(readable.get(self._engine_fd or -1, 0), now_ns)
            self._order_engine(readable.get(self._engine_fd or -1, 0), now_ns)
        except EngineLost as error:
            self._watch_engine(None)
            self._daemon.on_engine_lost(str(error))
            self._keeper.lost(str(error), time.monotonic())
        self._deliver(now_ns)
        self._observe(now_ns)

    def _observe(self, now_ns: int) -> None:
        if self._observers and now_ns >= self._observe_at_ns:
            self._observe_at_ns = now_ns + round(1e9 * self._config.timing.heartbeat_s)
            status = self._daemon.status(now_ns)
            for observer in self._observers:
                observer(status)

    def _patience_ms(self, wait_s: float) -> int:
        """Short while an engine is on its way, or a slow peer has letters waiting."""
        return 10 if self._engine_fd is None or self._sockets.keeping else round(1000 * wait_s)

    def _hear_engine(self, events: int, now_ns: int) -> None:
        """The next report. EngineLost if it ended or hangs."""
        self._keeper.tend(now_ns / 1e9)
        if events & (zmq.POLLIN | zmq.POLLERR) and (report := self._keeper.receive()):
            self._daemon.on_report(report, now_ns)
        self._keeper.look(self._daemon.work, now_ns / 1e9)

    def _order_engine(self, events: int, now_ns: int) -> None:
        """What there is to solve now; the next part of a clip only if there is room for it."""
        self._daemon.run(now_ns)
        for order in self._daemon.outbox.orders():
            self._keeper.send(order)
        if events & zmq.POLLOUT and self._daemon.clip_waits:
            part = self._daemon.clip_order()
            if part is not None:
                self._keeper.send(part)
        self._watch_engine(self._keeper.fileno)

    def _watch_engine(self, fileno: int | None) -> None:
        """Polls the engine's connection for reports, and for room if there is something long to send."""
        if self._engine_fd is not None and fileno != self._engine_fd:
            self._poller.unregister(self._engine_fd)
        self._engine_fd = fileno
        if fileno is not None:
            self._poller.register(fileno, zmq.POLLIN | (zmq.POLLOUT if self._daemon.clip_waits else 0))

    def _deliver(self, now_ns: int) -> None:
        for letter in self._daemon.outbox.letters():
            if not self._sockets.deliver(letter):
                self._daemon.on_undelivered(letter, now_ns)
        for peer in self._sockets.deliver_kept():
            self._daemon.on_gone(peer, now_ns)

    def _drain(self, reason: str) -> None:
        log.info("leaving: %s", reason)
        self._jobs.close()
        self._daemon.leave(reason)
        self._observe_at_ns = 0
        self._observe(_now_ns())
        until_s = time.monotonic() + self._config.timing.drain_s
        while self._stops < 2 and time.monotonic() < until_s and (self._daemon.busy or self._sockets.keeping):
            self._turn(0.05)
        self._deliver(_now_ns())
        time.sleep(PARTING_S)

    def _close(self) -> None:
        self._jobs.close()
        self._daemon.close()
        self._keeper.close(1.0 if self._stops < 2 else 0.0)
        self._sockets.close()
        self._wake.close()
        self._woken.close()


def _begin(config: ServeConfig, load: Callable[[], Engine] | None) -> EngineLink:
    if load is None and not config.in_process:
        return begin_engine(config)
    make = load or loader(config.engine, config.weights, config.threads, config.fuse, config.compile)
    return EngineLink(lambda address, key: ThreadHost(address, key, make))


def _now_ns() -> int:
    return time.monotonic_ns()
