"""One daemon for all sessions of a batch: the one that runs, or one of its own that ends with the batch."""
from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from .client import Client
from .client_errors import DaemonError, DaemonMissing, DaemonRefused
from .client_events import Connected, Ended
from .connection_file import FOLLOW, VARIABLE, ConnectionFile, find_connection
from .messages import EngineState, Welcome

READY_S, ANSWER_S, LOOK_EVERY_S, LEAVE_S = 180.0, 10.0, 0.1, 15.0


class BatchDaemon:
    """Begins when it is first asked who solves. While one of its own runs, POSEBRIDGE_CONNECTION leads to it.

    `program`: the posebridge command. `look`: called while it waits, raises where nobody wants it any more.
    """

    def __init__(self, program: Callable[[], str], look: Callable[[], None] = lambda: None) -> None:
        self._program, self._look = program, look
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._before: str | None = None
        self._solver = ""

    def solver(self, may_start: bool = True) -> str:
        """Version and prior; the answer stays. "": none runs and none may be started. Raises DaemonError, OSError."""
        if not self._solver:
            self._solver = self._running()
            if not self._solver and may_start:
                self._solver = self._started()
        return self._solver

    def close(self) -> None:
        """Ends a daemon of its own. Again is harmless."""
        if self._child is None or self._folder is None:
            return
        self._child.terminate()
        try:
            self._child.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child = None
        self._folder.cleanup()
        os.environ.pop(VARIABLE)
        if self._before is not None:
            os.environ[VARIABLE] = self._before

    def _running(self) -> str:
        try:
            return self._named(find_connection())
        except DaemonMissing:
            return ""

    def _started(self) -> str:
        self._start()
        try:
            return self._ready()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        command = self._program()
        self._folder = tempfile.TemporaryDirectory(prefix="posebridge-", ignore_cleanup_errors=True)
        self._before, file = os.environ.get(VARIABLE), Path(self._folder.name) / "daemon.json"
        with open(file.with_name("log"), "wb") as log:
            self._child = subprocess.Popen(
                [command, "serve", "--connection-file", str(file), "--recordings", self._folder.name],
                env={**os.environ, FOLLOW: "1"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        os.environ[VARIABLE] = str(file)

    def _ready(self) -> str:
        assert self._child is not None and self._folder is not None
        until = time.monotonic() + READY_S
        while time.monotonic() < until and self._child.poll() is None:
            try:
                return self._named(find_connection())
            except DaemonMissing:
                self._look()
                time.sleep(LOOK_EVERY_S)
        lines = (Path(self._folder.name) / "log").read_text(errors="replace").splitlines()
        raise DaemonMissing(f"a daemon of our own did not start: {lines[-1] if lines else 'it said nothing'}")

    def _named(self, connection: ConnectionFile) -> str:
        """Once its engine is ready."""
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            welcome = _welcome(connection)
            if welcome.engine == EngineState.READY:
                return f"{welcome.version} {welcome.model}"
            self._look()
            time.sleep(LOOK_EVERY_S)
        raise DaemonRefused(f"the daemon at {connection.host} has not been ready for {READY_S:.0f} s")


def _welcome(connection: ConnectionFile) -> Welcome:
    client, until = Client(connection, "Blender batch"), time.monotonic() + ANSWER_S
    try:
        while time.monotonic() < until:
            for event in client.take_events():
                if isinstance(event, Connected):
                    return event.welcome
                if isinstance(event, Ended):
                    raise event.error or DaemonError("the connection to the daemon was closed")
            time.sleep(0.02)
    finally:
        client.close()
    raise DaemonMissing(f"the daemon at {connection.host} does not answer")
