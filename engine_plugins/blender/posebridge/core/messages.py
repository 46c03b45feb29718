"""Written by proto/generate.py from proto/posebridge.proto, which says what it means: edit that, not this.

Fields of enums are ints, as a newer daemon may know more values. A oneof is one attribute, None where it is absent.
"""
from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

from .wire_fields import floats, oneof, optional, repeated, singular, submessage, submessages
from .wire_message import Message, describe
from .wire_scalars import BOOL, BYTES, DOUBLE, ENUM, FLOAT, INT64, STRING, UINT32, UINT64


class Protocol(IntEnum):
    UNSPECIFIED = 0
    CURRENT = 1


class Joint(IntEnum):
    UNSPECIFIED = 0
    PELVIS = 1
    L_HIP = 2
    R_HIP = 3
    SPINE1 = 4
    L_KNEE = 5
    R_KNEE = 6
    SPINE2 = 7
    L_ANKLE = 8
    R_ANKLE = 9
    SPINE3 = 10
    L_FOOT = 11
    R_FOOT = 12
    NECK = 13
    L_COLLAR = 14
    R_COLLAR = 15
    HEAD = 16
    L_SHOULDER = 17
    R_SHOULDER = 18
    L_ELBOW = 19
    R_ELBOW = 20
    L_WRIST = 21
    R_WRIST = 22


class EngineState(IntEnum):
    UNSPECIFIED = 0
    STARTING = 1
    READY = 2
    RESTARTING = 3
    DRAINING = 4


class ErrorCode(IntEnum):
    UNSPECIFIED = 0
    MALFORMED = 1
    INVALID = 2
    NOT_FINITE = 3
    OUT_OF_RANGE = 4
    JOINT_UNKNOWN = 5
    TOO_SHORT = 6
    TOO_LARGE = 7
    PROTOCOL_UNSUPPORTED = 8
    TOKEN_WRONG = 9
    HELLO_NEEDED = 10
    SESSION_UNKNOWN = 11
    BUSY = 12
    ENGINE_STARTING = 13
    ENGINE_RESTARTING = 14
    ENGINE_FAILED = 15
    DRAINING = 16
    RECORDING_FAILED = 17
    CANCELLED = 18
    INTERNAL = 19
    JOBS_NOT_ALLOWED = 40
    PATH_REFUSED = 41
    INPUT_MISSING = 42
    DISK_FULL = 43
    JOB_UNKNOWN = 44


class JobState(IntEnum):
    UNSPECIFIED = 0
    WAITING = 1
    RUNNING = 2
    DONE = 3
    FAILED = 4
    CANCELLED = 5


@dataclass(slots=True)
class Hello(Message):
    protocol_min: int = 0
    protocol_max: int = 0
    token: str = ""
    client: str = ""


describe(
    Hello,
    singular(1, "protocol_min", UINT32),
    singular(2, "protocol_max", UINT32),
    singular(3, "token", STRING),
    singular(4, "client", STRING),
)


@dataclass(slots=True)
class Limits(Message):
    sessions: int = 0
    trackers: int = 0
    clip_frames: int = 0
    live_message_bytes: int = 0
    control_message_bytes: int = 0


describe(
    Limits,
    singular(1, "sessions", UINT32),
    singular(2, "trackers", UINT32),
    singular(3, "clip_frames", UINT32),
    singular(4, "live_message_bytes", UINT32),
    singular(5, "control_message_bytes", UINT32),
)


@dataclass(slots=True)
class Welcome(Message):
    protocol: int = 0
    version: str = ""
    live_port: int = 0
    engine: int = 0
    model: str = ""
    device: str = ""
    detail: str = ""
    limits: Limits | None = None


describe(
    Welcome,
    singular(1, "protocol", UINT32),
    singular(2, "version", STRING),
    singular(3, "live_port", UINT32),
    singular(4, "engine", ENUM),
    singular(5, "model", STRING),
    singular(6, "device", STRING),
    singular(7, "detail", STRING),
    submessage(8, "limits", Limits),
)


@dataclass(slots=True)
class Ping(Message):
    client_sent_ns: int = 0


describe(
    Ping,
    singular(1, "client_sent_ns", INT64),
)


@dataclass(slots=True)
class Pong(Message):
    client_sent_ns: int = 0
    server_received_ns: int = 0
    server_sent_ns: int = 0
    engine: int = 0


describe(
    Pong,
    singular(1, "client_sent_ns", INT64),
    singular(2, "server_received_ns", INT64),
    singular(3, "server_sent_ns", INT64),
    singular(4, "engine", ENUM),
)


@dataclass(slots=True)
class Heartbeat(Message):
    server_time_ns: int = 0
    engine: int = 0


