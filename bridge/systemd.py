"""What systemd is told of a unit of Type=notify: ready, still alive, on the way out. Elsewhere it does nothing."""
from __future__ import annotations

import os
import socket
from contextlib import suppress

from bridge.messages import EngineState
from bridge.replies import Status

SOCKET_VARIABLE = "NOTIFY_SOCKET"


class Systemd:
    """Told the daemon's status now and then; says READY once the engine is, and each time that it lives."""

    def __init__(self, address: str | None = None) -> None:
        self._address = os.environ.get(SOCKET_VARIABLE, "") if address is None else address
        self._said: EngineState | None = None

    def __call__(self, status: Status) -> None:
        if not self._address:
            return
        lines = ["WATCHDOG=1", f"STATUS=engine {status.engine.name.lower()}, {len(status.sessions)} sessions"]
        if status.engine is not self._said:
            lines += {EngineState.READY: ["READY=1"], EngineState.DRAINING: ["STOPPING=1"]}.get(status.engine, [])
        if self._send("\n".join(lines)):
            self._said = status.engine

    def _send(self, text: str) -> bool:
        """False if nobody is there, or has no room now: nothing waits for who does not read."""
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(text.encode(), address)
            return True
        return False
