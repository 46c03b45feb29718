"""One daemon of several: a process of its own, asked how it is, started anew when it dies or hangs, in the same place
with the same token."""
from __future__ import annotations

import logging
import signal
import subprocess
from collections.abc import Mapping

from bridge.client import Client
from bridge.config import ServeConfig
from bridge.engine.restarts import restart_delay_s
from bridge.errors import DaemonMissing, PoseBridgeError
from bridge.family import again
from bridge.local import start_daemon
from bridge.logs import log_format
from bridge.messages import EngineState
from bridge.replies import Status
from bridge.security import Connection, read_connection

log = logging.getLogger(__name__)
ASK_S = 1.0
SILENT_S = 30.0  # no answer for so long, on the way up or later: it hangs


class MemberEnded(Exception):
    """It could not begin, or died too often. What there is to say of it is on stderr already."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code


class Member:
    """`connection` is what clients need, from when it first serves; while it is away, what they needed last."""

    def __init__(self, name: str, config: ServeConfig, environment: Mapping[str, str]) -> None:
        self._name, self._config, self._environment = name, config, environment
        self._next = config  # what it is started with
        self._process: subprocess.Popen[bytes] | None = None
        self._client: Client | None = None
        self._start_at_s = self._heard_s = 0.0
        self._deaths_s: list[float] = []
        self.connection: Connection | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def tend(self, now_s: float) -> bool:
        """Starts it when that is due; whether it runs. MemberEnded if it is not to be started again."""
        if self._process is not None and not self.running:
            self._ended(self._process.returncode, now_s)
        elif self._process is None and now_s >= self._start_at_s:
            self._process = start_daemon(self._next, self._environment, words=("--log-format", log_format()))
            self._heard_s = now_s
        return self._process is not None

    def ask(self, now_s: float) -> Status | None:
        """How it is, once it serves; one that never answers is ended."""
        try:
            self._client = self._client or self._greeted()
            ((there, status),) = self._client.statuses().items()
        except PoseBridgeError as error:
            self._forget()
            if self._process is not None and now_s - self._heard_s > SILENT_S:
                log.error("%s does not answer: %s", self._name, error)
                self._process.kill()
            return None
        self._heard_s = now_s
        if status.engine is EngineState.READY:
            self.connection = there
        return status

    def _greeted(self) -> Client:
        there = read_connection(self._config.connection_file)
        if self._process is None or there.pid != self._process.pid:
            raise DaemonMissing("it has not left its connection file yet")
        return Client.at(there, ASK_S)

    def _ended(self, status: int, now_s: float) -> None:
        how = f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"
        self._forget()
        self._process = None
        self._config.connection_file.unlink(missing_ok=True)
        self._deaths_s = [*self._deaths_s[-100:], now_s]
        timing = self._config.timing
        delay_s = restart_delay_s(self._deaths_s, now_s, timing.engine_restarts, timing.engine_restart_window_s)
        if self.connection is None and status > 0:
            raise MemberEnded(status)
        if self.connection is None or delay_s is None:
            log.error("%s ended: %s", self._name, how)
            raise MemberEnded(max(status, 1))
        log.error("%s ended: %s; it starts again", self._name, how)
        self._next, self._start_at_s = again(self._config, self.connection, status), now_s + delay_s

    def signal(self, number: int) -> None:
        """Passed on, if there is somebody to hear it."""
        if self._process is not None:
            self._process.send_signal(number)

    def close(self) -> None:
        """Whatever it does: nothing of it is left."""
        self._forget()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._config.connection_file.unlink(missing_ok=True)

    def _forget(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None