describe(
    Heartbeat,
    singular(1, "server_time_ns", INT64),
    singular(2, "engine", ENUM),
)


@dataclass(slots=True)
class GoAway(Message):
    reason: str = ""


describe(
    GoAway,
    singular(1, "reason", STRING),
)


@dataclass(slots=True)
class Error(Message):
    code: int = 0
    message: str = ""
    retry_after_s: float = 0.0
    sequence: int | None = None


describe(
    Error,
    singular(1, "code", ENUM),
    singular(2, "message", STRING),
    singular(3, "retry_after_s", FLOAT),
    optional(4, "sequence", UINT64),
)


@dataclass(slots=True)
class Tracker(Message):
    joint: int = 0
    mount_position_m: array[float] = field(default_factory=lambda: array("f"))
    mount_xyzw: array[float] = field(default_factory=lambda: array("f"))


describe(
    Tracker,
    singular(1, "joint", ENUM),
    floats(2, "mount_position_m"),
    floats(3, "mount_xyzw"),
)


@dataclass(slots=True)
class SessionSetup(Message):
    name: str = ""
    offsets_m: array[float] = field(default_factory=lambda: array("f"))
    trackers: list[Tracker] = field(default_factory=list)
    position_sd_m: float = 0.0
    rotation_sd_rad: float = 0.0
    floor_height_m: float | None = None


describe(
    SessionSetup,
    singular(1, "name", STRING),
    floats(2, "offsets_m"),
    submessages(3, "trackers", Tracker),
    singular(4, "position_sd_m", FLOAT),
    singular(5, "rotation_sd_rad", FLOAT),
    optional(6, "floor_height_m", FLOAT),
)


@dataclass(slots=True)
class OpenSession(Message):
    setup: SessionSetup | None = None
    record: bool = False


describe(
    OpenSession,
    submessage(1, "setup", SessionSetup),
    singular(2, "record", BOOL),
)


@dataclass(slots=True)
class SessionOpened(Message):
    session: bytes = b""
    recording: str = ""


describe(
    SessionOpened,
    singular(1, "session", BYTES),
    singular(2, "recording", STRING),
)


@dataclass(slots=True)
class CloseSession(Message):
    session: bytes = b""


describe(
    CloseSession,
    singular(1, "session", BYTES),
)


@dataclass(slots=True)
class SessionClosed(Message):
    frames: int = 0
    answered: int = 0
    superseded: int = 0
    late: int = 0
    invalid: int = 0


describe(
    SessionClosed,
    singular(1, "frames", UINT64),
    singular(2, "answered", UINT64),
    singular(3, "superseded", UINT64),
    singular(4, "late", UINT64),
    singular(5, "invalid", UINT64),
)


@dataclass(slots=True)
class TrackerFrame(Message):
    session: bytes = b""
    sequence: int = 0
    time_ns: int = 0
    last_result_seen: int | None = None
    positions_m: array[float] = field(default_factory=lambda: array("f"))
    rotations_xyzw: array[float] = field(default_factory=lambda: array("f"))
    position_valid: int = 0
    rotation_valid: int = 0


describe(
    TrackerFrame,
    singular(1, "session", BYTES),
    singular(2, "sequence", UINT64),
    singular(3, "time_ns", INT64),
    optional(4, "last_result_seen", UINT64),
    floats(5, "positions_m"),
    floats(6, "rotations_xyzw"),
    singular(7, "position_valid", UINT32),
    singular(8, "rotation_valid", UINT32),
)


@dataclass(slots=True)
class PoseFrame(Message):
    sequence: int = 0
    time_ns: int = 0
    root_position_m: array[float] = field(default_factory=lambda: array("f"))
    local_xyzw: array[float] = field(default_factory=lambda: array("f"))
    confidence: array[float] = field(default_factory=lambda: array("f"))
    measured: int = 0
    server_received_ns: int = 0
    server_sent_ns: int = 0


describe(
    PoseFrame,
    singular(1, "sequence", UINT64),
    singular(2, "time_ns", INT64),
    floats(3, "root_position_m"),
    floats(4, "local_xyzw"),
    floats(5, "confidence"),
    singular(6, "measured", UINT32),
    singular(7, "server_received_ns", INT64),
    singular(8, "server_sent_ns", INT64),
)


@dataclass(slots=True)
class SolveClip(Message):
    setup: SessionSetup | None = None
    rate_hz: float = 0.0
    frame_count: int = 0
    positions_m: bytes = b""
    rotations_xyzw: bytes = b""
    position_valid: bytes = b""
    rotation_valid: bytes = b""


describe(
    SolveClip,
    submessage(1, "setup", SessionSetup),
    singular(2, "rate_hz", DOUBLE),
    singular(3, "frame_count", UINT32),
    singular(4, "positions_m", BYTES),
    singular(5, "rotations_xyzw", BYTES),
    singular(6, "position_valid", BYTES),
    singular(7, "rotation_valid", BYTES),
)


