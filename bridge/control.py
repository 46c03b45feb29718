"""What the daemon answers on the control socket. Decides only; what it decides goes into the outbox."""
from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bridge import __version__
from bridge.clips import Clips
from bridge.config import ServeConfig
from bridge.engine.interface import EngineInfo
from bridge.engine.orders import CancelJob, CloseSlot, OpenSlot
from bridge.errors import PoseBridgeError
from bridge.messages import (
    PROTOCOL_MAX,
    PROTOCOL_MIN,
    CancelClip,
    ClientBody,
    CloseSession,
    EngineState,
    ErrorCode,
    GetStatus,
    Hello,
    OpenSession,
    Ping,
    Refused,
    SolveClip,
    StartRecording,
    StopRecording,
    Watch,
)
from bridge.messages_jobs import AskJobs, JobRequest
from bridge.outbox import Outbox
from bridge.overview import Overview
from bridge.peers import Peers
from bridge.recordings import Recordings
from bridge.refusals import Refusal, refusal_of
from bridge.replies import (
    Pong,
    RecordingStarted,
    RecordingStopped,
    ServerBody,
    SessionClosed,
    SessionOpened,
    Status,
    Watched,
    Welcome,
    WireLimits,
)
from bridge.security import same_token
from bridge.session import Session
from bridge.sessions import Sessions

log = logging.getLogger(__name__)
NOT_READY = {
    EngineState.STARTING: Refusal(ErrorCode.ENGINE_STARTING, "the engine is loading", 0.5),
    EngineState.RESTARTING: Refusal(ErrorCode.ENGINE_RESTARTING, "the engine is starting again", 0.5),
    EngineState.DRAINING: Refusal(ErrorCode.DRAINING, "the daemon is leaving"),
}


@dataclass
class Desk:
    """What is known and shared: who may speak, where frames go, how the engine is."""

    config: ServeConfig
    token: str
    live_port: int
    engine: EngineState = EngineState.STARTING
    info: EngineInfo | None = None
    began_ns: int | None = None  # when the daemon first looked at its clock


