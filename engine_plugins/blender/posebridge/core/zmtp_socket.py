"""A DEALER on a TCP socket that never blocks, and the one place where a thread waits for such sockets.

The thin shell of zmtp.py: it moves bytes, and tells the time.
"""
from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from collections.abc import Sequence

from .zmtp import Connection, Event
from .zmtp_frames import ZmtpError
from .zmtp_mechanism import Mechanism

READ_BYTES = 1 << 18
_UNDER_WAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY)


class Unreachable(ZmtpError):
    """Nobody listens there."""


class ZmtpSocket:
    """Connects at once, in the background; step() does what can be done without waiting.

    `under_way_bytes`: how much the system may hold for a peer that does not read; 0: as it likes.
    """

    def __init__(self, host: str, port: int, mechanism: Mechanism, most_bytes: int, under_way_bytes: int = 0) -> None:
        self._place = f"{host}:{port}"
        self._connection = Connection(mechanism, most_bytes, time.monotonic())
        self._read = memoryview(bytearray(READ_BYTES))
        self._connected = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if under_way_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, under_way_bytes)
        try:
            status = self.socket.connect_ex((host, port))
        except (OSError, TypeError, ValueError) as error:  # a host that is no IPv4 address and no name of one
            self.close()
            raise Unreachable(f"there is no {self._place}: {error}") from None
        if status not in _UNDER_WAY:
            self.close()
            raise Unreachable(f"nobody listens at {self._place}: {os.strerror(status)}")

    @property
    def has_to_write(self) -> bool:
        return not self._connected or bool(self._connection.out)

    @property
    def unsent_bytes(self) -> int:
        """What waits here because the peer does not take it."""
        return len(self._connection.out)

    def send(self, payload: bytes) -> None:
        """A message of one part; as much of it goes at once as the peer takes, and step() sends the rest."""
        self._connection.send(payload)
        self._write()

    def step(self) -> list[Event]:
        """What has come. ZmtpError when the connection is at its end; who was held up finds out what came meanwhile
        before anybody is called silent."""
        if not self._connected and not self._finish_connecting():
            self._connection.tick(time.monotonic())
            return []
        events = self._take_in()
        self._connection.tick(time.monotonic())
        self._write()
        return events

    def close(self) -> None:
        """Again is harmless."""
        self.socket.close()

    def _finish_connecting(self) -> bool:
        status = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if status:
            raise Unreachable(f"nobody listens at {self._place}: {os.strerror(status)}")
        try:
            other_end = self.socket.getpeername()
        except OSError:
            return False
        if other_end == self.socket.getsockname():  # TCP may connect a free port of this machine to itself
            raise Unreachable(f"nobody listens at {self._place}")
        self._connected = True
        return True

    def _take_in(self) -> list[Event]:
        try:
            count = self.socket.recv_into(self._read)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError as error:
            raise ZmtpError(f"the connection to {self._place} broke: {error.strerror}") from None
        if not count:
            raise ZmtpError(f"the peer at {self._place} closed the connection")
        return self._connection.receive(self._read[:count], time.monotonic())

    def _write(self) -> None:
        out = self._connection.out
        while out:
            try:
                sent = self.socket.send(out)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # what came before the end is still to be read: the end is met there
                out.clear()
                return
            del out[:sent]


class Waiter:
    """Waits for sockets of one thread; another thread may wake it."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        for end in (self._bell, self._ear):
            end.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)

    def wake(self) -> None:
        """From any thread: the wait that is or comes next ends at once."""
        try:
            self._bell.send(b"\0")
        except OSError:  # enough of it is on its way, or the waiter is closed
            return

    def wait(self, sockets: Sequence[ZmtpSocket], most_s: float) -> None:
        """Until one of them can be read, or written where it has to, or somebody wakes us."""
        self._watch(sockets)
        for key, _ in self._selector.select(most_s):
            if key.fileobj is self._ear:
                self._ear.recv(4096)

    def _watch(self, sockets: Sequence[ZmtpSocket]) -> None:
        """Registers just these, each for what it has to do."""
        for key in list(self._selector.get_map().values()):
            if key.data is not None and key.data not in sockets:
                self._selector.unregister(key.fileobj)
        known = self._selector.get_map()
        for one in sockets:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if one.has_to_write else 0)
            if one.socket not in known:
                self._selector.register(one.socket, wanted, one)
            elif known[one.socket].events != wanted:
                self._selector.modify(one.socket, wanted, one)

    def close(self) -> None:
        self._selector.close()
        self._bell.close()
        self._ear.close()
