"""The daemon without its sockets: messages and the engine's reports in, letters and orders out. No clock, no zmq.

Time is an argument everywhere: nanoseconds of one steady clock.
"""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from bridge.clips import Clips, Job
from bridge.config import ServeConfig
from bridge.control import Control, Desk
from bridge.engine.orders import Fault, JobProgress, JobRows, OpenSlot, Order, Poses, Ready, Report
from bridge.engine.watch import Work
from bridge.live import Live
from bridge.messages import EngineState, ErrorCode, Hello, Refused
from bridge.messages_jobs import AskJobs, JobRequest
from bridge.outbox import Letter, Line, Outbox
from bridge.overview import Overview
from bridge.peers import Peers
from bridge.recordings import Recordings
from bridge.refusals import Refusal, engine_refusal, refusal_of
from bridge.replies import ClipProgress, ClipSolved, GoAway, Heartbeat, Status
from bridge.sessions import Sessions
from bridge.wire_client import decode_client

RESTART_S = 0.5  # a guess for clients, of when to try again


def no_jobs(peer: bytes, request_id: int, body: JobRequest) -> None:
    """Where nobody keeps any."""
    raise Refusal(ErrorCode.JOBS_NOT_ALLOWED, "this daemon takes no jobs")


class Daemon:
    """One of these lives as long as the process."""

    def __init__(
        self, config: ServeConfig, token: str, live_port: int, recordings: Recordings, ask_jobs: AskJobs = no_jobs
    ) -> None:
        self.outbox = Outbox()
        self._config = config
        self._limits, self._timing = config.limits, config.timing
        self._desk = Desk(config, token, live_port)
        self._peers = Peers(config.limits.peers)
        self._sessions = Sessions(config.limits)
        self._clips, self._recordings = Clips(config.limits), recordings
        self._live = Live(self._sessions, recordings, self.outbox)
        overview = Overview(self._sessions, self._clips, recordings, self._live.ticks, config.limits.sessions)
        self._control = Control(
            self._desk, self._peers, self._sessions, self._clips, recordings, overview, self.outbox, ask_jobs)
        self._beat_at_ns, self._leaving = 0, False

    # ---- from the sockets ----

    def on_control(self, peer: bytes, payload: bytes, now_ns: int, key: str = "") -> None:
        """`key`: by which the door let the peer in, where there is a door."""
        if len(payload) > self._limits.small_message_bytes and not self._peers.heard(peer):
            stranger = Refused(Refusal(ErrorCode.HELLO_NEEDED, f"{len(payload)} bytes before Hello"))
            self._control.receive(peer, 0, stranger, now_ns)
            return
        request_id, body = decode_client(payload, self._limits)
        if isinstance(body, Hello):
            body = replace(body, key=key)
        self._control.receive(peer, request_id, body, now_ns)

    def on_live(self, peer: bytes, payload: bytes, now_ns: int, key: str = "") -> None:
        _, body = decode_client(payload, self._limits)
        self._live.receive(peer, body, now_ns, key)

    def on_undelivered(self, letter: Letter, now_ns: int) -> None:
        if letter.line is Line.CONTROL:
            self.on_gone(letter.peer, now_ns)
        else:
            self._live.undelivered(letter)

    def on_gone(self, peer: bytes, now_ns: int) -> None:
        """A control peer cannot be reached any more."""
        if self._peers.gone(peer):
            self._sessions.orphan(peer, now_ns)
            self._control.cancel(peer, None)

    # ---- from the engine ----

    def on_report(self, report: Report, now_ns: int) -> None:
        """Raises the error of an engine that could not load: there is nothing a restart would change."""
        match report:
            case Poses():
                self._live.solved(report, now_ns)
            case Ready(info):
                self._desk.info = info
                self._clips.engine_is(info)
                self._desk.engine = EngineState.DRAINING if self._leaving else EngineState.READY
                for session in self._sessions:
                    self.outbox.order(OpenSlot(session.slot, session.setup))
            case Fault("load"):
                raise report.error()
            case Fault("slot"):
                self._live.fault(report)
            case _:
                self._on_clip(report)

    def _on_clip(self, report: Report) -> None:
        match report:
            case JobProgress(number, done, total):
                if job := self._clips.running(number):
                    self.outbox.control(job.peer, ClipProgress(done, total), job.request_id)
            case JobRows(number, rows):
                if job := self._clips.running(number):
                    self._pass_on(job, rows)
            case Fault(_, number):
                if job := self._clips.running(number):
                    self._clips.finish(job)
                    self.outbox.control(job.peer, engine_refusal(report.error()), job.request_id)

    def _pass_on(self, job: Job, rows: ClipSolved) -> None:
        if not (np.isfinite(rows.root_position_m).all() and np.isfinite(rows.local_xyzw).all()):
            self._control.cancel(job.peer, job.request_id)
            refusal = Refusal(ErrorCode.ENGINE_FAILED, "the engine's motion was not finite")
            self.outbox.control(job.peer, refusal_of(refusal), job.request_id)
            return
        self.outbox.control(job.peer, rows, job.request_id)
        if rows.first_frame + len(rows.root_position_m) == rows.frames_total:
            self._clips.finish(job)

    def on_engine_lost(self, why: str) -> None:
        """Sessions are kept; the clips in work are not tried again, as one of them may have been what killed it."""
        if self._desk.engine is EngineState.READY:
            self._desk.engine = EngineState.RESTARTING
        text = f"the engine stopped ({why}) and is starting again"
        self._live.engine_lost(text, RESTART_S)
        for job in self._clips.lost():
            refusal = Refusal(ErrorCode.ENGINE_RESTARTING, text, RESTART_S)
            self.outbox.control(job.peer, refusal_of(refusal), job.request_id)

    # ---- from the clock ----

    def run(self, now_ns: int) -> None:
        """What there is to do now: call it after everything else."""
        if self._desk.began_ns is None:
            self._desk.began_ns = now_ns
        self._live.run(self.engine_ready and not self._leaving, now_ns)
        if now_ns >= self._beat_at_ns:
            self._beat_at_ns = now_ns + round(self._timing.heartbeat_s * 1e9)
            self._beat(now_ns)

    def _beat(self, now_ns: int) -> None:
        for peer in self._peers.all():
            self.outbox.control(peer, Heartbeat(now_ns, self._desk.engine))
        for session in self._sessions.left_behind(now_ns, self._timing.session_grace_s):
            self._control.end(session)

    def status(self, now_ns: int) -> Status:
        """How it is doing."""
        return self._control.status(now_ns)

    @property
    def engine_ready(self) -> bool:
        return self._desk.info is not None and self._desk.engine in (EngineState.READY, EngineState.DRAINING)

    @property
    def clip_waits(self) -> bool:
        """Whether there are rows of a clip for the engine, as soon as it takes them."""
        return self.engine_ready and self._clips.sending

    def clip_order(self) -> Order | None:
        return self._clips.next_order()

    @property
    def work(self) -> Work:
        """What is in the engine."""
        if self._clips.active:
            return Work.CLIP
        return Work.TICK if self._live.flying else Work.NONE

    # ---- on the way out ----

    def leave(self, reason: str) -> None:
        """Tells everyone, takes nothing new, and drops what has not begun."""
        self._leaving = True
        self._desk.engine = EngineState.DRAINING
        for job in self._clips.drop_waiting():
            refusal = Refusal(ErrorCode.DRAINING, "the daemon is leaving and did not begin with this clip")
            self.outbox.control(job.peer, refusal_of(refusal), job.request_id)
        for peer in self._peers.all():
            self.outbox.control(peer, GoAway(reason))
        for session in self._sessions:
            if session.peer is not None:
                self.outbox.live(session.peer, GoAway(reason))

    @property
    def busy(self) -> bool:
        """Whether something is in the engine."""
        return self.work is not Work.NONE

    def close(self) -> None:
        """Ends every session, and so every recording."""
        for session in self._sessions:
            self._control.end(session)
