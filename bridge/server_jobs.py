"""Jobs, as the daemon's loop sees them: questions go to the process that keeps jobs (bridge/jobs/runner.py) and its
answers come back, by tickets. Here no file is read or written: a slow disk delays no frame."""
from __future__ import annotations

import logging
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection as Line
from pathlib import Path

import zmq

from bridge import __version__
from bridge.config import ServeConfig
from bridge.engine.restarts import LONGEST_DELAY_S, restart_delay_s
from bridge.jobs.orders import Orders
from bridge.jobs.roots import Roots
from bridge.logs import log_format
from bridge.messages import ErrorCode
from bridge.messages_jobs import JobRequest
from bridge.outbox import Outbox
from bridge.refusals import Refusal, refusal_of
from bridge.security import Connection
from bridge.wire_client import encode_client
from bridge.wire_server import decode_server

log = logging.getLogger(__name__)
OPEN_QUESTIONS = 64
SEND_US = 200_000  # a process whose socket takes nothing for so long hangs
PARTING_S = 1.0
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Question:
    peer: bytes
    request_id: int
    asked_ns: int


class Jobs:
    """Does nothing, and refuses everything, where no folder is allowed."""

    def __init__(self, config: ServeConfig, connection: Connection, poller: zmq.Poller) -> None:
        self._config, self._connection, self._poller = config, connection, poller
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Line | None = None
        self._open: dict[int, Question] = {}
        self._tickets, self._now_ns, self._start_ns = 0, 0, 0
        self._deaths_s: list[float] = []
        self._leaving = False

    def ask(self, peer: bytes, request_id: int, body: JobRequest) -> None:
        """The answer comes with a later turn(). Refusal if it never will."""
        if not self._config.allow_jobs:
            raise Refusal(ErrorCode.JOBS_NOT_ALLOWED,
                          "this daemon takes no jobs: posebridge serve --allow-jobs DIR names folders for them")
        if self._leaving:
            raise Refusal(ErrorCode.DRAINING, "the daemon is leaving")
        if self._line is None or len(self._open) >= OPEN_QUESTIONS:
            raise Refusal(ErrorCode.BUSY, "what keeps the jobs is starting, or has much to answer", 1.0)
        self._tickets += 1
        try:
            self._line.send_bytes(encode_client(self._tickets, body))
        except OSError as error:
            if self._process is not None:
                self._process.kill()
            raise Refusal(ErrorCode.BUSY, f"what keeps the jobs does not listen ({error})", 1.0) from error
        self._open[self._tickets] = Question(peer, request_id, self._now_ns)

    def turn(self, readable: Mapping[object, int], now_ns: int, outbox: Outbox) -> None:
        """The next answer, if the poller found one; starts the process, the first time and whenever it has ended."""
        self._now_ns = now_ns
        if not self._config.allow_jobs or self._leaving:
            return
        if self._line is None:
            if now_ns >= self._start_ns:
                self._start()
            return
        try:
            if self._line.fileno() in readable:
                ticket, body = decode_server(self._line.recv_bytes())
                asked = self._open.pop(ticket)
                outbox.control(asked.peer, body, asked.request_id)
            oldest = min((question.asked_ns for question in self._open.values()), default=now_ns)
            if now_ns - oldest > 1e9 * self._config.timing.runner_silence_s:
                raise OSError(f"no answer for {self._config.timing.runner_silence_s:g} s")
        except (EOFError, OSError) as error:
            self._lost(str(error) or "it ended", outbox)

    def close(self) -> None:
        """It leaves at the end of its socket; what it was doing goes on when the daemon does. Again is harmless."""
        self._leaving = True
        self._hang_up()
        if self._process is not None:
            try:
                self._process.wait(PARTING_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, SEND_US))
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bridge.jobs.runner"], stdin=theirs.fileno(),
                env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)})
        self._line = Line(ours.detach())
        self._poller.register(self._line.fileno(), zmq.POLLIN)
        config = self._config
        self._line.send_bytes(Orders(
            self._connection, config.allow_jobs, config.jobs, solver_name(config), config.limits,
            config.timing.jobs_kept_s, log_format(), prior_name(config), config.weights, config.jobs_device,
            config.threads).to_json())

    def _lost(self, why: str, outbox: Outbox) -> None:
        """Whoever waits for an answer is told to ask again: a job that was taken in is the same job then."""
        log.error("what keeps the jobs is lost: %s", why)
        self._hang_up()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        for question in self._open.values():
            refusal = Refusal(ErrorCode.BUSY, "what keeps the jobs is starting again", 1.0)
            outbox.control(question.peer, refusal_of(refusal), question.request_id)
        self._open.clear()
        now_s = self._now_ns / 1e9
        self._deaths_s = [*self._deaths_s[-20:], now_s]
        timing = self._config.timing
        delay_s = restart_delay_s(self._deaths_s, now_s, timing.engine_restarts, timing.engine_restart_window_s)
        self._start_ns = self._now_ns + round(1e9 * (LONGEST_DELAY_S if delay_s is None else delay_s))

    def _hang_up(self) -> None:
        if self._line is not None:
            self._poller.unregister(self._line.fileno())
            self._line.close()
        self._line = None


def allowed_roots(config: ServeConfig) -> Roots:
    """UsageError, before anything is open, for a folder that cannot be allowed."""
    return Roots(config.allow_jobs)


def solver_name(config: ServeConfig) -> str:
    """What tells a job by this daemon from one of the same files by another prior, or another version of ours."""
    return f"{__version__} echo" if config.engine == "echo" else prior_name(config)


def prior_name(config: ServeConfig) -> str:
    """The same of what is solved without the engine."""
    if config.weights is None:
        return f"{__version__} default"
    try:
        about = config.weights.stat()
    except OSError:  # a shipped prior's name
        return f"{__version__} {config.weights}"
    return f"{__version__} {config.weights.resolve()} {about.st_size} {about.st_mtime_ns}"
