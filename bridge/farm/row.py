"""What became of one take of a batch."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WAITING, DONE, CURRENT, FAILED, WOULD, VALID = "not begun", "done", "up to date", "failed", "would be made", "valid"


@dataclass
class Row:
    """`code`: the exit code it would have had by itself; None while it has not ended. `about`: what is known of the
    session and its results, as JSON: frames, rate_hz, seconds, frames_per_s, errors, flags, device."""

    source: str
    name: str
    state: str = WAITING
    code: int | None = None
    said: str = ""
    seconds: float = 0.0
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.code is not None

    @property
    def flags(self) -> list[dict[str, str]]:
        """{"kind", "said"} of each."""
        flags: list[dict[str, str]] = self.about.get("flags", [])
        return flags


def counted(rows: list[Row]) -> str:
    """How many are in each state, as one line."""
    states = [row.state for row in rows]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    return f"{len(states)} {'session' if len(states) == 1 else 'sessions'}: {counts}"
