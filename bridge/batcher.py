"""Which sessions run now. A pure function: the engine takes one batch at a time, and no frame ever queues."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Waiting(Protocol):
    """Who has a frame to solve, and credit to be answered."""

    @property
    def slot(self) -> int: ...

    @property
    def waiting_since_ns(self) -> int:
        """Its newest frame arrived then."""

    @property
    def served_ns(self) -> int:
        """It last ran then."""


_W = TypeVar("_W", bound=Waiting)


def next_batch(waiting: Iterable[_W], engine_free: bool, most: int) -> list[_W]:
    """Who runs: whoever was served longest ago first, so that every session gets its share when many wait.

    It never waits for more to come: while a batch runs, those that arrive gather for the next by themselves. Nor does
    it ask who waits, while the engine is busy.
    """
    if not engine_free:
        return []
    return sorted(waiting, key=lambda one: (one.served_ns, one.waiting_since_ns, one.slot))[:most]
