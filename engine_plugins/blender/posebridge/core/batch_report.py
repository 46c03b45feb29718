"""How a batch goes, told while it goes: lines on stdout in the words of one farm or another, and a JSON report that is
whole at every moment."""
from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .batch import Take
from .batch_receipt import write_whole

Say = Callable[[str], None]
KINDS = ("text", "openjd", "deadline", "json", "none")
EVERY_S = 1.0  # at most so often while a stage lasts
WAITING, DONE, CURRENT, FAILED, WOULD = "not begun", "done", "up to date", "failed", "would be made"


@dataclass
class Row:
    """What became of one take. `code`: the exit code it would have had by itself; None while it has not ended."""

    source: str
    out: str
    state: str = WAITING
    code: int | None = None
    said: str = ""
    seconds: float = 0.0


class Report:
    """All rows. `about`: what else there is to know of the batch."""

    def __init__(self, takes: list[Take], about: dict[str, Any], kind: str, file: Path | None, say: Say) -> None:
        self.rows = [Row(str(take.source), str(take.out)) for take in takes]
        self._about, self._kind, self._file, self._say = about, kind, file, say
        self._shown, self._shown_s = "", 0.0
        self._stopped = 0
        self.write()

    @property
    def code(self) -> int:
        """Of what stopped it, else of the first failure, else 0."""
        return self._stopped or next((row.code for row in self.rows if row.code), 0)

    def stage(self, row: Row, stage: str, share: float) -> None:
        """What is being done for this row."""
        if stage == self._shown and time.monotonic() - self._shown_s < EVERY_S:
            return
        self._shown, self._shown_s = stage, time.monotonic()
        self._line(row, f"{stage} {share:.0%}" if share else stage)

    def ended(self, row: Row, state: str, said: str, code: int, seconds: float = 0.0) -> None:
        row.state, row.said, row.code, row.seconds = state, said, code, round(seconds, 2)
        self._shown = ""
        self._line(row, f"{state}: {said}" if said else state)
        self.write()

    def stopped(self, row: Row, said: str, code: int) -> None:
        """By a signal: this row and those after it are not begun, as if the batch had never come to them."""
        row.said, self._stopped = said, code
        self.write()

    def write(self) -> None:
        if self._file is not None:
            rows = [asdict(row) for row in self.rows]
            write_whole(self._file, json.dumps({**self._about, "code": self.code, "rows": rows}, indent=1))

    def summary(self) -> str:
        states = [row.state for row in self.rows]
        counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
        return f"{len(states)} takes: {counts}"

    def _line(self, row: Row, text: str) -> None:
        number, name = self.rows.index(row) + 1, Path(row.source).name
        percent = 100 * sum(one.code is not None for one in self.rows) / len(self.rows)
        if self._kind == "json":
            self._say(json.dumps({"take": row.source, "number": number, "of": len(self.rows), "percent": percent,
                                  "said": text}))
        elif self._kind != "none":
            self._say(f"[{number}/{len(self.rows)}] {name}: {text}")
        if self._kind == "openjd":
            self._say(f"openjd_progress: {percent:.1f}")
        elif self._kind == "deadline":
            self._say(f"Progress: {percent:.0f}%")
