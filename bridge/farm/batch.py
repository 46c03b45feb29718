"""What must be made of a batch, and what became of it; a failure is its own row's."""
from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bridge.commands.console import OnProgress
from bridge.commands.formats import Formats
from bridge.errors import PoseBridgeError
from bridge.farm.receipt import Parts, read_receipt, what_changed
from bridge.farm.row import CURRENT, FAILED, VALID, WOULD, Row
from bridge.farm.take import Take
from bridge.farm.unit import Prepare, Unit
from bridge.report import exit_code, line_of

log = logging.getLogger(__name__)


class Told(Protocol):
    """Who hears how it goes."""

    def solving(self, row: Row) -> AbstractContextManager[OnProgress]: ...
    def ended(self, row: Row) -> None: ...


Left = list[tuple[Unit, Row]]
Execute = Callable[[Left, Told], None]  # makes them all, each to the end of its row; what it raises ends the batch


@dataclass(frozen=True)
class Order:
    """What is to be done with every take. `shared`: what all results depend on besides their takes."""

    out: Path
    shared: Parts
    prepare: Prepare
    force: bool = False
    resume: bool = False  # whole results stay, whatever they were made of
    dry_run: bool = False
    validate: bool = False
    formats: Formats = field(default_factory=Formats)


class Batch:
    """Takes and their rows."""

    def __init__(self, order: Order, takes: list[Take]) -> None:
        self._order, self._takes = order, takes
        self.rows = [Row(str(take.source), take.name) for take in takes]

    @property
    def code(self) -> int:
        """Of the first failure, else 0."""
        return next((row.code for row in self.rows if row.code), 0)

    def run(self, told: Told, execute: Execute) -> None:
        """`execute` is called only where something must be made. Raises what it does."""
        if self._order.validate:
            for take, row in zip(self._takes, self.rows, strict=True):
                with ending(row, told):
                    self._validated(take, row)
        elif left := self._left(told):
            execute(left, told)

    def _left(self, told: Told) -> Left:
        """What must be made; the rows of the others have ended."""
        left: Left = []
        for take, row in zip(self._takes, self.rows, strict=True):
            unit = Unit(take, self._order.out, self._order.shared, self._order.formats)
            with ending(row, told):
                row.said = self._why(unit, row, soon=bool(left)) or ""
                if not row.said:
                    row.state, row.code = CURRENT, 0
                elif self._order.dry_run:
                    row.state, row.code = WOULD, 0
                else:
                    left.append((unit, row))
        return left

    def _why(self, unit: Unit, row: Row, soon: bool) -> str | None:
        """Why it must be made; None if its results stay. `soon`: others are made anyway, so that what has no results is
        looked at when it is read, and whoever solves starts before all files are through a checksum."""
        kept = read_receipt(unit.out, unit.take.name)
        row.about = kept["about"] if kept and not self._order.force else {}
        if self._order.resume and kept:
            return None
        unread = soon and not kept and not self._order.dry_run and unit.take.source.is_file()
        why = what_changed(kept, {} if unread else unit.parts())
        return "asked for anew" if self._order.force else why

    def _validated(self, take: Take, row: Row) -> None:
        from bridge.farm.making import read_take

        session = read_take(take, self._order.prepare)
        if take.frames:
            take.frames.rows(len(session.clip))
        row.about = {"frames": len(session.clip), "rate_hz": session.clip.rate_hz}
        row.state, row.code = VALID, 0


@contextmanager
def ending(row: Row, told: Told, began_s: float | None = None) -> Iterator[None]:
    """What happens to a row is its own; once it has ended it is told. `began_s`: when work on it did, if before."""
    began_s = time.monotonic() if began_s is None else began_s
    try:
        yield
    except Exception as error:
        if not isinstance(error, PoseBridgeError | OSError | MemoryError):
            log.debug("%s", row.source, exc_info=True)
        row.state, row.code, row.said, row.about = FAILED, exit_code(error), line_of(error), {}
    if row.ended:
        row.seconds = round(time.monotonic() - began_s, 3)
        log.info("%s: %s", row.name, f"{row.state}: {row.said}" if row.said else row.state)
        told.ended(row)
