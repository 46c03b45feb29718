"""Who makes which unit, where places of work come and go: a table of states, without Ray, clock or waiting.

A place is starting or ready; a unit waits, is at a place, or has ended. Units whose place is lost wait again, TRIES
times in all, and from then on each has a place to itself: one that ends machines takes no other with it twice. The
caller starts places, sends what `hand_out` pairs, and says what became of it.
"""
from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

TRIES = 3
Place = TypeVar("Place")
Job = TypeVar("Job")


class Dispatch(Generic[Place, Job]):
    """Places and jobs are the caller's; both must be hashable. `abreast`: how many jobs a place has at once."""

    def __init__(self, jobs: Iterable[Job], abreast: int = 1) -> None:
        self._waiting, self._abreast = deque(jobs), abreast
        self._at: dict[Place, list[Job]] = {}  # what is at each place that is ready
        self._tries: Counter[Job] = Counter()

    @property
    def over(self) -> bool:
        """Nothing waits and nothing is at work."""
        return not self._waiting and not any(self._at.values())

    @property
    def idle(self) -> bool:
        """Something waits, and nobody is there to begin."""
        return bool(self._waiting) and not self._at

    def is_ready(self, place: Place) -> None:
        self._at[place] = []

    def hand_out(self, starting: int = 0) -> Iterator[tuple[Place, Job]]:
        """Each goes where the fewest are. One goes beside another only while more wait than there are places, ready or
        `starting`: nobody is to stand idle at the end while something waits elsewhere for its turn."""
        while self._waiting:
            beside = len(self._waiting) > len(self._at) + starting
            job = self._waiting[0]
            room = [place for place, there in self._at.items() if not there or (beside and self._fits(there, job))]
            if not room:
                return
            place = min(room, key=lambda one: len(self._at[one]))
            self._at[place].append(self._waiting.popleft())
            self._tries[job] += 1
            yield place, job

    def ended(self, place: Place, job: Job) -> None:
        """The job that was there; its room is free again."""
        self._at[place].remove(job)

    def lost(self, place: Place) -> list[Job]:
        """The place is gone. Of the jobs that were there those that have now cost too often; the others wait again,
        first in line."""
        there = self._at.pop(place, [])
        self._waiting.extendleft(job for job in reversed(there) if self._tries[job] < TRIES)
        return [job for job in there if self._tries[job] >= TRIES]

    def _fits(self, there: list[Job], job: Job) -> bool:
        alone = self._tries[job] > 0 or any(self._tries[other] > 1 for other in there)
        return not alone and len(there) < self._abreast
