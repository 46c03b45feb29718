"""One machine's place of work in a cluster: a daemon of its own, seldom idle. Knows no Ray.

Whoever asks may ask for many units at once, each call from a thread of its own: some are read, others solved and
written meanwhile, as by one command (stream.py).
"""
from __future__ import annotations

import argparse
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from bridge.commands.console import OnProgress
from bridge.commands.reach import private_daemon
from bridge.errors import DeviceFailed, ModelMissing
from bridge.farm.equipment import Ended, Equipment
from bridge.farm.hands import hands
from bridge.farm.identity import of_daemon
from bridge.farm.pipeline import flight_of
from bridge.farm.row import DONE, FAILED, Row
from bridge.farm.stream import Stream
from bridge.farm.unit import Unit
from bridge.report import exit_code, line_of

PATIENCE_S = 0.02


class Workplace:
    """Every error is an answer: whoever asked may be another machine."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._asked: queue.SimpleQueue[tuple[Unit, Row] | None] = queue.SimpleQueue()
        self._ends: dict[int, Future[None]] = {}  # of rows, by their identity
        self._open: Future[None] = Future()
        self._thread = threading.Thread(target=self._work, name="takes", daemon=True)

    def ready(self) -> Ended:
        """Once its daemon runs; FAILED if that cannot be, or it would solve otherwise than was asked."""
        began_s = time.monotonic()
        self._thread.start()
        try:
            self._open.result()
            return Ended(DONE)
        except Exception as error:
            return _failed(error, began_s)

    def make(self, unit: Unit) -> Ended:
        row, end = Row(str(unit.take.source), unit.take.name), Future[None]()
        self._ends[id(row)] = end
        self._asked.put((unit, row))
        try:
            if not self._thread.is_alive():
                raise DeviceFailed("its daemon is not there any more")
            end.result()
            return Ended(row.state, row.code or 0, row.said, row.about, row.seconds)
        except Exception as error:
            return _failed(error, time.monotonic())
        finally:
            del self._ends[id(row)]

    def close(self) -> None:
        """Once all that was asked for is made."""
        self._asked.put(None)
        self._thread.join()

    @contextmanager
    def solving(self, row: Row) -> Iterator[OnProgress]:
        """Nobody watches."""
        yield lambda done, total: None

    def ended(self, row: Row) -> None:
        self._ends[id(row)].set_result(None)

    def _work(self) -> None:
        own = self._equipment
        args = argparse.Namespace(engine=own.engine, weights=own.weights, threads=own.threads)
        try:
            with hands(own.prepare, own.processes) as crew, private_daemon(args) as client:
                found = of_daemon(client.wait_ready())
                if found != own.identity:
                    raise ModelMissing(f"a machine of the cluster solves with {found}, not with {own.identity}")
                with Stream(crew, self) as stream:
                    stream.flight = flight_of(client)
                    self._open.set_result(None)
                    self._make_all(stream)
        except Exception as error:
            self._fail(error)

    def _make_all(self, stream: Stream) -> None:
        """Until told to stop."""
        more = True
        while more or not stream.over:
            try:
                while more:
                    asked = self._asked.get(timeout=None if stream.over else 0.0)
                    more = asked is not None
                    if asked:
                        stream.add(*asked)
            except queue.Empty:
                pass
            stream.turn(PATIENCE_S)

    def _fail(self, error: Exception) -> None:
        if not self._open.done():
            self._open.set_exception(error)
        for end in list(self._ends.values()):
            if not end.done():
                end.set_exception(error)


def _failed(error: Exception, began_s: float) -> Ended:
    return Ended(FAILED, exit_code(error), line_of(error), seconds=round(time.monotonic() - began_s, 3))
