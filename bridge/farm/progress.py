"""How far a batch is, told while it goes, in the words that one render farm or another reads from stdout."""
from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

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
        self._shares: dict[int, float] = {}  # how much is done of the rows under way, by their place
        self._shown: int | None = None  # the row of the bar,
        self._on_bar: OnProgress = lambda done, total: None  # and what moves it

    @contextmanager
    def solving(self, row: Row) -> Iterator[OnProgress]:
        """What it yields is called with (frames done, frames in all). Several rows may be solved at a time."""
        place = self._rows.index(row)
        self._begins(row)
        with ExitStack() as stack:
            yield self._bar(place, stack) if self._kind == "auto" else partial(self._during, place)
        self._shares[place] = 1.0

    def ended(self, row: Row) -> None:
        """A row that has come to its end."""
        place, text = self._rows.index(row), f"{row.state}: {row.said}" if row.said else row.state
        self._shares.pop(place, None)
        if self._kind == "json":
            self._json(place, state=row.state, code=row.code, said=row.said, seconds=row.seconds, **row.about)
        elif self._kind in ("text", "openjd", "deadline"):
            self._say(f"[{place + 1}/{len(self._rows)}] {row.name}: {text}")
        self._tell_percent()

    def closed(self, code: int) -> None:
        """The last word. Deadline and OpenJD read the exit code too; a line says why."""
        if self._kind == "json":
            self._say(json.dumps({"event": "end", "code": code, "percent": self._percent()}))
        if self._kind == "openjd" and code:
            failed = next((row for row in self._rows if row.state == FAILED), None)
            self._say(f"openjd_fail: {failed.said}" if failed else f"openjd_fail: exit code {code}")

    def _begins(self, row: Row) -> None:
        if self._kind == "openjd":
            self._say(f"openjd_status: solving {row.name}")
        self._told_s = self._clock_s()

    def _bar(self, place: int, stack: ExitStack) -> OnProgress:
        """One at a time: of the first that goes on while none is shown."""
        def on_progress(done: int, total: int) -> None:
            if self._shown is None:
                self._shown = place
                stack.callback(self._hide)
                self._on_bar = stack.enter_context(bar(self._rows[place].name))
            if self._shown == place:
                self._on_bar(done, total)

        return on_progress

    def _hide(self) -> None:
        self._shown = None

    def _during(self, place: int, done: int, total: int) -> None:
        self._shares[place] = done / total if total else 0.0
        if self._kind == "none" or self._clock_s() - self._told_s < EVERY_S:
            return
        self._told_s = self._clock_s()
        if self._kind == "json":
            self._json(place, state="solving", frames_done=done, frames=total)
        self._tell_percent()

    def _tell_percent(self) -> None:
        if self._kind == "openjd":
            self._say(f"openjd_progress: {self._percent():.1f}")
        elif self._kind == "deadline":
            self._say(f"Progress: {self._percent():.0f}%")

    def _percent(self) -> float:
        """Of all rows, with what is done of those under way."""
        done = sum(row.ended for row in self._rows) + sum(self._shares.values())
        return 100 * min(done / max(len(self._rows), 1), 1.0)

    def _json(self, place: int, **told: object) -> None:
        row = self._rows[place]
        share = {"event": "row" if row.ended else "progress", "number": place + 1, "of": len(self._rows),
                 "source": row.source, "name": row.name}
        self._say(json.dumps(share | told))