@dataclass(slots=True)
class CancelClip(Message):
    clip_request_id: int = 0


describe(
    CancelClip,
    singular(1, "clip_request_id", UINT64),
)


@dataclass(slots=True)
class ClipProgress(Message):
    frames_done: int = 0
    frames_total: int = 0


describe(
    ClipProgress,
    singular(1, "frames_done", UINT32),
    singular(2, "frames_total", UINT32),
)


@dataclass(slots=True)
class ClipSolved(Message):
    first_frame: int = 0
    frame_count: int = 0
    frames_total: int = 0
    root_position_m: bytes = b""
    local_xyzw: bytes = b""
    confidence: bytes = b""


describe(
    ClipSolved,
    singular(1, "first_frame", UINT32),
    singular(2, "frame_count", UINT32),
    singular(3, "frames_total", UINT32),
    singular(4, "root_position_m", BYTES),
    singular(5, "local_xyzw", BYTES),
    singular(6, "confidence", BYTES),
)


@dataclass(slots=True)
class StartRecording(Message):
    pass


@dataclass(slots=True)
class RecordingStarted(Message):
    files: list[str] = field(default_factory=list)


describe(
    RecordingStarted,
    repeated(1, "files", STRING),
)


@dataclass(slots=True)
class StopRecording(Message):
    pass


@dataclass(slots=True)
class RecordingStopped(Message):
    files: list[str] = field(default_factory=list)


describe(
    RecordingStopped,
    repeated(1, "files", STRING),
)


@dataclass(slots=True)
class GetStatus(Message):
    pass


@dataclass(slots=True)
class SessionStatus(Message):
    name: str = ""
    trackers: int = 0
    open_ns: int = 0
    silent_ns: int = 0
    connected: bool = False
    recording: str = ""
    account: SessionClosed | None = None


describe(
    SessionStatus,
    singular(1, "name", STRING),
    singular(2, "trackers", UINT32),
    singular(3, "open_ns", INT64),
    singular(4, "silent_ns", INT64),
    singular(5, "connected", BOOL),
    singular(6, "recording", STRING),
    submessage(7, "account", SessionClosed),
)


@dataclass(slots=True)
class Status(Message):
    engine: int = 0
    model: str = ""
    device: str = ""
    up_ns: int = 0
    ticks: int = 0
    tick_p50_ms: float = 0.0
    tick_p95_ms: float = 0.0
    clips_waiting: int = 0
    sessions_most: int = 0
    sessions: list[SessionStatus] = field(default_factory=list)
    account: SessionClosed | None = None


describe(
    Status,
    singular(1, "engine", ENUM),
    singular(2, "model", STRING),
    singular(3, "device", STRING),
    singular(4, "up_ns", INT64),
    singular(5, "ticks", UINT64),
    singular(6, "tick_p50_ms", FLOAT),
    singular(7, "tick_p95_ms", FLOAT),
    singular(8, "clips_waiting", UINT32),
    singular(9, "sessions_most", UINT32),
    submessages(10, "sessions", SessionStatus),
    submessage(11, "account", SessionClosed),
)


@dataclass(slots=True)
class Watch(Message):
    known: list[int] = field(default_factory=list)


describe(
    Watch,
    repeated(1, "known", UINT64),
)


@dataclass(slots=True)
class WatchedSession(Message):
    number: int = 0
    setup: SessionSetup | None = None
    pose: PoseFrame | None = None
    trackers: TrackerFrame | None = None


describe(
    WatchedSession,
    singular(1, "number", UINT64),
    submessage(2, "setup", SessionSetup),
    submessage(3, "pose", PoseFrame),
    submessage(4, "trackers", TrackerFrame),
)


@dataclass(slots=True)
class Watched(Message):
    sessions: list[WatchedSession] = field(default_factory=list)


describe(
    Watched,
    submessages(1, "sessions", WatchedSession),
)


@dataclass(slots=True)
class SubmitJob(Message):
    files: list[str] = field(default_factory=list)
    out: str = ""
    formats: list[str] = field(default_factory=list)


describe(
    SubmitJob,
    repeated(1, "files", STRING),
    singular(2, "out", STRING),
    repeated(3, "formats", STRING),
)


@dataclass(slots=True)
class JobOption(Message):
    name: str = ""
    value: str = ""


describe(
    JobOption,
    singular(1, "name", STRING),
    singular(2, "value", STRING),
)


@dataclass(slots=True)
class SubmitProblem(Message):
    problem: str = ""
    files: list[str] = field(default_factory=list)
    out: str = ""
    formats: list[str] = field(default_factory=list)
    options: list[JobOption] = field(default_factory=list)


