"""Threads in which clips are solved, beside the one that takes orders and serves live sessions.

A batch of clips is solved step by step. Live ticks go first: whoever holds the gate waits for the steps that run, and
no other begins before it is let go.
"""
from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bridge.engine.interface import Clip, ClipProgress
from bridge.engine.pulse import cpu_clock

PARTING_S = 1.0  # for the steps that run
Solve = Callable[[Sequence[Clip]], Iterator[tuple[int, ClipProgress]]]


@dataclass(eq=False)
class Batch:
    """Clips that are solved in one go, by the numbers of their jobs."""

    jobs: list[int]
    clips: list[Clip]
    dropped: set[int] = field(default_factory=set)  # of jobs that nobody waits for any more

    def only(self, places: Sequence[int]) -> Batch:
        return Batch([self.jobs[place] for place in places], [self.clips[place] for place in places], self.dropped)

    def halves(self) -> list[Batch]:
        middle = len(self.jobs) // 2
        return [self.only(range(middle)), self.only(range(middle, len(self.jobs)))]


@dataclass(frozen=True)
class Stepped:
    """A step of a batch."""

    job: int
    progress: ClipProgress


@dataclass(frozen=True)
class Ended:
    """A batch is over, by an error or not. `left`: what is still to be solved of it."""

    batch: Batch
    left: Batch
    error: Exception | None = None


Outcome = Stepped | Ended


class Gate:
    """Lets steps through that run side by side, or one that holds it, alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside, self._held = 0, False

    def hold(self, patience_s: float | None = None) -> None:
        """Waits for whoever is inside, so long at most. Again is harmless."""
        with self._changed:
            self._held = True
            self._changed.wait_for(lambda: not self._inside, patience_s)

    def let_go(self) -> None:
        with self._changed:
            self._held = False
            self._changed.notify_all()

    def __enter__(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._held)
            self._inside += 1

    def __exit__(self, *error: object) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()


class Lanes:
    """`tell` hears of every step, from the thread that made it."""

    def __init__(self, count: int, solve: Solve, tell: Callable[[Outcome], None]) -> None:
        self.gate, self.count = Gate(), count
        self._solve, self._tell = solve, tell
        self._closing = False
        self._batches: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        threads = [threading.Thread(target=self._run, name=f"clips-{lane}", daemon=True) for lane in range(count)]
        for thread in threads:
            thread.start()
        self._clocks = [cpu_clock(thread.ident or 0) for thread in threads]

    def begin(self, batch: Batch) -> None:
        """The next lane that is free takes it."""
        self._batches.put(batch)

    def close(self) -> None:
        """Ends the threads, each after its step; no step is made from now on."""
        self.gate.hold(PARTING_S)
        self._closing = True
        for _ in range(self.count):
            self._batches.put(None)
        self.gate.let_go()

    def cpu_s(self) -> float:
        """What all of them have computed so far."""
        return sum(clock() for clock in self._clocks)

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            self._tell(self._solved(batch))

    def _solved(self, batch: Batch) -> Ended:
        over: Counter[int] = Counter()
        error = None
        try:
            steps = self._solve(batch.clips)
            while not batch.dropped.issuperset(batch.jobs):
                with self.gate:
                    step = None if self._closing else next(steps, None)
                if step is None:
                    break
                place, progress = step
                over[place] += progress.motion is not None
                self._tell(Stepped(batch.jobs[place], progress))
        except Exception as raised:  # of one of these clips, or of all
            error = raised
        left = [place for place, job in enumerate(batch.jobs) if not over[place] and job not in batch.dropped]
        return Ended(batch, batch.only(left), error)
