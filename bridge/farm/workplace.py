"""One machine's place of work in a cluster: a daemon of its own, seldom idle. Knows no Ray.

Whoever asks may ask for ABREAST units at once, each call from a thread of its own: while one is solved, another is read
and a third is written.
"""
from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bridge.commands.reach import private_daemon
from bridge.errors import ModelMissing
from bridge.farm.identity import of_daemon
from bridge.farm.receipt import About
from bridge.farm.row import DONE, FAILED
from bridge.farm.unit import Prepare, Read, Unit, solved
from bridge.frames import Motion
from bridge.report import exit_code, line_of

ABREAST = 3


@dataclass(frozen=True)
class Equipment:
    """What every place is to have. `identity`: who solves, as bridge.farm.identity says it where the batch began."""

    identity: str
    engine: str
    weights: Path | None
    threads: int
    prepare: Prepare


@dataclass(frozen=True)
class Ended:
    """What became of a unit, as its row will say it."""

    state: str
    code: int = 0
    said: str = ""
    about: About = field(default_factory=dict)
    seconds: float = 0.0


class Workplace:
    """Every error is an answer: whoever asked may be another machine."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._stack = ExitStack()  # of the solving thread, as the client is
        self._reads, self._solves, self._writes = (ThreadPoolExecutor(1) for _ in range(3))

    def ready(self) -> Ended:
        """Once its daemon runs; FAILED if that cannot be, or it would solve otherwise than was asked."""
        began_s = time.monotonic()
        try:
            self._solves.submit(self._open).result()
            return Ended(DONE)
        except Exception as error:
            self.close()
            return _failed(error, began_s)

    def make(self, unit: Unit) -> Ended:
        began_s = time.monotonic()
        try:
            read = self._reads.submit(unit.read, self._equipment.prepare).result()
            began_s, motion, seconds = self._solves.submit(self._solve, read).result()
            about = self._writes.submit(unit.write, read, motion, seconds).result()
            return Ended(DONE, about=about, seconds=round(time.monotonic() - began_s, 3))
        except Exception as error:
            return _failed(error, began_s)

    def close(self) -> None:
        self._solves.submit(self._stack.close).result()

    def _open(self) -> None:
        own = self._equipment
        args = argparse.Namespace(engine=own.engine, weights=own.weights, threads=own.threads)
        self._client = self._stack.enter_context(private_daemon(args))
        found = of_daemon(self._client.wait_ready())
        if found != own.identity:
            raise ModelMissing(f"a machine of the cluster solves with {found}, not with {own.identity}")

    def _solve(self, read: Read) -> tuple[float, Motion, float]:
        """Also when its turn came: a unit's seconds are not those that it waited."""
        return time.monotonic(), *solved(read, self._client, lambda done, total: None)


def _failed(error: Exception, began_s: float) -> Ended:
    return Ended(FAILED, exit_code(error), line_of(error), seconds=round(time.monotonic() - began_s, 3))
