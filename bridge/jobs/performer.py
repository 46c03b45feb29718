"""The process that does what commands do (performing.py), from its parent's side: started when it is needed, kept while
there is more to do, killed where its work is not wanted any more. Whatever ends it, ends nothing else."""
from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection as Line
from pathlib import Path
from typing import Any

from bridge import errors
from bridge.messages import ErrorCode
from bridge.refusals import EngineRestarting, Refusal

LOOK_S = 0.1  # how often it is asked whether the work is still wanted
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Errand:
    """A command to be done to one file: its words, results' folder and all; `name`: of the results."""

    problem: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where it is done: flags of every command."""

    weights: Path | None = None
    device: str = "cpu"
    threads: int = 1

    def words(self) -> tuple[str, ...]:
        weights = (f"--weights={self.weights}",) if self.weights else ()
        return (*weights, f"--device={self.device}", f"--threads={self.threads}")


class Performer:
    """One errand at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Line | None = None

    def perform(self, errand: Errand, on_progress: Callable[[int, int], None]) -> int:
        """How many frames the results have. Raises what the command does, EngineRestarting if the process died, and
        what `on_progress` does, which is called again and again; the process is gone then."""
        try:
            line = self._line or self._start()
            words = (*self._place.words(), *errand.words)  # files come last
            line.send_bytes(json.dumps({**asdict(errand), "words": words}).encode())
            told = self._heard(line, on_progress)
        except (EOFError, OSError) as error:
            raise EngineRestarting(f"what solves it ended {self._ended()}") from error
        except BaseException:
            self.rest()
            raise
        if "error" in told:
            raise error_of(told)
        return int(told["frames"])

    def _heard(self, line: Line, on_progress: Callable[[int, int], None]) -> dict[str, Any]:
        """Its last word of an errand."""
        done = (0, 100)
        while True:
            on_progress(*done)
            if line.poll(LOOK_S):
                told: dict[str, Any] = json.loads(line.recv_bytes())
                if "done" not in told:
                    return told
                done = (told["done"], told["total"])

    def rest(self) -> None:
        """Its memory is free then; the next errand starts it anew. Again is harmless."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

    def _ended(self) -> str:
        """How it did, for people; it is gone then."""
        process = self._process
        try:
            status = process.wait(1.0) if process else None
        except subprocess.TimeoutExpired:
            status = None
        self.rest()
        return f"with status {status}" if status is not None else "and said nothing"

    def _start(self) -> Line:
        ours, theirs = socket.socketpair()
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bridge.jobs.performing"], stdin=theirs.fileno(), stdout=subprocess.DEVNULL,
                env=os.environ | {"OMP_NUM_THREADS": str(self._place.threads), "PYTHONPATH": os.pathsep.join(paths)})
        self._line = Line(ours.detach())
        return self._line


def error_of(told: dict[str, Any]) -> Exception:
    """An error that came across: of the input as it was, of a full disk, or else that solving failed."""
    kind = getattr(errors, told["error"], None)
    if told.get("errno"):
        return OSError(told["errno"], told["message"])
    if told["error"] == "MemoryError":
        return MemoryError()
    if isinstance(kind, type) and issubclass(kind, errors.InputInvalid | errors.InputMissing | errors.UsageError):
        return kind(told["message"])
    return Refusal(ErrorCode.ENGINE_FAILED, told["message"])
