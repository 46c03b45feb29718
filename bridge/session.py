"""One live session: newest wins, results never go back, and every frame is accounted for. No sockets, no clock.

    state            FRAME            TAKE      DONE / LOST
    IDLE             WAITING                            a frame arrived: it waits to be solved
    WAITING          WAITING (*)      SOLVING           (*) the waiting frame is superseded
    SOLVING          SOLVING_WAITING            IDLE
    SOLVING_WAITING  (*)                        WAITING

A WAITING session runs only while it has credit: at most CREDIT results sent and not yet acknowledged, so that
a client that does not read is not written to.
"""
from __future__ import annotations

from collections import deque
from enum import IntEnum, auto

from bridge.engine.interface import LivePose
from bridge.errors import InputInvalid
from bridge.frames import PoseFrame, Setup, TrackerFrame
from bridge.messages import LiveFrame
from bridge.readings import Readings
from bridge.replies import SessionClosed, Solved

CREDIT = 2


class State(IntEnum):  # an IntEnum, as the table below finds those in half the time
    IDLE = auto()
    WAITING = auto()
    SOLVING = auto()
    SOLVING_WAITING = auto()


class Event(IntEnum):
    FRAME = auto()
    TAKE = auto()
    DONE = auto()


TABLE = {
    (State.IDLE, Event.FRAME): State.WAITING,
    (State.WAITING, Event.FRAME): State.WAITING,
    (State.WAITING, Event.TAKE): State.SOLVING,
    (State.SOLVING, Event.FRAME): State.SOLVING_WAITING,
    (State.SOLVING, Event.DONE): State.IDLE,
    (State.SOLVING_WAITING, Event.FRAME): State.SOLVING_WAITING,
    (State.SOLVING_WAITING, Event.DONE): State.WAITING,
}
SUPERSEDING = (State.WAITING, State.SOLVING_WAITING)


class Session:
    """`slot`: its place in the engine; `number`: its own alone; `owner`: the control peer that opened it; `peer`: the
    live one it hears; `key`: whose it is, where there is a door; `newest_answer`: with the frame it answers, for who
    watches."""

    def __init__(
        self, token: bytes, slot: int, setup: Setup, name: str, owner: bytes, now_ns: int, number: int = 0,
        key: str = "",
    ) -> None:
        self.number, self.key = number, key
        self.token, self.slot, self.setup, self.name, self.owner = token, slot, setup, name, owner
        self.state = State.IDLE
        self.peer: bytes | None = None
        self.opened_ns = self.heard_ns = now_ns
        self.served_ns = 0
        self.orphan_since_ns: int | None = None
        self.frames = self.answered = self.superseded = self.late = self.invalid = 0
        self.newest_answer: tuple[TrackerFrame, PoseFrame] | None = None
        self._readings = Readings(len(setup.trackers))
        self._newest: TrackerFrame | None = None
        self._taken: TrackerFrame | None = None
        self._newest_received_ns = self._taken_received_ns = 0
        self._unacknowledged: deque[int] = deque()

    def receive(self, peer: bytes, live: LiveFrame, now_ns: int) -> bool:
        """Takes a frame in; False if it is late or a duplicate. InputInvalid if its rows are not the setup's."""
        since_last_s = (now_ns - self.heard_ns) / 1e9
        self.heard_ns = now_ns
        self._bind(peer, live.last_result_seen)
        if self._newest is not None and live.frame.sequence <= self._newest.sequence:
            self.late += 1
            return False
        if len(live.frame.positions_m) != len(self.setup.trackers):
            self.invalid += 1
            raise InputInvalid(f"the frame has {len(live.frame.positions_m)} trackers, "
                               f"the session {len(self.setup.trackers)}")
        self.frames += 1
        self.superseded += self.state in SUPERSEDING
        self._readings.add(live.frame, since_last_s)
        self._newest, self._newest_received_ns = live.frame, now_ns
        self._step(Event.FRAME)
        return True

    @property
    def runnable(self) -> bool:
        return self.state is State.WAITING and len(self._unacknowledged) < CREDIT

    @property
    def waiting_since_ns(self) -> int:
        return self._newest_received_ns

    def take(self, now_ns: int) -> Readings:
        """The readings up to the newest frame, which is now being solved.

        `now_ns` decides whose turn is next: of those that run together, give the one chosen first the earliest.
        """
        self._step(Event.TAKE)
        self._taken, self._taken_received_ns = self._newest, self._newest_received_ns
        self.served_ns = now_ns
        return self._readings

    def solved(self, pose: LivePose, now_ns: int) -> Solved:
        """The answer to the frame that was taken."""
        frame = self.lost()
        self._unacknowledged.append(frame.sequence)
        self.answered += 1
        answer = PoseFrame(frame.sequence, frame.time_ns, pose.root_position_m, pose.local_xyzw, pose.confidence,
                           pose.measured)
        self.newest_answer = frame, answer
        return Solved(answer, self._taken_received_ns, now_ns)

    def unsend(self, sequence: int) -> None:
        """A result that could not be sent will not be acknowledged; it counts as superseded."""
        if sequence in self._unacknowledged:
            self._unacknowledged.remove(sequence)
            self.answered -= 1
            self.superseded += 1

    def lost(self) -> TrackerFrame:
        """The frame that was taken will have no answer; that frame."""
        self._step(Event.DONE)
        if self._taken is None:
            raise RuntimeError("a result for a frame that was never taken")
        return self._taken

    def account(self) -> SessionClosed:
        """So far; a frame that waits or is being solved is in `frames` alone."""
        return SessionClosed(self.frames, self.answered, self.superseded, self.late, self.invalid)

    def closed(self) -> SessionClosed:
        """Of a session that ends now, which supersedes what has no answer yet: frames = answered + superseded."""
        return SessionClosed(self.frames, self.answered, self.frames - self.answered, self.late, self.invalid)

    def _bind(self, peer: bytes, last_result_seen: int | None) -> None:
        """Results sent to a connection that is gone will never be acknowledged: a new one starts with full credit."""
        if peer != self.peer:
            self.peer = peer
            self._unacknowledged.clear()
        while self._unacknowledged and last_result_seen is not None and self._unacknowledged[0] <= last_result_seen:
            self._unacknowledged.popleft()

    def _step(self, event: Event) -> None:
        state = TABLE.get((self.state, event))
        if state is None:
            raise RuntimeError(f"a session that is {self.state.name} cannot {event.name}")
        self.state = state
