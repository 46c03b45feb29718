"""A daemon of one's own: started for a context, stopped at its end. For the demo, for solving files, for tests."""
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from bridge import errors
from bridge.config import FOLLOW_VARIABLE, ServeConfig
from bridge.security import Connection, read_connection

STOP_S = 10.0
_ROOT = Path(__file__).resolve().parents[1]


def a_moment() -> None:
    """Between looks at something that begins."""
    time.sleep(0.02)


class LocalDaemon:
    """`posebridge serve` as a process of its own, ready when the context is entered.

    Entering raises what the daemon ended with (ModelMissing, DeviceFailed, UsageError, ...), or Busy if it was
    not ready in time. Should this process die, the daemon notices and leaves too. Who has something else to do while
    it loads calls `begin` before, and `wait_ready` or `stop` after.
    """

    def __init__(self, config: ServeConfig, ready_s: float = 180.0) -> None:
        self._config = config
        self._ready_s = ready_s
        self._ready_by_s = 0.0
        self._before: Connection | None = None  # what another daemon, dead or alive, left in the file
        self._said: IO[bytes] | None = None
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def connection_file(self) -> Path:
        return self._config.connection_file

    def begin(self) -> None:
        """Starts the process."""
        self._before = self._connection()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed in stop()
        self.process = start_daemon(self._config, os.environ, self._said)
        self._ready_by_s = time.monotonic() + self._ready_s

    def __enter__(self) -> LocalDaemon:
        self.begin()
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Asks the daemon to leave, and makes it after STOP_S. Again is harmless."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._said is not None:
            self._said.close()
        self.process = self._said = None

    def wait_ready(self, meanwhile: Callable[[], object] = a_moment) -> None:
        """Raises what entering does. `meanwhile` is called between looks."""
        from bridge.client import Client  # it takes a quarter of a second, in which the daemon starts

        while self._connection() in (None, self._before):
            self._check()
            meanwhile()
        with Client.connect(self.connection_file) as client:
            try:
                client.wait_ready(max(self._ready_by_s - time.monotonic(), 0.1), meanwhile)
            except errors.DaemonMissing:
                if self.process is not None:
                    self.process.wait(STOP_S)
                self._check()
                raise

    def check(self) -> None:
        """Raises what the daemon ended with, if it has."""
        status = None if self.process is None else self.process.poll()
        if status is not None:
            raise ended(status, self._last_line())

    def _connection(self) -> Connection | None:
        try:
            return read_connection(self.connection_file)
        except errors.DaemonMissing:
            return None

    def _check(self) -> None:
        """Raises what the process ended with, if it has; Busy if the time is over."""
        self.check()
        if time.monotonic() > self._ready_by_s:
            raise errors.Busy(f"the daemon was not ready after {self._ready_s:g} s")

    def _last_line(self) -> str:
        if self._said is None:
            return ""
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1].removeprefix("posebridge: ") if lines else ""


def ended(status: int, line: str) -> errors.PoseBridgeError:
    """The error behind a daemon's exit status, with the last line it said."""
    known = errors.of_code(status)
    kind = known if known is not None and status != 1 else errors.DaemonMissing
    return kind(line if kind is not errors.DaemonMissing else f"the daemon ended, status {status}: {line}")


def start_daemon(
    config: ServeConfig, environment: Mapping[str, str], stderr: IO[bytes] | None = None, words: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """`posebridge serve` as a process that hears no Ctrl-C of ours and leaves when we do; `words`: more flags."""
    paths = [str(_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "bridge", "serve", *serve_arguments(config), *words],
        env={**environment, FOLLOW_VARIABLE: "1", "PYTHONPATH": os.pathsep.join(paths)}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True)


def serve_arguments(config: ServeConfig) -> list[str]:
    """The flags of `posebridge serve` that make such a daemon."""
    weights = ["--weights", str(config.weights)] if config.weights else []
    return [
        "--engine", config.engine, *weights, "--threads", str(config.threads), "--host", config.host,
        "--keys", str(config.keys),
        "--live-port", str(config.live_port), "--control-port", str(config.control_port),
        "--connection-file", str(config.connection_file), "--recordings", str(config.recordings),
        "--jobs", str(config.jobs), *(word for folder in config.allow_jobs for word in ("--allow-jobs", str(folder))),
        "--jobs-device", config.jobs_device,
        "--max-sessions", str(config.limits.sessions), *(["--in-process"] if config.in_process else []),
        *(["--fuse"] if config.fuse else []), *([] if config.compile else ["--no-compile"]),
        *(["--plain-token"] if config.plain_token else []),
        *(["--metrics-port", str(config.metrics_port)] if config.metrics_port is not None else []),
        *(["--daemons", str(config.daemons)] if config.daemons != 1 else []),
    ]
