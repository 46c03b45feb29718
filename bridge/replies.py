"""What the daemon says to clients, as plain data; messages.py has what they say. wire_server.py makes bytes of it."""
from __future__ import annotations

from dataclasses import dataclass

from bridge.frames import Floats, PoseFrame, Setup, TrackerFrame
from bridge.messages import EngineState, ErrorCode
from bridge.replies_jobs import JobReply


@dataclass(frozen=True)
class WireLimits:
    sessions: int
    trackers: int
    clip_frames: int
    live_message_bytes: int
    control_message_bytes: int


@dataclass(frozen=True)
class Welcome:
    protocol: int
    version: str
    live_port: int
    engine: EngineState
    model: str
    device: str
    detail: str
    limits: WireLimits


@dataclass(frozen=True)
class Pong:
    client_sent_ns: int
    server_received_ns: int
    server_sent_ns: int
    engine: EngineState


@dataclass(frozen=True)
class Heartbeat:
    server_time_ns: int
    engine: EngineState


@dataclass(frozen=True)
class GoAway:
    reason: str


@dataclass(frozen=True)
class SessionOpened:
    session: bytes
    recording: str = ""


@dataclass(frozen=True)
class SessionClosed:
    """The session's account: at its end frames = answered + superseded, before there may be frames in work; late and
    invalid come on top."""

    frames: int
    answered: int
    superseded: int
    late: int
    invalid: int = 0

    def __add__(self, other: SessionClosed) -> SessionClosed:
        return SessionClosed(self.frames + other.frames, self.answered + other.answered,
                             self.superseded + other.superseded, self.late + other.late, self.invalid + other.invalid)


@dataclass(frozen=True)
class Solved:
    """A PoseFrame on its way back, with the daemon's clock at both ends of its stay."""

    pose: PoseFrame
    server_received_ns: int = 0
    server_sent_ns: int = 0


@dataclass(frozen=True)
class ClipProgress:
    frames_done: int
    frames_total: int


@dataclass(frozen=True)
class ClipSolved:
    """Rows first_frame ... of a solved clip of frames_total rows."""

    first_frame: int
    frames_total: int
    root_position_m: Floats  # (N, 3)
    local_xyzw: Floats  # (N, 22, 4)
    confidence: Floats  # (N, 22)


@dataclass(frozen=True)
class RecordingStarted:
    files: tuple[str, ...]


@dataclass(frozen=True)
class RecordingStopped:
    files: tuple[str, ...]


@dataclass(frozen=True)
class SessionStatus:
    """One live session as it is now. No token: who may look may not speak for it."""

    name: str
    trackers: int
    open_ns: int
    silent_ns: int  # since its last frame
    connected: bool
    recording: str
    account: SessionClosed


@dataclass(frozen=True)
class Status:
    """How the daemon is doing."""

    engine: EngineState
    model: str
    device: str
    up_ns: int
    ticks: int
    tick_p50_ms: float
    tick_p95_ms: float
    clips_waiting: int
    sessions_most: int
    sessions: tuple[SessionStatus, ...]
    account: SessionClosed  # of all sessions since the daemon began, those closed included


@dataclass(frozen=True)
class WatchedSession:
    """One live session as it looks now. Numbers are never used again while the daemon lives."""

    number: int
    name: str  # empty where the setup is known
    setup: Setup | None  # None where it is known
    pose: PoseFrame | None  # None before the first answer
    trackers: TrackerFrame | None  # what the pose answers


@dataclass(frozen=True)
class Watched:
    sessions: tuple[WatchedSession, ...]


@dataclass(frozen=True)
class ErrorMessage:
    code: ErrorCode
    message: str
    retry_after_s: float = 0.0
    sequence: int | None = None


ServerBody = (Welcome | Pong | Heartbeat | GoAway | SessionOpened | SessionClosed | Solved | ClipProgress | ClipSolved
              | RecordingStarted | RecordingStopped | Status | Watched | JobReply | ErrorMessage)
