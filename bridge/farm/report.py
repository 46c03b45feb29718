"""Who hears how a batch goes: progress on stdout, and the report on disk, whole at every moment."""
from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from bridge.commands.console import OnProgress
from bridge.farm.page import write_report
from bridge.farm.progress import Progress
from bridge.farm.row import Row
from bridge.report import exit_code, line_of

log = logging.getLogger(__name__)
EVERY_S = 2.0  # at most so often is the report written while the batch goes on
INTERRUPTED = 130


class Reporter:
    """A context around the batch: however that ends, the report's `code` says it."""

    def __init__(
        self, rows: list[Row], progress: Progress, page: Path | None, out: Path, about: dict[str, Any]
    ) -> None:
        """`page` None: no report. `out`: where the contact sheets are. `about`: what else there is to say."""
        self._rows, self._progress, self._page, self._out, self._about = rows, progress, page, out, about
        self._written_s = 0.0

    def solving(self, row: Row) -> AbstractContextManager[OnProgress]:
        return self._progress.solving(row)

    def ended(self, row: Row) -> None:
        self._progress.ended(row)
        if time.monotonic() - self._written_s > EVERY_S:
            self._write(self._code)

    @property
    def _code(self) -> int:
        return next((row.code for row in self._rows if row.code), 0)

    def __enter__(self) -> Reporter:
        self._write(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        code = self._code if error is None else ended_with(error)
        self._write(code)
        self._progress.closed(code)

    def _write(self, code: int) -> None:
        """A disk that has no room for the report is no reason to stop."""
        if self._page is not None:
            try:
                write_report(self._page, self._rows, self._out, self._about, code)
            except OSError as error:
                log.warning("no report: %s", line_of(error))
        self._written_s = time.monotonic()


def ended_with(error: BaseException) -> int:
    """The exit code of a batch that this ended."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    return exit_code(error) if isinstance(error, Exception) else 1