class Control:
    """One answer to each request; those of a clip come later."""

    def __init__(
        self, desk: Desk, peers: Peers, sessions: Sessions, clips: Clips, recordings: Recordings, overview: Overview,
        outbox: Outbox, ask_jobs: AskJobs,
    ) -> None:
        self._desk, self._peers, self._sessions, self._clips = desk, peers, sessions, clips
        self._recordings, self._overview, self._outbox, self._ask_jobs = recordings, overview, outbox, ask_jobs
        self._handlers: dict[type[ClientBody], Callable[..., ServerBody | None]] = {
            Hello: self._hello,
            Ping: self._ping,
            OpenSession: self._open,
            CloseSession: self._close,
            SolveClip: self._solve,
            CancelClip: self._cancel,
            StartRecording: self._start_recording,
            StopRecording: self._stop_recording,
            GetStatus: self._status,
            Watch: self._watch,
        }

    def receive(self, peer: bytes, request_id: int, body: ClientBody, now_ns: int) -> None:
        """A message of the control socket. What is wrong with it is said to its sender, and to nobody else."""
        try:
            answer = self._answer(peer, request_id, body, now_ns)
        except PoseBridgeError as error:
            answer = refusal_of(error)
        if answer is not None:
            self._outbox.control(peer, answer, request_id, keep=self._peers.heard(peer))

    def _answer(self, peer: bytes, request_id: int, body: ClientBody, now_ns: int) -> ServerBody | None:
        if isinstance(body, Refused):
            raise body.error
        if not isinstance(body, Hello) and not self._peers.heard(peer):
            raise Refusal(ErrorCode.HELLO_NEEDED, "the first message must be Hello")
        if isinstance(body, JobRequest):
            return self._ask_jobs(peer, request_id, body)
        handler = self._handlers.get(type(body))
        if handler is None:
            raise Refusal(ErrorCode.MALFORMED, f"{type(body).__name__} on the control socket; frames go to live")
        return handler(peer, request_id, body, now_ns)

    def _hello(self, peer: bytes, request_id: int, body: Hello, now_ns: int) -> Welcome:
        if not same_token(body.token, self._desk.token):
            raise Refusal(ErrorCode.TOKEN_WRONG, "the token is not the one in the connection file")
        protocol = min(body.protocol_max, PROTOCOL_MAX)
        if protocol < max(body.protocol_min, PROTOCOL_MIN):
            raise Refusal(
                ErrorCode.PROTOCOL_UNSUPPORTED,
                f"the client speaks protocol {body.protocol_min} to {body.protocol_max}, "
                f"this daemon {PROTOCOL_MIN} to {PROTOCOL_MAX} (version {__version__})")
        self._peers.greet(peer, body.key)
        info, limits = self._desk.info or EngineInfo("", ""), self._desk.config.limits
        return Welcome(
            protocol, __version__, self._desk.live_port, self._desk.engine, info.model, info.device, info.detail,
            WireLimits(limits.sessions, limits.trackers, limits.clip_frames, limits.live_message_bytes,
                       limits.control_message_bytes))

    def _ping(self, peer: bytes, request_id: int, body: Ping, now_ns: int) -> Pong:
        return Pong(body.client_sent_ns, now_ns, now_ns, self._desk.engine)

    def _open(self, peer: bytes, request_id: int, body: OpenSession, now_ns: int) -> SessionOpened:
        self._require_engine()
        if self._sessions.full:
            for orphan in self._sessions.left_behind(now_ns, 0.0)[:1]:
                self.end(orphan)
        session = self._sessions.open(body.setup, body.name, peer, now_ns, self._peers.key(peer))
        try:
            path = self._recordings.opened(session, body.record)
        except Refusal:
            self._sessions.close(session)
            raise
        self._outbox.order(OpenSlot(session.slot, session.setup))
        return SessionOpened(session.token, str(path) if path else "")

    def _close(self, peer: bytes, request_id: int, body: CloseSession, now_ns: int) -> SessionClosed:
        session = self._sessions.find(body.session, self._peers.key(peer))
        self.end(session)
        return session.closed()

    def end(self, session: Session) -> None:
        """Closes a session, its tape and its slot."""
        self._sessions.close(session)
        self._outbox.order(CloseSlot(session.slot))
        try:
            self._recordings.closed(session)
        except Refusal as refusal:  # nobody may be left to tell
            log.error("%s", refusal)

    def _solve(self, peer: bytes, request_id: int, body: SolveClip, now_ns: int) -> None:
        if self._desk.engine is not EngineState.RESTARTING:  # one that comes again finds it waiting
            self._require_engine()
        self._clips.add(peer, request_id, body)

    def _cancel(self, peer: bytes, request_id: int, body: CancelClip, now_ns: int) -> ServerBody:
        self.cancel(peer, body.clip_request_id)
        return refusal_of(Refusal(ErrorCode.CANCELLED, "the clip was cancelled, if it was still there"))

    def cancel(self, peer: bytes, clip_request_id: int | None) -> None:
        """Drops one clip of a peer, or all."""
        for job in self._clips.cancel(peer, clip_request_id):
            self._outbox.order(CancelJob(job.number))

    def _start_recording(self, peer: bytes, request_id: int, body: StartRecording, now_ns: int) -> RecordingStarted:
        return RecordingStarted(tuple(str(path) for path in self._recordings.start_all(list(self._sessions))))

    def _stop_recording(self, peer: bytes, request_id: int, body: StopRecording, now_ns: int) -> RecordingStopped:
        return RecordingStopped(tuple(str(path) for path in self._recordings.stop_all()))

    def _status(self, peer: bytes, request_id: int, body: GetStatus, now_ns: int) -> Status:
        return self.status(now_ns)

    def _watch(self, peer: bytes, request_id: int, body: Watch, now_ns: int) -> Watched:
        return self._overview.watched(body.known)

    def status(self, now_ns: int) -> Status:
        """The daemon as it is now."""
        began_ns = now_ns if self._desk.began_ns is None else self._desk.began_ns
        return self._overview.status(self._desk.engine, self._desk.info, now_ns - began_ns, now_ns)

    def _require_engine(self) -> None:
        refusal = NOT_READY.get(self._desk.engine)
        if refusal is not None:
            raise Refusal(refusal.code, str(refusal), refusal.retry_after_s)
