"""How far a batch is, told while it goes, in the words that one render farm or another reads from stdout."""
from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bridge.commands.console import OnProgress, bar
from bridge.farm.row import FAILED, Row

KINDS = ("auto", "text", "openjd", "deadline", "json", "none")
EVERY_S = 1.0  # at most so often while a take lasts


class Progress:
    """auto is a bar on stderr where somebody watches, and nothing elsewhere. `say` writes one line to stdout."""

    def __init__(
        self, kind: str, rows: list[Row], say: Callable[[str], None], clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._kind, self._rows, self._say, self._clock_s = kind, rows, say, clock_s
        self._told_s = -EVERY_S

    @contextmanager
    def solving(self, row: Row) -> Iterator[OnProgress]:
        """What it yields is called with (frames done, frames in all)."""
        self._begins(row)
        if self._kind == "auto":
            with bar(row.name) as on_progress:
                yield on_progress
        else:
            yield lambda done, total: self._during(row, done, total)

    def ended(self, row: Row) -> None:
        """A row that has come to its end."""
        text = f"{row.state}: {row.said}" if row.said else row.state
        if self._kind == "json":
            self._json(row, state=row.state, code=row.code, said=row.said, seconds=row.seconds, **row.about)
        elif self._kind in ("text", "openjd", "deadline"):
            self._say(f"[{self._rows.index(row) + 1}/{len(self._rows)}] {row.name}: {text}")
        self._share(0.0)

    def closed(self, code: int) -> None:
        """The last word. Deadline and OpenJD read the exit code too; a line says why."""
        if self._kind == "json":
            self._say(json.dumps({"event": "end", "code": code, "percent": self._percent(0.0)}))
        if self._kind == "openjd" and code:
            failed = next((row for row in self._rows if row.state == FAILED), None)
            self._say(f"openjd_fail: {failed.said}" if failed else f"openjd_fail: exit code {code}")

    def _begins(self, row: Row) -> None:
        if self._kind == "openjd":
            self._say(f"openjd_status: solving {row.name}")
        self._told_s = self._clock_s()

    def _during(self, row: Row, done: int, total: int) -> None:
        if self._kind == "none" or self._clock_s() - self._told_s < EVERY_S:
            return
        self._told_s = self._clock_s()
        share = done / total if total else 0.0
        if self._kind == "json":
            self._json(row, state="solving", frames_done=done, frames=total)
        self._share(share)

    def _share(self, share: float) -> None:
        if self._kind == "openjd":
            self._say(f"openjd_progress: {self._percent(share):.1f}")
        elif self._kind == "deadline":
            self._say(f"Progress: {self._percent(share):.0f}%")

    def _percent(self, share: float) -> float:
        """Of all rows; `share`: how much of the running one is done."""
        return 100 * min((sum(row.ended for row in self._rows) + share) / max(len(self._rows), 1), 1.0)

    def _json(self, row: Row, **told: object) -> None:
        share = {"event": "row" if row.ended else "progress", "number": self._rows.index(row) + 1,
                 "of": len(self._rows), "source": row.source, "name": row.name}
        self._say(json.dumps(share | told))
