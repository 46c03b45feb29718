"""ServerMessage <-> bytes. Reading raises an InputInvalid for what no daemon of this contract would say."""
from __future__ import annotations

from collections.abc import Callable

from bridge import checks
from bridge.generated import posebridge_pb2 as pb
from bridge.replies import (
    ClipProgress,
    ClipSolved,
    ErrorMessage,
    GoAway,
    Heartbeat,
    Pong,
    RecordingStarted,
    RecordingStopped,
    ServerBody,
    SessionClosed,
    SessionOpened,
    Solved,
    Status,
    Watched,
    Welcome,
    WireLimits,
)
from bridge.wire import parse, read_pose, write_pose
from bridge.wire_clip import read_solved, solved_message
from bridge.wire_jobs import REPLY_READERS, REPLY_WRITERS, read_code
from bridge.wire_status import closed_message, read_closed, read_state, read_status, status_message
from bridge.wire_watch import read_watched, watched_message


def encode_server(request_id: int, body: ServerBody) -> bytes:
    message = _WRITERS[type(body)](body)
    message.request_id = request_id
    return message.SerializeToString()


def decode_server(payload: bytes) -> tuple[int, ServerBody]:
    """The id of the request it answers, 0 for none, and the answer."""
    message = parse(pb.ServerMessage, payload)
    kind = message.WhichOneof("body")
    if kind is None:
        raise checks.Malformed("an answer without a body this client knows")
    return message.request_id, _READERS[kind](message)


def _write_solved(body: Solved) -> pb.ServerMessage:
    message = pb.ServerMessage()
    write_pose(message.pose_frame, body.pose, body.server_received_ns, body.server_sent_ns)
    return message


def _read_solved(message: pb.ServerMessage) -> Solved:
    pose = message.pose_frame
    return Solved(read_pose(pose), pose.server_received_ns, pose.server_sent_ns)


def _write_welcome(body: Welcome) -> pb.ServerMessage:
    limits = body.limits
    return pb.ServerMessage(welcome=pb.Welcome(
        protocol=body.protocol,
        version=body.version,
        live_port=body.live_port,
        engine=pb.EngineState.Name(body.engine),
        model=body.model,
        device=body.device,
        detail=body.detail,
        limits=pb.Limits(
            sessions=limits.sessions,
            trackers=limits.trackers,
            clip_frames=limits.clip_frames,
            live_message_bytes=limits.live_message_bytes,
            control_message_bytes=limits.control_message_bytes,
        ),
    ))


def _read_welcome(message: pb.ServerMessage) -> Welcome:
    welcome = message.welcome
    limits = welcome.limits
    return Welcome(
        welcome.protocol, welcome.version, welcome.live_port, read_state(welcome.engine),
        welcome.model, welcome.device, welcome.detail,
        WireLimits(limits.sessions, limits.trackers, limits.clip_frames, limits.live_message_bytes,
                   limits.control_message_bytes),
    )


def _write_error(body: ErrorMessage) -> pb.ServerMessage:
    error = pb.Error(code=pb.ErrorCode.Name(body.code), message=body.message, retry_after_s=body.retry_after_s,
                     sequence=body.sequence)
    return pb.ServerMessage(error=error)


def _read_error(message: pb.ServerMessage) -> ErrorMessage:
    error = message.error
    sequence = error.sequence if error.HasField("sequence") else None
    return ErrorMessage(read_code(error.code), error.message, error.retry_after_s, sequence)


def _write_pong(body: Pong) -> pb.ServerMessage:
    return pb.ServerMessage(pong=pb.Pong(
        client_sent_ns=body.client_sent_ns,
        server_received_ns=body.server_received_ns,
        server_sent_ns=body.server_sent_ns,
        engine=pb.EngineState.Name(body.engine),
    ))


def _read_pong(message: pb.ServerMessage) -> Pong:
    pong = message.pong
    return Pong(pong.client_sent_ns, pong.server_received_ns, pong.server_sent_ns, read_state(pong.engine))


def _write_opened(body: SessionOpened) -> pb.ServerMessage:
    return pb.ServerMessage(session_opened=pb.SessionOpened(session=body.session, recording=body.recording))


def _write_progress(body: ClipProgress) -> pb.ServerMessage:
    progress = pb.ClipProgress(frames_done=body.frames_done, frames_total=body.frames_total)
    return pb.ServerMessage(clip_progress=progress)


def _write_beat(body: Heartbeat) -> pb.ServerMessage:
    beat = pb.Heartbeat(server_time_ns=body.server_time_ns, engine=pb.EngineState.Name(body.engine))
    return pb.ServerMessage(heartbeat=beat)


_WRITERS: dict[type[ServerBody], Callable[..., pb.ServerMessage]] = {
    Solved: _write_solved,
    Welcome: _write_welcome,
    ErrorMessage: _write_error,
    Pong: _write_pong,
    Heartbeat: _write_beat,
    SessionOpened: _write_opened,
    SessionClosed: lambda body: pb.ServerMessage(session_closed=closed_message(body)),
    Status: lambda body: pb.ServerMessage(status=status_message(body)),
    Watched: lambda body: pb.ServerMessage(watched=watched_message(body)),
    ClipProgress: _write_progress,
    ClipSolved: lambda body: pb.ServerMessage(clip_solved=solved_message(body)),
    GoAway: lambda body: pb.ServerMessage(go_away=pb.GoAway(reason=body.reason)),
    RecordingStarted: lambda body: pb.ServerMessage(recording_started=pb.RecordingStarted(files=body.files)),
    RecordingStopped: lambda body: pb.ServerMessage(recording_stopped=pb.RecordingStopped(files=body.files)),
    **REPLY_WRITERS,
}

_READERS: dict[str, Callable[[pb.ServerMessage], ServerBody]] = {
    "pose_frame": _read_solved,
    "welcome": _read_welcome,
    "error": _read_error,
    "pong": _read_pong,
    "heartbeat": lambda message: Heartbeat(message.heartbeat.server_time_ns, read_state(message.heartbeat.engine)),
    "session_opened": lambda message: SessionOpened(message.session_opened.session, message.session_opened.recording),
    "session_closed": lambda message: read_closed(message.session_closed),
    "status": lambda message: read_status(message.status),
    "watched": lambda message: read_watched(message.watched),
    "clip_progress": lambda message: ClipProgress(
        message.clip_progress.frames_done, message.clip_progress.frames_total),
    "clip_solved": lambda message: read_solved(message.clip_solved),
    "go_away": lambda message: GoAway(message.go_away.reason),
    "recording_started": lambda message: RecordingStarted(tuple(message.recording_started.files)),
    "recording_stopped": lambda message: RecordingStopped(tuple(message.recording_stopped.files)),
    **REPLY_READERS,
}
