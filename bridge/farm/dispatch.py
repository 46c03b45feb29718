"""Who makes which unit, where places of work come and go: a table of states, without Ray, clock or waiting.

A place is starting, free or at work; a unit waits, is at a place, or has ended. A unit whose place is lost waits again,
TRIES times in all. The caller starts places, sends what `hand_out` pairs, and says what became of it.
"""
from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

TRIES = 3
Place = TypeVar("Place")
Job = TypeVar("Job")


class Dispatch(Generic[Place, Job]):
    """Places and jobs are the caller's; both must be hashable."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._waiting = deque(jobs)
        self._free: deque[Place] = deque()
        self._at: dict[Place, Job] = {}
        self._tries: Counter[Job] = Counter()

    @property
    def over(self) -> bool:
        """Nothing waits and nothing is at work."""
        return not self._waiting and not self._at

    @property
    def idle(self) -> bool:
        """Something waits, and nobody is at work or free to begin."""
        return bool(self._waiting) and not self._at and not self._free

    def is_ready(self, place: Place) -> None:
        self._free.append(place)

    def hand_out(self) -> Iterator[tuple[Place, Job]]:
        """Each free place gets one; the others wait, so that no more is on its way than there are places."""
        while self._free and self._waiting:
            place, job = self._free.popleft(), self._waiting.popleft()
            self._at[place] = job
            self._tries[job] += 1
            yield place, job

    def ended(self, place: Place) -> Job:
        """The job that was there; the place is free again."""
        self._free.append(place)
        return self._at.pop(place)

    def lost(self, place: Place) -> Job | None:
        """The place is gone. The job that it has now cost too often, if it has; else it waits again, first in line."""
        job = self._at.pop(place, None)
        if place in self._free:
            self._free.remove(place)
        if job is None:
            return None
        if self._tries[job] >= TRIES:
            return job
        self._waiting.appendleft(job)
        return None
