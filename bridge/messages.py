"""What clients say to the daemon, as plain data; replies.py has what it says back. wire_client.py makes bytes of it.

The enums repeat proto/posebridge.proto; a test holds them equal.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bridge.errors import PoseBridgeError
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.messages_jobs import JobRequest

PROTOCOL_MIN = 1
PROTOCOL_MAX = 1
SESSION_TOKEN_BYTES = 16


class EngineState(IntEnum):
    STARTING = 1
    READY = 2
    RESTARTING = 3
    DRAINING = 4


class ErrorCode(IntEnum):
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


@dataclass(frozen=True)
class Hello:
    protocol_min: int
    protocol_max: int
    token: str
    client: str = ""
    key: str = ""  # by which the door let the client in: the daemon's own knowledge, never the wire's


@dataclass(frozen=True)
class Ping:
    client_sent_ns: int


@dataclass(frozen=True)
class OpenSession:
    setup: Setup
    name: str = ""
    record: bool = False


@dataclass(frozen=True)
class CloseSession:
    session: bytes


@dataclass(frozen=True)
class LiveFrame:
    """A TrackerFrame on its way to the session that knows `session`; its result acknowledged is `last_result_seen`."""

    session: bytes
    frame: TrackerFrame
    last_result_seen: int | None = None


@dataclass(frozen=True)
class SolveClip:
    setup: Setup
    clip: TrackerClip
    name: str = ""


@dataclass(frozen=True)
class CancelClip:
    clip_request_id: int


@dataclass(frozen=True)
class StartRecording:
    pass


@dataclass(frozen=True)
class StopRecording:
    pass


@dataclass(frozen=True)
class GetStatus:
    pass


@dataclass(frozen=True)
class Watch:
    """What do the live sessions look like? The setups of those `known`, by number, need not come again."""

    known: tuple[int, ...] = ()


@dataclass(frozen=True)
class Refused:
    """What came in place of a message: bytes that are none, or one whose contents are not allowed."""

    error: PoseBridgeError
    session: bytes = b""  # where it was a live frame
    sequence: int | None = None


ClientBody = (Hello | Ping | OpenSession | CloseSession | LiveFrame | SolveClip | CancelClip | StartRecording
              | StopRecording | GetStatus | Watch | JobRequest | Refused)
