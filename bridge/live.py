"""Live frames from the socket to the engine and back. Decides only; what it decides goes into the outbox."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bridge.engine.interface import LivePose
from bridge.engine.orders import Fault, Poses, SolveLive
from bridge.errors import PoseBridgeError
from bridge.frames import JOINT_COUNT
from bridge.messages import ClientBody, ErrorCode, LiveFrame, Refused
from bridge.outbox import Letter, Outbox
from bridge.readings import windows_of
from bridge.recordings import Recordings
from bridge.refusals import Refusal, engine_refusal, refusal_of
from bridge.replies import ErrorMessage, Solved
from bridge.session import Session
from bridge.sessions import Sessions
from bridge.ticks import Ticks


class Live:
    """One tick at a time is in the engine; `flying` are the sessions in it, by their slots."""

    def __init__(self, sessions: Sessions, recordings: Recordings, outbox: Outbox) -> None:
        self._sessions = sessions
        self._recordings = recordings
        self._outbox = outbox
        self._flying: dict[int, Session] = {}
        self._tick = 0
        self.ticks = Ticks()
        self.tick_since_ns: int | None = None

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
        """Orders a tick for every session that waits, if the engine is free."""
        chosen = self._sessions.runnable(engine_ready and self.tick_since_ns is None)
        if not chosen:
            return
        self._tick += 1
        self._flying = {session.slot: session for session in chosen}
        self.tick_since_ns = now_ns
        taken = [session.take(now_ns + rank) for rank, session in enumerate(chosen)]
        times_s = tuple(readings.newest_s for readings in taken)
        self._outbox.order(SolveLive(self._tick, tuple(self._flying), windows_of(taken), times_s))

    def solved(self, report: Poses, now_ns: int) -> None:
        """The end of a tick: an answer to each of its sessions that is still open."""
        if self.tick_since_ns is not None:
            self.ticks.add(now_ns - self.tick_since_ns)
        flying, self._flying, self.tick_since_ns = self._flying, {}, None
        for slot, pose, finite in zip(report.slots, report.poses, _finite(report.poses), strict=True):
            session = flying.pop(slot)
            if self._sessions.holds(session):
                self._answer(session, pose, finite, now_ns)
        for session in flying.values():
            session.lost()

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
        flying, self._flying, self.tick_since_ns = self._flying, {}, None
        for session in self._sessions:
            sequence = session.lost().sequence if flying.get(session.slot) is session else None
            refusal = Refusal(ErrorCode.ENGINE_RESTARTING, why, retry_after_s)
            self._tell(session, refusal_of(refusal, sequence))

    def _tell(self, session: Session, body: ErrorMessage) -> None:
        if session.peer is not None:
            self._outbox.live(session.peer, body)


def _finite(poses: Sequence[LivePose]) -> list[bool]:
    """Of each pose, whether all its numbers are; for all poses at once, as numpy takes its time for each call."""
    roots = np.array([pose.root_position_m for pose in poses]).reshape(-1, 3)
    locals_xyzw = np.array([pose.local_xyzw for pose in poses]).reshape(-1, 4 * JOINT_COUNT)
    finite: list[bool] = (np.isfinite(roots).all(-1) & np.isfinite(locals_xyzw).all(-1)).tolist()
    return finite
