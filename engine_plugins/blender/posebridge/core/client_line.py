"""One port of the daemon, connected to again and again until it is given up."""
from __future__ import annotations

from collections.abc import Callable

from .client_errors import DaemonMissing, DaemonRefused
from .zmtp import Event, Ready
from .zmtp_frames import ZmtpError
from .zmtp_mechanism import Refused
from .zmtp_socket import Unreachable, ZmtpSocket

LOST_AFTER_S = 2.0
RETRY_S = (0.05, 0.5)  # after the first failure, and at most; each time twice as long


class Line:
    """`place`: for people to read. `socket`: None while it waits to try again. `why`: what cut it, until the caller
    takes notice."""

    def __init__(self, place: str, connect: Callable[[], ZmtpSocket], now_s: float) -> None:
        self._place, self._connect = place, connect
        self._was_up = False
        self._down_since_s: float | None = now_s
        self._retry_s, self._pause_s = now_s, RETRY_S[0]
        self.socket: ZmtpSocket | None = None
        self.why = ""

    @property
    def up(self) -> bool:
        """Whether messages can be sent."""
        return self._down_since_s is None

    def step(self, now_s: float) -> list[Event]:
        """What has come; DaemonMissing or DaemonRefused once there is no hope."""
        try:
            return self._step(now_s)
        except Refused as error:
            self.close()
            raise DaemonRefused(f"the daemon at {self._place} does not let us in: {error}") from None
        except ZmtpError as error:
            self._broken(error, now_s)
            return []

    def send(self, payload: bytes) -> None:
        """While it is up. What is on its way when the line is cut is lost."""
        if self.socket is None:
            raise RuntimeError("the line is down")
        self.socket.send(payload)

    def close(self) -> None:
        """Again is harmless."""
        if self.socket is not None:
            self.socket.close()
        self.socket = None

    def _step(self, now_s: float) -> list[Event]:
        if self.socket is None:
            if now_s >= self._retry_s:
                self.socket = self._connect()
            return []
        events = self.socket.step()
        if Ready() in events:
            self._was_up, self._down_since_s, self._pause_s = True, None, RETRY_S[0]
        return events

    def _broken(self, error: ZmtpError, now_s: float) -> None:
        self.close()
        if self._down_since_s is None:
            self._down_since_s, self.why = now_s, str(error)
        if not self._was_up and isinstance(error, Unreachable):
            raise DaemonMissing(f"nobody listens at {self._place}; the daemon that left its connection file is gone")
        if now_s - self._down_since_s > LOST_AFTER_S:
            what = "went away" if self._was_up else "does not answer"
            raise DaemonMissing(f"the daemon at {self._place} {what}: {error}")
        self._retry_s, self._pause_s = now_s + self._pause_s, min(2 * self._pause_s, RETRY_S[1])
