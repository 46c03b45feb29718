"""One DEALER socket to one port of the daemon, and what is known of the other end's health."""
from __future__ import annotations

import time

import zmq
from zmq.utils.monitor import recv_monitor_message

from bridge.errors import DaemonMissing, DaemonRefused
from bridge.security import PLAIN_NAME, Connection

HEARTBEAT_MS = 1000
LOST_AFTER_S = 2.0  # libzmq reconnects by itself within this, or the daemon is gone
_REFUSED = zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
_BROKEN_OFF = zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL  # by a daemon that is talked to with a wrong key, or by a cut
_EVENTS = zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED | zmq.EVENT_CONNECT_RETRIED | _REFUSED | _BROKEN_OFF


class Line:
    """Never blocks on sending, never lingers on closing."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], connection: Connection, port: int) -> None:
        self._place = f"{connection.host}:{port}"
        self._down_since_s: float | None = None
        self._was_up = False
        self.reconnected = False  # the daemon knows this socket by another name now
        self.socket = context.socket(zmq.DEALER)
        for option, value in ((zmq.LINGER, 0), (zmq.SNDHWM, 16), (zmq.HEARTBEAT_IVL, HEARTBEAT_MS),
                              (zmq.HEARTBEAT_TIMEOUT, 3 * HEARTBEAT_MS), (zmq.RECONNECT_IVL, 50)):
            self.socket.setsockopt(option, value)
        for name, text in credentials(connection).items():
            self.socket.setsockopt(name, text.encode())
        self._monitor = self.socket.get_monitor_socket(_EVENTS)
        self._monitor.setsockopt(zmq.LINGER, 0)
        self.socket.connect(f"tcp://{self._place}")

    def send(self, payload: bytes) -> bool:
        """False if the queue is full: nobody takes what is sent."""
        try:
            self.socket.send(payload, zmq.NOBLOCK)
        except zmq.Again:
            return False
        return True

    def receive(self) -> bytes | None:
        """What has arrived, at once; parts beyond the first are not ours and dropped."""
        try:
            return self.socket.recv_multipart(zmq.NOBLOCK)[0]
        except zmq.Again:
            return None

    def check(self, patience_s: float = LOST_AFTER_S) -> None:
        """DaemonMissing if nobody listens there, or has not for so long."""
        while self._monitor.poll(0):
            self._note(recv_monitor_message(self._monitor)["event"])
        if self._down_since_s is not None and time.monotonic() - self._down_since_s > patience_s:
            raise DaemonMissing(f"the daemon at {self._place} went away")

    def _note(self, event: int) -> None:
        if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
            self.reconnected = self._was_up
            self._was_up, self._down_since_s = True, None
        elif event & _REFUSED or (event & _BROKEN_OFF and not self._was_up):
            raise DaemonRefused(f"the daemon at {self._place} does not let us in: our key or token is none it allows")
        elif event & (zmq.EVENT_DISCONNECTED | _BROKEN_OFF):
            self._down_since_s = self._down_since_s or time.monotonic()
        elif not self._was_up:
            raise DaemonMissing(f"nobody listens at {self._place}; the daemon that left this connection file is gone")

    @property
    def closed(self) -> bool:
        return bool(self.socket.closed)

    def close(self) -> None:
        """Again is harmless."""
        if self.closed:
            return
        self.socket.disable_monitor()
        self._monitor.close(0)
        self.socket.close(0)


def credentials(connection: Connection) -> dict[int, str]:
    """The socket options by which the daemon knows us."""
    if connection.mechanism == "curve":
        return {zmq.CURVE_SERVERKEY: connection.server_key, zmq.CURVE_PUBLICKEY: connection.public_key,
                zmq.CURVE_SECRETKEY: connection.secret_key}
    if connection.mechanism == "plain":
        return {zmq.PLAIN_USERNAME: PLAIN_NAME, zmq.PLAIN_PASSWORD: connection.token}
    return {}
