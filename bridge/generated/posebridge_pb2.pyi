from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Protocol(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROTOCOL_UNSPECIFIED: _ClassVar[Protocol]
    PROTOCOL_CURRENT: _ClassVar[Protocol]

class Joint(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOINT_UNSPECIFIED: _ClassVar[Joint]
    JOINT_PELVIS: _ClassVar[Joint]
    JOINT_L_HIP: _ClassVar[Joint]
    JOINT_R_HIP: _ClassVar[Joint]
    JOINT_SPINE1: _ClassVar[Joint]
    JOINT_L_KNEE: _ClassVar[Joint]
    JOINT_R_KNEE: _ClassVar[Joint]
    JOINT_SPINE2: _ClassVar[Joint]
    JOINT_L_ANKLE: _ClassVar[Joint]
    JOINT_R_ANKLE: _ClassVar[Joint]
    JOINT_SPINE3: _ClassVar[Joint]
    JOINT_L_FOOT: _ClassVar[Joint]
    JOINT_R_FOOT: _ClassVar[Joint]
    JOINT_NECK: _ClassVar[Joint]
    JOINT_L_COLLAR: _ClassVar[Joint]
    JOINT_R_COLLAR: _ClassVar[Joint]
    JOINT_HEAD: _ClassVar[Joint]
    JOINT_L_SHOULDER: _ClassVar[Joint]
    JOINT_R_SHOULDER: _ClassVar[Joint]
    JOINT_L_ELBOW: _ClassVar[Joint]
    JOINT_R_ELBOW: _ClassVar[Joint]
    JOINT_L_WRIST: _ClassVar[Joint]
    JOINT_R_WRIST: _ClassVar[Joint]

class EngineState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENGINE_STATE_UNSPECIFIED: _ClassVar[EngineState]
    ENGINE_STATE_STARTING: _ClassVar[EngineState]
    ENGINE_STATE_READY: _ClassVar[EngineState]
    ENGINE_STATE_RESTARTING: _ClassVar[EngineState]
    ENGINE_STATE_DRAINING: _ClassVar[EngineState]

class ErrorCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_CODE_UNSPECIFIED: _ClassVar[ErrorCode]
    ERROR_CODE_MALFORMED: _ClassVar[ErrorCode]
    ERROR_CODE_INVALID: _ClassVar[ErrorCode]
    ERROR_CODE_NOT_FINITE: _ClassVar[ErrorCode]
    ERROR_CODE_OUT_OF_RANGE: _ClassVar[ErrorCode]
    ERROR_CODE_JOINT_UNKNOWN: _ClassVar[ErrorCode]
    ERROR_CODE_TOO_SHORT: _ClassVar[ErrorCode]
    ERROR_CODE_TOO_LARGE: _ClassVar[ErrorCode]
    ERROR_CODE_PROTOCOL_UNSUPPORTED: _ClassVar[ErrorCode]
    ERROR_CODE_TOKEN_WRONG: _ClassVar[ErrorCode]
    ERROR_CODE_HELLO_NEEDED: _ClassVar[ErrorCode]
    ERROR_CODE_SESSION_UNKNOWN: _ClassVar[ErrorCode]
    ERROR_CODE_BUSY: _ClassVar[ErrorCode]
    ERROR_CODE_ENGINE_STARTING: _ClassVar[ErrorCode]
    ERROR_CODE_ENGINE_RESTARTING: _ClassVar[ErrorCode]
    ERROR_CODE_ENGINE_FAILED: _ClassVar[ErrorCode]
    ERROR_CODE_DRAINING: _ClassVar[ErrorCode]
    ERROR_CODE_RECORDING_FAILED: _ClassVar[ErrorCode]
    ERROR_CODE_CANCELLED: _ClassVar[ErrorCode]
    ERROR_CODE_INTERNAL: _ClassVar[ErrorCode]
    ERROR_CODE_JOBS_NOT_ALLOWED: _ClassVar[ErrorCode]
    ERROR_CODE_PATH_REFUSED: _ClassVar[ErrorCode]
    ERROR_CODE_INPUT_MISSING: _ClassVar[ErrorCode]
    ERROR_CODE_DISK_FULL: _ClassVar[ErrorCode]
    ERROR_CODE_JOB_UNKNOWN: _ClassVar[ErrorCode]

class JobState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_STATE_UNSPECIFIED: _ClassVar[JobState]
    JOB_STATE_WAITING: _ClassVar[JobState]
    JOB_STATE_RUNNING: _ClassVar[JobState]
    JOB_STATE_DONE: _ClassVar[JobState]
    JOB_STATE_FAILED: _ClassVar[JobState]
    JOB_STATE_CANCELLED: _ClassVar[JobState]
PROTOCOL_UNSPECIFIED: Protocol
PROTOCOL_CURRENT: Protocol
JOINT_UNSPECIFIED: Joint
JOINT_PELVIS: Joint
JOINT_L_HIP: Joint
JOINT_R_HIP: Joint
JOINT_SPINE1: Joint
JOINT_L_KNEE: Joint
JOINT_R_KNEE: Joint
JOINT_SPINE2: Joint
JOINT_L_ANKLE: Joint
JOINT_R_ANKLE: Joint
JOINT_SPINE3: Joint
JOINT_L_FOOT: Joint
JOINT_R_FOOT: Joint
JOINT_NECK: Joint
JOINT_L_COLLAR: Joint
JOINT_R_COLLAR: Joint
JOINT_HEAD: Joint
JOINT_L_SHOULDER: Joint
JOINT_R_SHOULDER: Joint
JOINT_L_ELBOW: Joint
JOINT_R_ELBOW: Joint
JOINT_L_WRIST: Joint
JOINT_R_WRIST: Joint
ENGINE_STATE_UNSPECIFIED: EngineState
ENGINE_STATE_STARTING: EngineState
ENGINE_STATE_READY: EngineState
ENGINE_STATE_RESTARTING: EngineState
ENGINE_STATE_DRAINING: EngineState
ERROR_CODE_UNSPECIFIED: ErrorCode
ERROR_CODE_MALFORMED: ErrorCode
ERROR_CODE_INVALID: ErrorCode
ERROR_CODE_NOT_FINITE: ErrorCode
ERROR_CODE_OUT_OF_RANGE: ErrorCode
ERROR_CODE_JOINT_UNKNOWN: ErrorCode
ERROR_CODE_TOO_SHORT: ErrorCode
ERROR_CODE_TOO_LARGE: ErrorCode
ERROR_CODE_PROTOCOL_UNSUPPORTED: ErrorCode
ERROR_CODE_TOKEN_WRONG: ErrorCode
ERROR_CODE_HELLO_NEEDED: ErrorCode
ERROR_CODE_SESSION_UNKNOWN: ErrorCode
ERROR_CODE_BUSY: ErrorCode
ERROR_CODE_ENGINE_STARTING: ErrorCode
ERROR_CODE_ENGINE_RESTARTING: ErrorCode
ERROR_CODE_ENGINE_FAILED: ErrorCode
ERROR_CODE_DRAINING: ErrorCode
ERROR_CODE_RECORDING_FAILED: ErrorCode
ERROR_CODE_CANCELLED: ErrorCode
ERROR_CODE_INTERNAL: ErrorCode
ERROR_CODE_JOBS_NOT_ALLOWED: ErrorCode
ERROR_CODE_PATH_REFUSED: ErrorCode
ERROR_CODE_INPUT_MISSING: ErrorCode
ERROR_CODE_DISK_FULL: ErrorCode
ERROR_CODE_JOB_UNKNOWN: ErrorCode
JOB_STATE_UNSPECIFIED: JobState
JOB_STATE_WAITING: JobState
JOB_STATE_RUNNING: JobState
JOB_STATE_DONE: JobState
JOB_STATE_FAILED: JobState
JOB_STATE_CANCELLED: JobState

class ClientMessage(_message.Message):
    __slots__ = ("request_id", "hello", "ping", "open_session", "close_session", "solve_clip", "cancel_clip", "start_recording", "stop_recording", "get_status", "tracker_frame", "watch", "submit_job", "get_job_status", "get_job_result", "cancel_job", "list_jobs", "submit_problem")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HELLO_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    OPEN_SESSION_FIELD_NUMBER: _ClassVar[int]
    CLOSE_SESSION_FIELD_NUMBER: _ClassVar[int]
    SOLVE_CLIP_FIELD_NUMBER: _ClassVar[int]
    CANCEL_CLIP_FIELD_NUMBER: _ClassVar[int]
    START_RECORDING_FIELD_NUMBER: _ClassVar[int]
    STOP_RECORDING_FIELD_NUMBER: _ClassVar[int]
    GET_STATUS_FIELD_NUMBER: _ClassVar[int]
    TRACKER_FRAME_FIELD_NUMBER: _ClassVar[int]
    WATCH_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_JOB_FIELD_NUMBER: _ClassVar[int]
    GET_JOB_STATUS_FIELD_NUMBER: _ClassVar[int]
    GET_JOB_RESULT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_JOB_FIELD_NUMBER: _ClassVar[int]
    LIST_JOBS_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_PROBLEM_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    hello: Hello
    ping: Ping
    open_session: OpenSession
    close_session: CloseSession
    solve_clip: SolveClip
    cancel_clip: CancelClip
    start_recording: StartRecording
    stop_recording: StopRecording
    get_status: GetStatus
    tracker_frame: TrackerFrame
    watch: Watch
    submit_job: SubmitJob
    get_job_status: GetJobStatus
    get_job_result: GetJobResult
    cancel_job: CancelJob
    list_jobs: ListJobs
    submit_problem: SubmitProblem
    def __init__(self, request_id: _Optional[int] = ..., hello: _Optional[_Union[Hello, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., open_session: _Optional[_Union[OpenSession, _Mapping]] = ..., close_session: _Optional[_Union[CloseSession, _Mapping]] = ..., solve_clip: _Optional[_Union[SolveClip, _Mapping]] = ..., cancel_clip: _Optional[_Union[CancelClip, _Mapping]] = ..., start_recording: _Optional[_Union[StartRecording, _Mapping]] = ..., stop_recording: _Optional[_Union[StopRecording, _Mapping]] = ..., get_status: _Optional[_Union[GetStatus, _Mapping]] = ..., tracker_frame: _Optional[_Union[TrackerFrame, _Mapping]] = ..., watch: _Optional[_Union[Watch, _Mapping]] = ..., submit_job: _Optional[_Union[SubmitJob, _Mapping]] = ..., get_job_status: _Optional[_Union[GetJobStatus, _Mapping]] = ..., get_job_result: _Optional[_Union[GetJobResult, _Mapping]] = ..., cancel_job: _Optional[_Union[CancelJob, _Mapping]] = ..., list_jobs: _Optional[_Union[ListJobs, _Mapping]] = ..., submit_problem: _Optional[_Union[SubmitProblem, _Mapping]] = ...) -> None: ...

class ServerMessage(_message.Message):
    __slots__ = ("request_id", "welcome", "pong", "session_opened", "session_closed", "clip_progress", "clip_solved", "recording_started", "recording_stopped", "heartbeat", "go_away", "error", "status", "pose_frame", "watched", "job_status", "job_result", "job_list")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    SESSION_OPENED_FIELD_NUMBER: _ClassVar[int]
    SESSION_CLOSED_FIELD_NUMBER: _ClassVar[int]
    CLIP_PROGRESS_FIELD_NUMBER: _ClassVar[int]
    CLIP_SOLVED_FIELD_NUMBER: _ClassVar[int]
    RECORDING_STARTED_FIELD_NUMBER: _ClassVar[int]
    RECORDING_STOPPED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    GO_AWAY_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    POSE_FRAME_FIELD_NUMBER: _ClassVar[int]
    WATCHED_FIELD_NUMBER: _ClassVar[int]
    JOB_STATUS_FIELD_NUMBER: _ClassVar[int]
    JOB_RESULT_FIELD_NUMBER: _ClassVar[int]
    JOB_LIST_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    welcome: Welcome
    pong: Pong
    session_opened: SessionOpened
    session_closed: SessionClosed
    clip_progress: ClipProgress
    clip_solved: ClipSolved
    recording_started: RecordingStarted
    recording_stopped: RecordingStopped
    heartbeat: Heartbeat
    go_away: GoAway
    error: Error
    status: Status
    pose_frame: PoseFrame
    watched: Watched
    job_status: JobStatus
    job_result: JobResult
    job_list: JobList
    def __init__(self, request_id: _Optional[int] = ..., welcome: _Optional[_Union[Welcome, _Mapping]] = ..., pong: _Optional[_Union[Pong, _Mapping]] = ..., session_opened: _Optional[_Union[SessionOpened, _Mapping]] = ..., session_closed: _Optional[_Union[SessionClosed, _Mapping]] = ..., clip_progress: _Optional[_Union[ClipProgress, _Mapping]] = ..., clip_solved: _Optional[_Union[ClipSolved, _Mapping]] = ..., recording_started: _Optional[_Union[RecordingStarted, _Mapping]] = ..., recording_stopped: _Optional[_Union[RecordingStopped, _Mapping]] = ..., heartbeat: _Optional[_Union[Heartbeat, _Mapping]] = ..., go_away: _Optional[_Union[GoAway, _Mapping]] = ..., error: _Optional[_Union[Error, _Mapping]] = ..., status: _Optional[_Union[Status, _Mapping]] = ..., pose_frame: _Optional[_Union[PoseFrame, _Mapping]] = ..., watched: _Optional[_Union[Watched, _Mapping]] = ..., job_status: _Optional[_Union[JobStatus, _Mapping]] = ..., job_result: _Optional[_Union[JobResult, _Mapping]] = ..., job_list: _Optional[_Union[JobList, _Mapping]] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ("protocol_min", "protocol_max", "token", "client")
    PROTOCOL_MIN_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_MAX_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    protocol_min: int
    protocol_max: int
    token: str
    client: str
    def __init__(self, protocol_min: _Optional[int] = ..., protocol_max: _Optional[int] = ..., token: _Optional[str] = ..., client: _Optional[str] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("protocol", "version", "live_port", "engine", "model", "device", "detail", "limits")
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LIVE_PORT_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    protocol: int
    version: str
    live_port: int
    engine: EngineState
    model: str
    device: str
    detail: str
    limits: Limits
    def __init__(self, protocol: _Optional[int] = ..., version: _Optional[str] = ..., live_port: _Optional[int] = ..., engine: _Optional[_Union[EngineState, str]] = ..., model: _Optional[str] = ..., device: _Optional[str] = ..., detail: _Optional[str] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("sessions", "trackers", "clip_frames", "live_message_bytes", "control_message_bytes")
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    TRACKERS_FIELD_NUMBER: _ClassVar[int]
    CLIP_FRAMES_FIELD_NUMBER: _ClassVar[int]
    LIVE_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    CONTROL_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    sessions: int
    trackers: int
    clip_frames: int
    live_message_bytes: int
    control_message_bytes: int
    def __init__(self, sessions: _Optional[int] = ..., trackers: _Optional[int] = ..., clip_frames: _Optional[int] = ..., live_message_bytes: _Optional[int] = ..., control_message_bytes: _Optional[int] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ("client_sent_ns",)
    CLIENT_SENT_NS_FIELD_NUMBER: _ClassVar[int]
    client_sent_ns: int
    def __init__(self, client_sent_ns: _Optional[int] = ...) -> None: ...

class Pong(_message.Message):
    __slots__ = ("client_sent_ns", "server_received_ns", "server_sent_ns", "engine")
    CLIENT_SENT_NS_FIELD_NUMBER: _ClassVar[int]
    SERVER_RECEIVED_NS_FIELD_NUMBER: _ClassVar[int]
    SERVER_SENT_NS_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    client_sent_ns: int
    server_received_ns: int
    server_sent_ns: int
    engine: EngineState
    def __init__(self, client_sent_ns: _Optional[int] = ..., server_received_ns: _Optional[int] = ..., server_sent_ns: _Optional[int] = ..., engine: _Optional[_Union[EngineState, str]] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ("server_time_ns", "engine")
    SERVER_TIME_NS_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    server_time_ns: int
    engine: EngineState
    def __init__(self, server_time_ns: _Optional[int] = ..., engine: _Optional[_Union[EngineState, str]] = ...) -> None: ...

class GoAway(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class Error(_message.Message):
    __slots__ = ("code", "message", "retry_after_s", "sequence")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_S_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    code: ErrorCode
    message: str
    retry_after_s: float
    sequence: int
    def __init__(self, code: _Optional[_Union[ErrorCode, str]] = ..., message: _Optional[str] = ..., retry_after_s: _Optional[float] = ..., sequence: _Optional[int] = ...) -> None: ...

class Tracker(_message.Message):
    __slots__ = ("joint", "mount_position_m", "mount_xyzw")
    JOINT_FIELD_NUMBER: _ClassVar[int]
    MOUNT_POSITION_M_FIELD_NUMBER: _ClassVar[int]
    MOUNT_XYZW_FIELD_NUMBER: _ClassVar[int]
    joint: Joint
    mount_position_m: _containers.RepeatedScalarFieldContainer[float]
    mount_xyzw: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, joint: _Optional[_Union[Joint, str]] = ..., mount_position_m: _Optional[_Iterable[float]] = ..., mount_xyzw: _Optional[_Iterable[float]] = ...) -> None: ...

class SessionSetup(_message.Message):
    __slots__ = ("name", "offsets_m", "trackers", "position_sd_m", "rotation_sd_rad", "floor_height_m")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OFFSETS_M_FIELD_NUMBER: _ClassVar[int]
    TRACKERS_FIELD_NUMBER: _ClassVar[int]
    POSITION_SD_M_FIELD_NUMBER: _ClassVar[int]
    ROTATION_SD_RAD_FIELD_NUMBER: _ClassVar[int]
    FLOOR_HEIGHT_M_FIELD_NUMBER: _ClassVar[int]
    name: str
    offsets_m: _containers.RepeatedScalarFieldContainer[float]
    trackers: _containers.RepeatedCompositeFieldContainer[Tracker]
    position_sd_m: float
    rotation_sd_rad: float
    floor_height_m: float
    def __init__(self, name: _Optional[str] = ..., offsets_m: _Optional[_Iterable[float]] = ..., trackers: _Optional[_Iterable[_Union[Tracker, _Mapping]]] = ..., position_sd_m: _Optional[float] = ..., rotation_sd_rad: _Optional[float] = ..., floor_height_m: _Optional[float] = ...) -> None: ...

class OpenSession(_message.Message):
    __slots__ = ("setup", "record")
    SETUP_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    setup: SessionSetup
    record: bool
    def __init__(self, setup: _Optional[_Union[SessionSetup, _Mapping]] = ..., record: _Optional[bool] = ...) -> None: ...

class SessionOpened(_message.Message):
    __slots__ = ("session", "recording")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    session: bytes
    recording: str
    def __init__(self, session: _Optional[bytes] = ..., recording: _Optional[str] = ...) -> None: ...

class CloseSession(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: bytes
    def __init__(self, session: _Optional[bytes] = ...) -> None: ...

class SessionClosed(_message.Message):
    __slots__ = ("frames", "answered", "superseded", "late", "invalid")
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    INVALID_FIELD_NUMBER: _ClassVar[int]
    frames: int
    answered: int
    superseded: int
    late: int
    invalid: int
    def __init__(self, frames: _Optional[int] = ..., answered: _Optional[int] = ..., superseded: _Optional[int] = ..., late: _Optional[int] = ..., invalid: _Optional[int] = ...) -> None: ...

class TrackerFrame(_message.Message):
    __slots__ = ("session", "sequence", "time_ns", "last_result_seen", "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")
    SESSION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    LAST_RESULT_SEEN_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_M_FIELD_NUMBER: _ClassVar[int]
    ROTATIONS_XYZW_FIELD_NUMBER: _ClassVar[int]
    POSITION_VALID_FIELD_NUMBER: _ClassVar[int]
    ROTATION_VALID_FIELD_NUMBER: _ClassVar[int]
    session: bytes
    sequence: int
    time_ns: int
    last_result_seen: int
    positions_m: _containers.RepeatedScalarFieldContainer[float]
    rotations_xyzw: _containers.RepeatedScalarFieldContainer[float]
    position_valid: int
    rotation_valid: int
    def __init__(self, session: _Optional[bytes] = ..., sequence: _Optional[int] = ..., time_ns: _Optional[int] = ..., last_result_seen: _Optional[int] = ..., positions_m: _Optional[_Iterable[float]] = ..., rotations_xyzw: _Optional[_Iterable[float]] = ..., position_valid: _Optional[int] = ..., rotation_valid: _Optional[int] = ...) -> None: ...

class PoseFrame(_message.Message):
    __slots__ = ("sequence", "time_ns", "root_position_m", "local_xyzw", "confidence", "measured", "server_received_ns", "server_sent_ns")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    ROOT_POSITION_M_FIELD_NUMBER: _ClassVar[int]
    LOCAL_XYZW_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    SERVER_RECEIVED_NS_FIELD_NUMBER: _ClassVar[int]
    SERVER_SENT_NS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    time_ns: int
    root_position_m: _containers.RepeatedScalarFieldContainer[float]
    local_xyzw: _containers.RepeatedScalarFieldContainer[float]
    confidence: _containers.RepeatedScalarFieldContainer[float]
    measured: int
    server_received_ns: int
    server_sent_ns: int
    def __init__(self, sequence: _Optional[int] = ..., time_ns: _Optional[int] = ..., root_position_m: _Optional[_Iterable[float]] = ..., local_xyzw: _Optional[_Iterable[float]] = ..., confidence: _Optional[_Iterable[float]] = ..., measured: _Optional[int] = ..., server_received_ns: _Optional[int] = ..., server_sent_ns: _Optional[int] = ...) -> None: ...

class SolveClip(_message.Message):
    __slots__ = ("setup", "rate_hz", "frame_count", "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")
    SETUP_FIELD_NUMBER: _ClassVar[int]
    RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    FRAME_COUNT_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_M_FIELD_NUMBER: _ClassVar[int]
    ROTATIONS_XYZW_FIELD_NUMBER: _ClassVar[int]
    POSITION_VALID_FIELD_NUMBER: _ClassVar[int]
    ROTATION_VALID_FIELD_NUMBER: _ClassVar[int]
    setup: SessionSetup
    rate_hz: float
    frame_count: int
    positions_m: bytes
    rotations_xyzw: bytes
    position_valid: bytes
    rotation_valid: bytes
    def __init__(self, setup: _Optional[_Union[SessionSetup, _Mapping]] = ..., rate_hz: _Optional[float] = ..., frame_count: _Optional[int] = ..., positions_m: _Optional[bytes] = ..., rotations_xyzw: _Optional[bytes] = ..., position_valid: _Optional[bytes] = ..., rotation_valid: _Optional[bytes] = ...) -> None: ...

class CancelClip(_message.Message):
    __slots__ = ("clip_request_id",)
    CLIP_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    clip_request_id: int
    def __init__(self, clip_request_id: _Optional[int] = ...) -> None: ...

class ClipProgress(_message.Message):
    __slots__ = ("frames_done", "frames_total")
    FRAMES_DONE_FIELD_NUMBER: _ClassVar[int]
    FRAMES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    frames_done: int
    frames_total: int
    def __init__(self, frames_done: _Optional[int] = ..., frames_total: _Optional[int] = ...) -> None: ...

class ClipSolved(_message.Message):
    __slots__ = ("first_frame", "frame_count", "frames_total", "root_position_m", "local_xyzw", "confidence")
    FIRST_FRAME_FIELD_NUMBER: _ClassVar[int]
    FRAME_COUNT_FIELD_NUMBER: _ClassVar[int]
    FRAMES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    ROOT_POSITION_M_FIELD_NUMBER: _ClassVar[int]
    LOCAL_XYZW_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    first_frame: int
    frame_count: int
    frames_total: int
    root_position_m: bytes
    local_xyzw: bytes
    confidence: bytes
    def __init__(self, first_frame: _Optional[int] = ..., frame_count: _Optional[int] = ..., frames_total: _Optional[int] = ..., root_position_m: _Optional[bytes] = ..., local_xyzw: _Optional[bytes] = ..., confidence: _Optional[bytes] = ...) -> None: ...

class StartRecording(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RecordingStarted(_message.Message):
    __slots__ = ("files",)
    FILES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, files: _Optional[_Iterable[str]] = ...) -> None: ...

class StopRecording(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RecordingStopped(_message.Message):
    __slots__ = ("files",)
    FILES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, files: _Optional[_Iterable[str]] = ...) -> None: ...

class GetStatus(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Status(_message.Message):
    __slots__ = ("engine", "model", "device", "up_ns", "ticks", "tick_p50_ms", "tick_p95_ms", "clips_waiting", "sessions_most", "sessions", "account")
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    UP_NS_FIELD_NUMBER: _ClassVar[int]
    TICKS_FIELD_NUMBER: _ClassVar[int]
    TICK_P50_MS_FIELD_NUMBER: _ClassVar[int]
    TICK_P95_MS_FIELD_NUMBER: _ClassVar[int]
    CLIPS_WAITING_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_MOST_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    engine: EngineState
    model: str
    device: str
    up_ns: int
    ticks: int
    tick_p50_ms: float
    tick_p95_ms: float
    clips_waiting: int
    sessions_most: int
    sessions: _containers.RepeatedCompositeFieldContainer[SessionStatus]
    account: SessionClosed
    def __init__(self, engine: _Optional[_Union[EngineState, str]] = ..., model: _Optional[str] = ..., device: _Optional[str] = ..., up_ns: _Optional[int] = ..., ticks: _Optional[int] = ..., tick_p50_ms: _Optional[float] = ..., tick_p95_ms: _Optional[float] = ..., clips_waiting: _Optional[int] = ..., sessions_most: _Optional[int] = ..., sessions: _Optional[_Iterable[_Union[SessionStatus, _Mapping]]] = ..., account: _Optional[_Union[SessionClosed, _Mapping]] = ...) -> None: ...

class SessionStatus(_message.Message):
    __slots__ = ("name", "trackers", "open_ns", "silent_ns", "connected", "recording", "account")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TRACKERS_FIELD_NUMBER: _ClassVar[int]
    OPEN_NS_FIELD_NUMBER: _ClassVar[int]
    SILENT_NS_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    RECORDING_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    trackers: int
    open_ns: int
    silent_ns: int
    connected: bool
    recording: str
    account: SessionClosed
    def __init__(self, name: _Optional[str] = ..., trackers: _Optional[int] = ..., open_ns: _Optional[int] = ..., silent_ns: _Optional[int] = ..., connected: _Optional[bool] = ..., recording: _Optional[str] = ..., account: _Optional[_Union[SessionClosed, _Mapping]] = ...) -> None: ...

class Watch(_message.Message):
    __slots__ = ("known",)
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    known: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, known: _Optional[_Iterable[int]] = ...) -> None: ...

class Watched(_message.Message):
    __slots__ = ("sessions",)
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    sessions: _containers.RepeatedCompositeFieldContainer[WatchedSession]
    def __init__(self, sessions: _Optional[_Iterable[_Union[WatchedSession, _Mapping]]] = ...) -> None: ...

class WatchedSession(_message.Message):
    __slots__ = ("number", "setup", "pose", "trackers")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SETUP_FIELD_NUMBER: _ClassVar[int]
    POSE_FIELD_NUMBER: _ClassVar[int]
    TRACKERS_FIELD_NUMBER: _ClassVar[int]
    number: int
    setup: SessionSetup
    pose: PoseFrame
    trackers: TrackerFrame
    def __init__(self, number: _Optional[int] = ..., setup: _Optional[_Union[SessionSetup, _Mapping]] = ..., pose: _Optional[_Union[PoseFrame, _Mapping]] = ..., trackers: _Optional[_Union[TrackerFrame, _Mapping]] = ...) -> None: ...

class SubmitJob(_message.Message):
    __slots__ = ("files", "out", "formats")
    FILES_FIELD_NUMBER: _ClassVar[int]
    OUT_FIELD_NUMBER: _ClassVar[int]
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedScalarFieldContainer[str]
    out: str
    formats: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, files: _Optional[_Iterable[str]] = ..., out: _Optional[str] = ..., formats: _Optional[_Iterable[str]] = ...) -> None: ...

class SubmitProblem(_message.Message):
    __slots__ = ("problem", "files", "out", "formats", "options")
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    OUT_FIELD_NUMBER: _ClassVar[int]
    FORMATS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    problem: str
    files: _containers.RepeatedScalarFieldContainer[str]
    out: str
    formats: _containers.RepeatedScalarFieldContainer[str]
    options: _containers.RepeatedCompositeFieldContainer[JobOption]
    def __init__(self, problem: _Optional[str] = ..., files: _Optional[_Iterable[str]] = ..., out: _Optional[str] = ..., formats: _Optional[_Iterable[str]] = ..., options: _Optional[_Iterable[_Union[JobOption, _Mapping]]] = ...) -> None: ...

class JobOption(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class GetJobStatus(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class GetJobResult(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class CancelJob(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class ListJobs(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class JobStatus(_message.Message):
    __slots__ = ("job", "state", "out", "files_total", "files_done", "files_failed", "file", "frames_done", "frames_total", "submitted_ms", "ended_ms", "problem")
    JOB_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    OUT_FIELD_NUMBER: _ClassVar[int]
    FILES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    FILES_DONE_FIELD_NUMBER: _ClassVar[int]
    FILES_FAILED_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    FRAMES_DONE_FIELD_NUMBER: _ClassVar[int]
    FRAMES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_MS_FIELD_NUMBER: _ClassVar[int]
    ENDED_MS_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    job: str
    state: JobState
    out: str
    files_total: int
    files_done: int
    files_failed: int
    file: str
    frames_done: int
    frames_total: int
    submitted_ms: int
    ended_ms: int
    problem: str
    def __init__(self, job: _Optional[str] = ..., state: _Optional[_Union[JobState, str]] = ..., out: _Optional[str] = ..., files_total: _Optional[int] = ..., files_done: _Optional[int] = ..., files_failed: _Optional[int] = ..., file: _Optional[str] = ..., frames_done: _Optional[int] = ..., frames_total: _Optional[int] = ..., submitted_ms: _Optional[int] = ..., ended_ms: _Optional[int] = ..., problem: _Optional[str] = ...) -> None: ...

class JobList(_message.Message):
    __slots__ = ("jobs",)
    JOBS_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[JobStatus]
    def __init__(self, jobs: _Optional[_Iterable[_Union[JobStatus, _Mapping]]] = ...) -> None: ...

class JobResult(_message.Message):
    __slots__ = ("status", "files")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    status: JobStatus
    files: _containers.RepeatedCompositeFieldContainer[JobFile]
    def __init__(self, status: _Optional[_Union[JobStatus, _Mapping]] = ..., files: _Optional[_Iterable[_Union[JobFile, _Mapping]]] = ...) -> None: ...

class JobFile(_message.Message):
    __slots__ = ("file", "state", "code", "message", "frames", "outputs")
    FILE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    file: str
    state: JobState
    code: ErrorCode
    message: str
    frames: int
    outputs: _containers.RepeatedCompositeFieldContainer[JobOutput]
    def __init__(self, file: _Optional[str] = ..., state: _Optional[_Union[JobState, str]] = ..., code: _Optional[_Union[ErrorCode, str]] = ..., message: _Optional[str] = ..., frames: _Optional[int] = ..., outputs: _Optional[_Iterable[_Union[JobOutput, _Mapping]]] = ...) -> None: ...

class JobOutput(_message.Message):
    __slots__ = ("path", "size_bytes", "sha256")
    PATH_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    path: str
    size_bytes: int
    sha256: bytes
    def __init__(self, path: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[bytes] = ...) -> None: ...
