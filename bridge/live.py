"""Live frames from the socket to the engine and back. Decides only; what it decides goes into the outbox."""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bridge.engine.interface import LivePose
from bridge.engine.orders import Fault, Poses, SolveLive
from bridge.engine.packed import CONFIDENCE, PackedPoses
from bridge.errors import PoseBridgeError
from bridge.messages import ClientBody, ErrorCode, LiveFrame, Refused
from bridge.outbox import Letter, Outbox
from bridge.readings import windows_of
from bridge.recordings import Recordings
from bridge.refusals import Refusal, engine_refusal, refusal_of
from bridge.replies import ErrorMessage, Solved
from bridge.session import Session
from bridge.sessions import Sessions
from bridge.ticks import Ticks

NEARLY = 0.5  # of a tick's usual time: then the next is ordered
PACE = 0.1  # how much the newest tick counts for what is usual


@dataclass
class Flight:
    """A tick in the engine: its sessions by their slots, and since when it is their turn."""

    sessions: dict[int, Session]
    since_ns: int


class Live:
    """One tick is in the engine, and when that is nearly done the next one, of other sessions: so the engine need not
    wait for an order. Not earlier, since newer frames may come."""

    def __init__(self, sessions: Sessions, recordings: Recordings, outbox: Outbox) -> None:
        self._sessions = sessions
        self._recordings = recordings
        self._outbox = outbox
        self._flights: dict[int, Flight] = {}  # by their ticks, in their order
        self._tick = 0
        self._session_ns = math.inf  # how long a session takes of a tick, of late
        self.ticks = Ticks()

    def receive(self, peer: bytes, body: ClientBody, now_ns: int, key: str = "") -> None:
        """A message of the live socket. What is wrong with it is said to its sender, and to nobody else."""
        sequence = body.frame.sequence if isinstance(body, LiveFrame) else None
        try:
            self._take_in(peer, body, now_ns, key)
        except PoseBridgeError as error:
            sequence = body.sequence if isinstance(body, Refused) else sequence
            self._outbox.live(peer, refusal_of(error, sequence))

    def _take_in(self, peer: bytes, body: ClientBody, now_ns: int, key: str) -> None:
        match body:
            case LiveFrame(token, frame):
                session = self._sessions.find(token, key)
                if session.receive(peer, body, now_ns):
                    self._recordings.trackers(session, frame)
            case Refused(error, token):
                if token:
                    self._sessions.find(token, key).invalid += 1
                raise error
            case _:
                raise Refusal(ErrorCode.MALFORMED, f"{type(body).__name__} on the live socket, which is for frames")

    def run(self, engine_ready: bool, now_ns: int) -> None:
        """Orders a tick for every session that waits, if the engine is free, or soon will be."""
        chosen = self._sessions.runnable(engine_ready and self._room(now_ns))
        if not chosen:
            return
        self._tick += 1
        flight = Flight({session.slot: session for session in chosen}, now_ns)
        self._flights[self._tick] = flight
        taken = [session.take(now_ns + rank) for rank, session in enumerate(chosen)]
        times_s = tuple(readings.newest_s for readings in taken)
        self._outbox.order(SolveLive(self._tick, tuple(flight.sessions), windows_of(taken), times_s))

    @property
    def flying(self) -> bool:
        """Whether a tick is in the engine."""
        return bool(self._flights)

    def _room(self, now_ns: int) -> bool:
        if len(self._flights) != 1:
            return not self._flights
        (flight,) = self._flights.values()
        return now_ns - flight.since_ns > NEARLY * self._session_ns * len(flight.sessions)

    def solved(self, report: Poses, now_ns: int) -> None:
        """The end of a tick: an answer to each of its sessions that is still open."""
        flying = self._landed(report.tick, now_ns).sessions
        for slot, pose, finite in zip(report.slots, report.poses, _finite(report.poses), strict=True):
            session = flying.pop(slot)
            if self._sessions.holds(session):
                self._answer(session, pose, finite, now_ns)
        for session in flying.values():
            session.lost()

    def _landed(self, tick: int, now_ns: int) -> Flight:
        flight = self._flights.pop(tick)
        took_ns = now_ns - flight.since_ns
        self.ticks.add(took_ns)
        each_ns, before_ns = took_ns / len(flight.sessions), self._session_ns
        self._session_ns = each_ns if math.isinf(before_ns) else before_ns + PACE * (each_ns - before_ns)
        for next_one in self._flights.values():
            next_one.since_ns = now_ns
        return flight

    def _answer(self, session: Session, pose: LivePose, finite: bool, now_ns: int) -> None:
        if not finite:
            self._tell(session, refusal_of(Refusal(ErrorCode.ENGINE_FAILED, "the engine's pose was not finite"),
                                           session.lost().sequence))
            return
        answer = session.solved(pose, now_ns)
        if session.peer is not None:
            self._outbox.live(session.peer, answer)
        try:
            self._recordings.pose(session, answer.pose)
        except Refusal as refusal:
            self._tell(session, refusal_of(refusal))

    def undelivered(self, letter: Letter) -> None:
        """A result that nobody took, as its client reads too little or is gone: the next one comes in its place."""
        if isinstance(letter.body, Solved):
            for session in self._sessions:
                if session.peer == letter.peer:
                    session.unsend(letter.body.pose.sequence)

    def fault(self, report: Fault) -> None:
        """The engine could not do what a slot asked; its tick ends by itself."""
        session = self._flying.get(report.number) or next(
            (session for session in self._sessions if session.slot == report.number), None)
        if session is not None:
            self._tell(session, engine_refusal(report.error()))

    def engine_lost(self, why: str, retry_after_s: float) -> None:
        """What was in the engine is lost; every session is told, and keeps what it has."""
        flying = self._flying
        self._flights.clear()
        for session in self._sessions:
            sequence = session.lost().sequence if flying.get(session.slot) is session else None
            refusal = Refusal(ErrorCode.ENGINE_RESTARTING, why, retry_after_s)
            self._tell(session, refusal_of(refusal, sequence))

    @property
    def _flying(self) -> dict[int, Session]:
        """The sessions in the engine, by their slots."""
        return {slot: session for flight in self._flights.values() for slot, session in flight.sessions.items()}

    def _tell(self, session: Session, body: ErrorMessage) -> None:
        if session.peer is not None:
            self._outbox.live(session.peer, body)


def _finite(poses: Sequence[LivePose]) -> list[bool]:
    """Of each pose, whether where it is and how it stands are; for all poses at once, as numpy takes its time for each
    call."""
    rows = PackedPoses.of(poses).rows[:, :CONFIDENCE]
    return list(np.logical_and.reduce(np.isfinite(rows), axis=-1))
