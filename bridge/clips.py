"""Clips to be solved: as many in the engine as it wants to have, others waiting, each answered to whoever sent it."""
from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bridge.config import Limits
from bridge.engine.gather import clip_orders
from bridge.engine.interface import EngineInfo
from bridge.engine.orders import ClipRows
from bridge.messages import ErrorCode, SolveClip
from bridge.refusals import Refusal

RETRY_S = 10.0
TRIES = 2
LEAST_FRAMES = 64  # a clip counts as so many at least: short ones take room too


@dataclass(eq=False)
class Job:
    number: int
    peer: bytes
    request_id: int
    body: SolveClip
    begun: bool = False  # the engine has said something of it
    tries: int = 0  # how often an engine was given it

    @property
    def frames(self) -> int:
        return max(len(self.body.clip), LEAST_FRAMES)


class Clips:
    """The queue, and the jobs in the engine with what is left to send of the last of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._numbers = 0
        self._waiting: deque[Job] = deque()
        self._orders: Iterator[ClipRows] = iter(())
        self._sending: Job | None = None
        self._active: dict[int, Job] = {}
        self._info = EngineInfo("", "")

    def engine_is(self, info: EngineInfo) -> None:
        """Who takes them from now on."""
        self._info = info

    def add(self, peer: bytes, request_id: int, body: SolveClip) -> None:
        """Refusal BUSY if too many wait, and of too many frames in all."""
        job = Job(self._numbers + 1, peer, request_id, body)
        many = len(self._waiting) >= self._limits.clips_waiting
        if many and sum(other.frames for other in self._waiting) + job.frames > self._limits.frames_waiting:
            raise Refusal(ErrorCode.BUSY, f"{len(self._waiting)} clips are waiting", RETRY_S)
        self._numbers = job.number
        self._waiting.append(job)

    def __len__(self) -> int:
        """Those that wait and those in the engine."""
        return len(self._waiting) + len(self._active)

    @property
    def active(self) -> bool:
        """Whether any is in the engine."""
        return bool(self._active)

    @property
    def sending(self) -> bool:
        """Whether next_order() has something for an engine that takes it."""
        return self._sending is not None or (bool(self._waiting) and self._fits(self._waiting[0]))

    def next_order(self) -> ClipRows | None:
        """The next part of the clip that is being sent; without one, of the next in line, if the engine wants it."""
        if not self.sending:
            return None
        if self._sending is None:
            job = self._sending = self._waiting.popleft()
            self._active[job.number] = job
            job.tries += 1
            self._orders = clip_orders(job.number, job.body.setup, job.body.clip)
        order = next(self._orders)
        if order.first_frame + len(order.rows) == order.frames_total:
            self._sending = None
        return order

    def running(self, number: int) -> Job | None:
        """The job in the engine of that number, which says something of it; None: it is cancelled."""
        job = self._active.get(number)
        if job is not None:
            job.begun = True
        return job

    def finish(self, job: Job) -> None:
        self._active.pop(job.number, None)
        if self._sending is job:
            self._sending = None

    def lost(self) -> list[Job]:
        """The engine is gone: with it those that it had begun with, or if it had said nothing yet all that it had, as
        one of them may have been what killed it. The others are first in line again."""
        there, sending = list(self._active.values()), self._sending
        self._active, self._sending = {}, None
        begun = [job for job in there if job.begun] or [job for job in there if job is not sending]
        again = [job for job in there if job not in begun and job.tries < TRIES]
        self._waiting.extendleft(reversed(again))
        return [job for job in there if job not in again]

    def drop_waiting(self) -> list[Job]:
        """Empties the queue."""
        dropped = list(self._waiting)
        self._waiting.clear()
        return dropped

    def cancel(self, peer: bytes, request_id: int | None) -> list[Job]:
        """Forgets the clips of a peer, or the one of a request; those of them that were in the engine."""
        def meant(job: Job) -> bool:
            return job.peer == peer and request_id in (None, job.request_id)

        self._waiting = deque(job for job in self._waiting if not meant(job))
        cancelled = [job for job in self._active.values() if meant(job)]
        for job in cancelled:
            self.finish(job)
        return cancelled

    def _fits(self, job: Job) -> bool:
        """Whether the engine wants one more."""
        few = len(self._active) < self._info.clips_at_once
        return few or sum(other.frames for other in self._active.values()) + job.frames <= self._info.frames_at_once
