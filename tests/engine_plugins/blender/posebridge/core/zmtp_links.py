"""Sockets of ours in a test: stepped until something comes, with a limit that only a failure reaches."""
from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from engine_plugins.blender.posebridge.core.zmtp import Event, Ready, Received
from engine_plugins.blender.posebridge.core.zmtp_mechanism import Mechanism, Null
from engine_plugins.blender.posebridge.core.zmtp_socket import Waiter, ZmtpSocket

MOST_BYTES = 4 << 20


class Link:
    """One socket and its waiter; `besides` is called between steps."""

    def __init__(self, port: int, mechanism: Mechanism | None = None, most_bytes: int = MOST_BYTES) -> None:
        self.socket = ZmtpSocket("127.0.0.1", port, mechanism or Null(), most_bytes)
        self.besides: Callable[[], None] = lambda: None
        self._waiter = Waiter()
        self._events: list[Event] = []

    def step(self, most_s: float = 0.02) -> None:
        self._waiter.wait([self.socket], most_s)
        self._events += self.socket.step()
        self.besides()

    def next_event(self, limit_s: float = 10.0) -> Event:
        deadline = time.monotonic() + limit_s
        while not self._events:
            self.step()
            if time.monotonic() > deadline:
                pytest.fail(f"nothing came for {limit_s} s")
        return self._events.pop(0)

    def ready(self) -> Link:
        assert self.next_event() == Ready()
        return self

    def message(self) -> bytes:
        event = self.next_event()
        assert isinstance(event, Received) and len(event.parts) == 1
        return event.parts[0]

    def flush(self) -> None:
        while self.socket.has_to_write:
            self.step()

    def close(self) -> None:
        self.socket.close()
        self._waiter.close()


@contextmanager
def link(port: int, mechanism: Mechanism | None = None, most_bytes: int = MOST_BYTES) -> Iterator[Link]:
    one = Link(port, mechanism, most_bytes)
    try:
        yield one
    finally:
        one.close()


@contextmanager
def raw_peer(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP server that treats its one connection as it likes, and its port."""
    door = socket.create_server(("127.0.0.1", 0))
    door.settimeout(10)

    def run() -> None:
        with suppress(OSError), door.accept()[0] as one:
            serve(one)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield door.getsockname()[1]
    finally:
        thread.join()
        door.close()


@contextmanager
def trickling(port: int, piece: int = 1) -> Iterator[int]:
    """A port that leads to another and passes on so many bytes at a time."""
    with ExitStack() as stack:
        far = stack.enter_context(socket.create_connection(("127.0.0.1", port)))

        def pass_on(one: socket.socket, other: socket.socket) -> None:
            other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(OSError):
                while data := one.recv(piece):
                    other.sendall(data)
            with suppress(OSError):
                other.shutdown(socket.SHUT_RDWR)

        def serve(near: socket.socket) -> None:
            back = threading.Thread(target=pass_on, args=(far, near))
            back.start()
            pass_on(near, far)
            back.join()

        yield stack.enter_context(raw_peer(serve))
