"""Clips to be solved: one at a time in the engine, a few waiting, each answered to whoever sent it."""
from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bridge.config import Limits
from bridge.engine.gather import clip_orders
from bridge.engine.orders import ClipRows
from bridge.messages import ErrorCode, SolveClip
from bridge.refusals import Refusal

RETRY_S = 10.0


@dataclass(frozen=True)
class Job:
    number: int
    peer: bytes
    request_id: int
    body: SolveClip


class Clips:
    """The queue, and the job in the engine with what is left to send of it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._numbers = 0
        self._waiting: deque[Job] = deque()
        self._orders: Iterator[ClipRows] = iter(())
        self._sent = True
        self.active: Job | None = None

    def add(self, peer: bytes, request_id: int, body: SolveClip) -> None:
        """Refusal BUSY if too many wait."""
        if len(self._waiting) >= self._limits.clips_waiting:
            raise Refusal(ErrorCode.BUSY, f"{len(self._waiting)} clips are waiting", RETRY_S)
        self._numbers += 1
        self._waiting.append(Job(self._numbers, peer, request_id, body))

    def __len__(self) -> int:
        """Those that wait and the one in the engine."""
        return len(self._waiting) + (self.active is not None)

    @property
    def sending(self) -> bool:
        """Whether next_order() has something for an engine that takes it."""
        return not self._sent or (self.active is None and bool(self._waiting))

    def next_order(self) -> ClipRows | None:
        """The next part of the active clip; without one, of the next in line."""
        if self.active is None:
            if not self._waiting:
                return None
            self.active = self._waiting.popleft()
            self._orders = clip_orders(self.active.number, self.active.body.setup, self.active.body.clip)
        order = next(self._orders, None)
        self._sent = order is None or order.first_frame + len(order.rows) == order.frames_total
        return order

    def running(self, number: int) -> Job | None:
        """The active job if that is its number; a report of any other is of one that is cancelled."""
        if self.active is None or self.active.number != number:
            return None
        return self.active

    def finish(self) -> None:
        self.active, self._sent = None, True

    def drop_waiting(self) -> list[Job]:
        """Empties the queue."""
        dropped = list(self._waiting)
        self._waiting.clear()
        return dropped

    def cancel(self, peer: bytes, request_id: int | None) -> Job | None:
        """Forgets the clips of a peer, or the one of a request; the active job if it was among them."""
        def meant(job: Job) -> bool:
            return job.peer == peer and request_id in (None, job.request_id)

        self._waiting = deque(job for job in self._waiting if not meant(job))
        if self.active is None or not meant(self.active):
            return None
        active = self.active
        self.finish()
        return active
