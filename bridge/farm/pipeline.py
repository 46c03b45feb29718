"""One solver for a batch, seldom idle: while it solves a take, the next one is read and the one before is written.

Three takes are in memory at most. Rows end in their order, and everybody is told by the thread that asked.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from bridge.farm.batch import Execute, Left, Told, ending
from bridge.farm.receipt import About
from bridge.farm.row import DONE, Row
from bridge.farm.unit import Prepare, Read, Solver, Unit, load_judges, solved
from bridge.frames import Motion


def in_turn(prepare: Prepare, open_solver: Callable[[], Solver]) -> Execute:
    """All of a batch by one solver that is opened once."""

    def execute(left: Left, told: Told) -> None:
        with ThreadPoolExecutor(1, "reads") as reader, ThreadPoolExecutor(1, "writes") as writer:
            writer.submit(load_judges)  # seconds, in which a daemon of our own starts on another core
            solver, last = open_solver(), _Last()
            try:
                for unit, row, read in _read_ahead(left, prepare, reader):
                    began_s, outcome = time.monotonic(), _outcome(row, read, solver, told)
                    last.end(told)
                    if isinstance(outcome, Exception):
                        with ending(row, told, began_s):
                            raise outcome
                        continue
                    last = _Last(row, began_s, writer.submit(unit.write, read.result(), *outcome))
            finally:
                last.end(told)

    return execute


@dataclass
class _Last:
    """The take that is being written; none yet."""

    row: Row | None = None
    began_s: float = 0.0
    written: Future[About] | None = None

    def end(self, told: Told) -> None:
        """Waits for it. Again is harmless."""
        row, written, self.written = self.row, self.written, None
        if row is not None and written is not None:
            with ending(row, told, self.began_s):
                row.about = written.result()
                row.said, row.state, row.code = "", DONE, 0


def _read_ahead(
    left: Left, prepare: Prepare, reader: ThreadPoolExecutor
) -> Iterator[tuple[Unit, Row, Future[Read]]]:
    """Every unit with what is read of it; the one after is begun before its turn."""
    waiting = [(unit, row) for unit, row in reversed(left)]
    ahead: list[tuple[Unit, Row, Future[Read]]] = []
    while waiting or ahead:
        while waiting and len(ahead) < 2:
            unit, row = waiting.pop()
            ahead.append((unit, row, reader.submit(unit.read, prepare)))
        yield ahead.pop(0)


def _outcome(row: Row, read: Future[Read], solver: Solver, told: Told) -> tuple[Motion, float] | Exception:
    """What became of solving it."""
    try:
        with told.solving(row) as on_progress:
            return solved(read.result(), solver, on_progress)
    except Exception as error:
        return error
