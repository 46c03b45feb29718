"""A daemon elsewhere, as if it were on this machine: loopback sockets whose messages travel on over CURVE.

Plugins speak to the loopback alone and know no encryption. Each local connection gets one of its own to the daemon, so
that the daemon tells people apart as ever. Nothing is read: what comes in goes out, and the daemon asks for the token.
"""
from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

import zmq

from bridge.client_line import credentials
from bridge.config import Limits
from bridge.family import each_of, told_to_all
from bridge.security import Connection
from bridge.server_sockets import Waiting, send_to

log = logging.getLogger(__name__)
BEAT_MS, BEATS = 1000, 3
DRAIN = 64  # messages of a socket in one wake
Frames = list[bytes]


@dataclass
class Pair:
    """A local connection and the one that goes on for it."""

    away: zmq.Socket[bytes]
    waiting: Waiting = field(default_factory=Waiting)  # for room on the local side


class Side:
    """One port here and the daemon's there."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], there: Connection, port: int, most_bytes: int,
                 keeps: bool, limits: Limits) -> None:
        self._context, self._there, self._port, self._keeps = context, there, port, keeps
        self._most_bytes, self._limits = most_bytes, limits
        self._pairs: dict[bytes, Pair] = {}
        self.here = context.socket(zmq.ROUTER)
        for option, value in ((zmq.LINGER, 0), (zmq.ROUTER_MANDATORY, 1), (zmq.MAXMSGSIZE, most_bytes),
                              (zmq.HEARTBEAT_IVL, BEAT_MS), (zmq.HEARTBEAT_TIMEOUT, BEATS * BEAT_MS)):
            self.here.setsockopt(option, value)
        self.port = self.here.bind_to_random_port("tcp://127.0.0.1")

    def turn(self, readable: dict[object, int], poller: zmq.Poller) -> None:
        """Passes on what there is, both ways."""
        if self.here in readable:
            for peer, *parts in _arrived(self.here):
                self._outward(peer, parts, poller)
        for peer, pair in list(self._pairs.items()):
            with_news = _arrived(pair.away) if pair.away in readable else []
            if not self._homeward(peer, pair, with_news):
                self._forget(peer, poller)

    def _outward(self, peer: bytes, parts: Frames, poller: zmq.Poller) -> None:
        pair = self._pairs.get(peer)
        if pair is None:
            if len(self._pairs) >= self._limits.peers:
                return
            pair = self._pairs[peer] = Pair(self._connect())
            poller.register(pair.away, zmq.POLLIN)
        try:
            pair.away.send_multipart(parts, zmq.NOBLOCK)
        except zmq.Again:
            if self._keeps:  # what is asked must not be lost in silence: better no line than a line with holes
                self._forget(peer, poller)

    def _homeward(self, peer: bytes, pair: Pair, news: list[Frames]) -> bool:
        """False if nobody is there any more."""
        try:
            pair.waiting.send(partial(send_to, self.here, peer))
            for parts in news:
                if (pair.waiting.payloads or not send_to(self.here, peer, parts[0])) and self._keeps:
                    pair.waiting.add(parts[0])
        except ConnectionError:
            return False
        return True

    def _connect(self) -> zmq.Socket[bytes]:
        away = self._context.socket(zmq.DEALER)
        for option, value in ((zmq.LINGER, 0), (zmq.MAXMSGSIZE, self._most_bytes), (zmq.HEARTBEAT_IVL, BEAT_MS),
                              (zmq.HEARTBEAT_TIMEOUT, BEATS * BEAT_MS), (zmq.RECONNECT_IVL, 50)):
            away.setsockopt(option, value)
        for name, text in credentials(self._there).items():
            away.setsockopt(name, text.encode())
        away.connect(f"tcp://{self._there.host}:{self._port}")
        return away

    def _forget(self, peer: bytes, poller: zmq.Poller) -> None:
        pair = self._pairs.pop(peer)
        poller.unregister(pair.away)
        pair.away.close(0)

    @property
    def waiting(self) -> bool:
        return any(pair.waiting.payloads for pair in self._pairs.values())

    def close(self) -> None:
        for pair in self._pairs.values():
            pair.away.close(0)
        self.here.close(0)


class Relay:
    """Binds when made; run() passes messages on until stop(). `connection` is for the clients of this machine."""

    def __init__(self, there: Connection, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self._context = zmq.Context()
        self._wake, self._woken = socket.socketpair()
        self._sides = (
            Side(self._context, there, there.control_port, limits.control_message_bytes, True, limits),
            Side(self._context, there, there.live_port, limits.live_message_bytes, False, limits),
        )
        control, live = (side.port for side in self._sides)
        self.connection = replace(
            there, host="127.0.0.1", control_port=control, live_port=live, pid=os.getpid(), mechanism="null",
            server_key="", public_key="", secret_key="", others=())
        self._stopped = False

    def stop(self) -> None:
        """From any thread or a signal."""
        self._stopped = True
        with suppress(OSError):
            self._wake.send(b".")

    def run(self) -> None:
        """Until stopped."""
        poller = zmq.Poller()
        poller.register(self._woken, zmq.POLLIN)
        for side in self._sides:
            poller.register(side.here, zmq.POLLIN)
        try:
            while not self._stopped:
                patience_ms = 10 if any(side.waiting for side in self._sides) else 1000
                readable: dict[object, int] = dict(poller.poll(patience_ms))
                for side in self._sides:
                    side.turn(readable, poller)
        finally:
            self._close()

    def _close(self) -> None:
        for side in self._sides:
            side.close()
        self._context.term()
        self._wake.close()
        self._woken.close()


class Relays:
    """To every daemon that a connection names, each in a thread of its own; `connection` names as many of this
    machine."""

    def __init__(self, there: Connection, limits: Limits | None = None) -> None:
        self._relays = [Relay(daemon, limits) for daemon in each_of(there)]
        self.connection = told_to_all([relay.connection for relay in self._relays])

    def stop(self) -> None:
        """From any thread or a signal."""
        for relay in self._relays:
            relay.stop()

    def run(self) -> None:
        """Until stopped; the first in this thread."""
        first, *others = self._relays
        threads = [threading.Thread(target=relay.run, name="relay") for relay in others]
        for thread in threads:
            thread.start()
        try:
            first.run()
        finally:
            self.stop()
            for thread in threads:
                thread.join()


def _arrived(source: zmq.Socket[bytes]) -> list[Frames]:
    """What is there now, DRAIN messages at most."""
    messages = []
    for _ in range(DRAIN):
        try:
            messages.append(source.recv_multipart(zmq.NOBLOCK))
        except zmq.Again:
            break
    return messages
