"""Starts an engine in its own process, or in a thread of this one, and holds the connection to it.

Its death, however it came, is one exception: EngineLost. What speaks with it is imported by then: a daemon starts its
engine first, and then loads what itself is made of.
"""
from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bridge.config import ServeConfig

if TYPE_CHECKING:
    from bridge.engine.interface import Engine
    from bridge.engine.orders import Order, Report

SEND_TIMEOUT_S = 1  # an engine whose inbox takes nothing for so long is not there any more
DYING_S = 0.2  # from the end of a connection to the end of its process
_ROOT = Path(__file__).resolve().parents[2]


class EngineLost(Exception):
    """The engine's process ended, or no longer takes orders."""


class Host(Protocol):
    """What runs the worker."""

    def exited(self, patience_s: float = 0.0) -> str | None:
        """How it ended, if it has, or does so within the time."""

    def end(self, patience_s: float) -> None:
        """Waits for it to end by itself, then makes it."""


class ProcessHost:
    """The worker in a process of its own: its faults stay its own."""

    def __init__(
        self, address: str, key: bytes, engine: str, weights: Path | None, threads: int, fuse: bool = False,
        compiled: bool = False,
    ) -> None:
        command = [sys.executable, "-m", "bridge.engine.worker", "--address", address, "--engine", engine,
                   "--threads", str(threads), *(["--weights", str(weights)] if weights else []),
                   *(["--fuse"] if fuse else []), *(["--compile"] if compiled else [])]
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        # threads that wait asleep: on a busy machine spinning ones take seconds for what takes milliseconds
        environment = {"OMP_WAIT_POLICY": "PASSIVE"} | os.environ | {
            "OMP_NUM_THREADS": str(threads), "PYTHONPATH": os.pathsep.join(paths)}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self.process.stdin as pipe:
                pipe.write(key.hex().encode() + b"\n")

    def exited(self, patience_s: float = 0.0) -> str | None:
        try:
            status = self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return None
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"

    def end(self, patience_s: float) -> None:
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ThreadHost:
    """The worker in a thread: for tests and for finding faults."""

    def __init__(self, address: str, key: bytes, load: Callable[[], Engine]) -> None:
        from bridge.engine import worker

        self._thread = threading.Thread(
            target=lambda: worker.work(worker.connect(address, key), load), name="engine", daemon=True
        )
        self._thread.start()

    def exited(self, patience_s: float = 0.0) -> str | None:
        return None if self._thread.is_alive() else "its thread ended"

    def end(self, patience_s: float) -> None:
        self._thread.join(patience_s)  # a thread cannot be made to


class EngineLink:
    """A running engine: first it connects, then it takes orders. `start_host(address, key)` starts it."""

    def __init__(self, start_host: Callable[[str, bytes], Host]) -> None:
        key = secrets.token_bytes(32)
        self._listener = Listener(family="AF_UNIX" if hasattr(socket, "AF_UNIX") else "AF_INET", authkey=key)
        self._accepted: list[Connection] = []
        threading.Thread(target=self._accept, name="engine-door", daemon=True).start()
        self.host = start_host(_text(self._listener.address), key)

    @property
    def connection(self) -> Connection | None:
        """None until the engine has connected. EngineLost if it ended before that."""
        if self._accepted:
            return self._accepted[0]
        ended = self.host.exited()
        if ended:
            raise EngineLost(ended)
        return None

    def receive(self) -> Report:
        """The next report; call it when the connection is readable."""
        from bridge.engine import link

        try:
            return link.decode(self._accepted[0].recv_bytes())  # type: ignore[return-value]  # an engine only reports
        except (EOFError, OSError) as error:
            raise EngineLost(self.host.exited(DYING_S) or "it closed its connection") from error

    def send(self, order: Order) -> None:
        from bridge.engine import link

        try:
            self._accepted[0].send_bytes(link.encode(order))
        except (BlockingIOError, BrokenPipeError, ConnectionError) as error:
            raise EngineLost(self.host.exited() or "it takes no orders") from error

    def close(self, patience_s: float) -> None:
        """Asks the engine to stop, waits for it, makes it; without patience, makes it. Nothing is left of it then."""
        if patience_s and self._accepted and not self.host.exited():
            from bridge.engine.orders import Stop

            with contextlib.suppress(EngineLost):
                self.send(Stop())
        if not self._accepted:
            self._knock()
        self._listener.close()
        for connection in self._accepted:
            connection.close()
        self.host.end(patience_s)

    def _accept(self) -> None:
        with contextlib.suppress(OSError, EOFError, AuthenticationError):
            connection = self._listener.accept()
            _limit_sending(connection)
            self._accepted.append(connection)

    def _knock(self) -> None:
        """Wakes the thread that waits for an engine which will not come."""
        address = self._listener.address
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        with contextlib.suppress(OSError), socket.socket(family) as knock:
            knock.connect(address)


def begin_engine(config: ServeConfig) -> EngineLink:
    """The daemon's engine, in a process of its own."""
    return EngineLink(lambda address, key: ProcessHost(
        address, key, config.engine, config.weights, config.threads, config.fuse, config.compile))


def _limit_sending(connection: Connection) -> None:
    if os.name == "posix":
        with socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_TIMEOUT_S, 0))


def _text(address: str | tuple[str, int]) -> str:
    return address if isinstance(address, str) else f"{address[0]}:{address[1]}"
