"""Which sessions run now. A pure function: the engine takes one batch at a time, and nothing ever queues."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """A session with a frame to solve and credit to be answered."""

    slot: int
    since_ns: int  # its newest frame arrived
    served_ns: int  # it last ran


def next_batch(waiting: Iterable[Waiting], engine_free: bool, most: int) -> tuple[int, ...]:
    """The slots to run: whoever was served longest ago first, so that every session gets its share when many wait.

    It never waits for more to come: while a batch runs, those that arrive gather for the next by themselves.
    """
    if not engine_free:
        return ()
    order = sorted(waiting, key=lambda one: (one.served_ns, one.since_ns, one.slot))
    return tuple(one.slot for one in order[:most])
