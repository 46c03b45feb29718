"""A method under one case of a problem, and pieces of clips to measure on."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.evaluation.metrics import RATE_HZ
from models.evaluation.records import Record, means
from models.training.dataset import Clip


@dataclass(frozen=True)
class Measured:
    """What every clip gave. Costs are among the records' values: they too are means weighted by frames."""

    case: str
    method: str
    records: Sequence[Record]
    at: float | None = None  # the case's place on its section's curve
    series: str = ""  # which of the method's curves it is on

    @property
    def values(self) -> dict[str, float]:
        """Every number by name: means over the clips."""
        return means(self.records)


def middle_of(clip: Clip, seconds: float) -> Clip:
    """At most so much of a clip, from its middle."""
    wanted = min(round(seconds * RATE_HZ), len(clip.root))
    first = (len(clip.root) - wanted) // 2
    piece = slice(first, first + wanted)
    return replace(clip, local_xyzw=clip.local_xyzw[piece], root=clip.root[piece])


def spread_over(clips: Sequence[Clip], count: int) -> list[Clip]:
    """At most so many of the clips, evenly."""
    if count >= len(clips):
        return list(clips)
    return [clips[round((place + 0.5) * len(clips) / count - 0.5)] for place in range(count)]
