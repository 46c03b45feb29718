"""The clips an engine has to solve: gathered, put together to batches, handed to its lanes, and reported part by part.

Where a batch fails, its halves are tried again, and so on: the error of one clip is its own in the end.
"""
from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from bridge.engine.gather import ClipGathering, solved_parts
from bridge.engine.interface import Clip, Engine
from bridge.engine.lanes import Batch, Ended, Lanes, Outcome, Stepped
from bridge.engine.orders import ClipRows, JobProgress, JobRows, Report, fault


class ClipWork:
    """Called from one thread; `tell` brings it what the lanes say, for hear()."""

    def __init__(self, engine: Engine, tell: Callable[[Outcome], None], report: Callable[[Report], None]) -> None:
        self._report, self._together = report, engine.frames_together
        self._lanes = Lanes(engine.lanes, engine.solve_clips, tell)
        self._gathering = ClipGathering()
        self._wanted: set[int] = set()  # jobs that somebody waits for
        self._waiting: deque[tuple[int, Clip]] = deque()
        self._again: deque[Batch] = deque()
        self._running: list[Batch] = []
        self._parts: deque[tuple[int, Iterator[JobRows]]] = deque()  # left to report of what is solved

    def cpu_s(self) -> float:
        """What the lanes have computed so far."""
        return self._lanes.cpu_s()

    def hold(self) -> None:
        """No step of a clip is made from when this returns until go_on()."""
        self._lanes.gate.hold()

    def go_on(self) -> None:
        self._lanes.gate.let_go()

    def close(self) -> None:
        """Soon nothing computes any more: what does while its process ends may take it down."""
        self._lanes.close()

    def take(self, order: ClipRows) -> None:
        """Rows of a clip, which is begun when all are there."""
        clip = self._gathering.add(order)
        if clip is not None:
            self._wanted.add(order.job)
            self._waiting.append((order.job, (order.setup, clip)))
            self._begin()

    def cancel(self, job: int) -> None:
        """Nothing more is reported of it."""
        self._wanted.discard(job)
        self._waiting = deque(one for one in self._waiting if one[0] != job)
        self._parts = deque(one for one in self._parts if one[0] != job)
        for batch in (*self._running, *self._again):
            batch.dropped.add(job)

    def hear(self, outcome: Outcome) -> None:
        """What a lane says."""
        if isinstance(outcome, Ended):
            self._end(outcome)
        elif outcome.job in self._wanted:
            self._step(outcome)

    def report_next(self) -> bool:
        """The next part of what is solved; False if there is none."""
        while self._parts:
            job, parts = self._parts[0]
            part = next(parts, None)
            if part is not None:
                self._report(part)
                return True
            self._wanted.discard(job)
            self._parts.popleft()
        return False

    def _step(self, step: Stepped) -> None:
        progress = step.progress
        self._report(JobProgress(step.job, progress.frames_done, progress.frames_total))
        if progress.motion is not None:
            self._parts.append((step.job, (JobRows(step.job, part) for part in solved_parts(progress.motion))))

    def _end(self, ended: Ended) -> None:
        self._running.remove(ended.batch)
        left = ended.left.only([place for place, job in enumerate(ended.left.jobs) if job in self._wanted])
        if len(left.jobs) == 1:
            self._wanted.discard(left.jobs[0])
            self._report(fault("clip", left.jobs[0], ended.error or RuntimeError("no motion came of it")))
        elif left.jobs:
            self._again.extend(left.halves())
        self._begin()

    def _begin(self) -> None:
        """As many batches as there are lanes."""
        while len(self._running) < self._lanes.count and (self._again or self._waiting):
            batch = self._again.popleft() if self._again else self._next_batch()
            self._running.append(batch)
            self._lanes.begin(batch)

    def _next_batch(self) -> Batch:
        frames = [len(clip) for _, (_, clip) in self._waiting]
        taken = [self._waiting.popleft() for _ in range(fitting(frames, self._together))]
        return Batch([job for job, _ in taken], [clip for _, clip in taken])


def fitting(frames: Sequence[int], most: int) -> int:
    """How many of the first clips, of so many frames each, are no more than `most` frames in all; one at least."""
    count, held = 1, frames[0]
    while count < len(frames) and held + frames[count] <= most:
        held += frames[count]
        count += 1
    return count