describe(
    SubmitProblem,
    singular(1, "problem", STRING),
    repeated(2, "files", STRING),
    singular(3, "out", STRING),
    repeated(4, "formats", STRING),
    submessages(5, "options", JobOption),
)


@dataclass(slots=True)
class GetJobStatus(Message):
    job: str = ""


describe(
    GetJobStatus,
    singular(1, "job", STRING),
)


@dataclass(slots=True)
class GetJobResult(Message):
    job: str = ""


describe(
    GetJobResult,
    singular(1, "job", STRING),
)


@dataclass(slots=True)
class CancelJob(Message):
    job: str = ""


describe(
    CancelJob,
    singular(1, "job", STRING),
)


@dataclass(slots=True)
class ListJobs(Message):
    pass


ClientMessageBody: TypeAlias = (Hello | Ping | OpenSession | CloseSession | SolveClip | CancelClip | StartRecording |
    StopRecording | GetStatus | TrackerFrame | Watch | SubmitJob | GetJobStatus | GetJobResult | CancelJob | ListJobs |
    SubmitProblem)


@dataclass(slots=True)
class ClientMessage(Message):
    request_id: int = 0
    body: ClientMessageBody | None = None


describe(
    ClientMessage,
    singular(1, "request_id", UINT64),
    oneof("body", {2: Hello, 3: Ping, 4: OpenSession, 5: CloseSession, 6: SolveClip, 7: CancelClip, 8: StartRecording,
        9: StopRecording, 10: GetStatus, 16: TrackerFrame, 17: Watch, 40: SubmitJob, 41: GetJobStatus, 42:
        GetJobResult, 43: CancelJob, 44: ListJobs, 45: SubmitProblem}),
)


@dataclass(slots=True)
class JobStatus(Message):
    job: str = ""
    state: int = 0
    out: str = ""
    files_total: int = 0
    files_done: int = 0
    files_failed: int = 0
    file: str = ""
    frames_done: int = 0
    frames_total: int = 0
    submitted_ms: int = 0
    ended_ms: int = 0
    problem: str = ""


describe(
    JobStatus,
    singular(1, "job", STRING),
    singular(2, "state", ENUM),
    singular(3, "out", STRING),
    singular(4, "files_total", UINT32),
    singular(5, "files_done", UINT32),
    singular(6, "files_failed", UINT32),
    singular(7, "file", STRING),
    singular(8, "frames_done", UINT32),
    singular(9, "frames_total", UINT32),
    singular(10, "submitted_ms", INT64),
    singular(11, "ended_ms", INT64),
    singular(12, "problem", STRING),
)


@dataclass(slots=True)
class JobList(Message):
    jobs: list[JobStatus] = field(default_factory=list)


describe(
    JobList,
    submessages(1, "jobs", JobStatus),
)


@dataclass(slots=True)
class JobOutput(Message):
    path: str = ""
    size_bytes: int = 0
    sha256: bytes = b""


describe(
    JobOutput,
    singular(1, "path", STRING),
    singular(2, "size_bytes", UINT64),
    singular(3, "sha256", BYTES),
)


@dataclass(slots=True)
class JobFile(Message):
    file: str = ""
    state: int = 0
    code: int = 0
    message: str = ""
    frames: int = 0
    outputs: list[JobOutput] = field(default_factory=list)


describe(
    JobFile,
    singular(1, "file", STRING),
    singular(2, "state", ENUM),
    singular(3, "code", ENUM),
    singular(4, "message", STRING),
    singular(5, "frames", UINT32),
    submessages(6, "outputs", JobOutput),
)


@dataclass(slots=True)
class JobResult(Message):
    status: JobStatus | None = None
    files: list[JobFile] = field(default_factory=list)


describe(
    JobResult,
    submessage(1, "status", JobStatus),
    submessages(2, "files", JobFile),
)


ServerMessageBody: TypeAlias = (Welcome | Pong | SessionOpened | SessionClosed | ClipProgress | ClipSolved |
    RecordingStarted | RecordingStopped | Heartbeat | GoAway | Error | Status | PoseFrame | Watched | JobStatus |
    JobResult | JobList)


@dataclass(slots=True)
class ServerMessage(Message):
    request_id: int = 0
    body: ServerMessageBody | None = None


describe(
    ServerMessage,
    singular(1, "request_id", UINT64),
    oneof("body", {2: Welcome, 3: Pong, 4: SessionOpened, 5: SessionClosed, 6: ClipProgress, 7: ClipSolved, 8:
        RecordingStarted, 9: RecordingStopped, 10: Heartbeat, 11: GoAway, 12: Error, 13: Status, 16: PoseFrame, 17:
        Watched, 40: JobStatus, 41: JobResult, 42: JobList}),
)
