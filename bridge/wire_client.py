"""ClientMessage <-> bytes. Reading never raises: what is not allowed comes back as a Refused with its request id."""
from __future__ import annotations

from collections.abc import Callable

from bridge import checks
from bridge.config import Limits
from bridge.errors import InputInvalid
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import (
    SESSION_TOKEN_BYTES,
    CancelClip,
    ClientBody,
    CloseSession,
    GetStatus,
    Hello,
    LiveFrame,
    OpenSession,
    Ping,
    Refused,
    SolveClip,
    StartRecording,
    StopRecording,
    Watch,
)
from bridge.messages_jobs import JobRequest
from bridge.wire import parse, read_setup, read_tracker, setup_message, tracker_message
from bridge.wire_clip import clip_message, read_clip
from bridge.wire_jobs import REQUEST_READERS, request_message
from bridge.wire_scan import bytes_beside_readings


def encode_client(request_id: int, body: ClientBody) -> bytes:
    return _client_message(request_id, body).SerializeToString()


def _client_message(request_id: int, body: ClientBody) -> pb.ClientMessage:
    if isinstance(body, JobRequest):
        return request_message(request_id, body)
    match body:
        case LiveFrame(session, frame, seen):
            return pb.ClientMessage(request_id=request_id, tracker_frame=tracker_message(frame, session, seen))
        case Hello(low, high, token, client):
            hello = pb.Hello(protocol_min=low, protocol_max=high, token=token, client=client)
            return pb.ClientMessage(request_id=request_id, hello=hello)
        case Ping(sent):
            return pb.ClientMessage(request_id=request_id, ping=pb.Ping(client_sent_ns=sent))
        case SolveClip():
            return pb.ClientMessage(request_id=request_id, solve_clip=clip_message(body))
        case CancelClip(clip):
            return pb.ClientMessage(request_id=request_id, cancel_clip=pb.CancelClip(clip_request_id=clip))
        case Refused():
            raise TypeError("a Refused is only ever read")
    return _session_message(request_id, body)


def _session_message(
    request_id: int, body: OpenSession | CloseSession | StartRecording | StopRecording | GetStatus | Watch
) -> pb.ClientMessage:
    match body:
        case OpenSession(setup, name, record):
            opening = pb.OpenSession(setup=setup_message(setup, name), record=record)
            return pb.ClientMessage(request_id=request_id, open_session=opening)
        case CloseSession(session):
            return pb.ClientMessage(request_id=request_id, close_session=pb.CloseSession(session=session))
        case StartRecording():
            return pb.ClientMessage(request_id=request_id, start_recording=pb.StartRecording())
        case StopRecording():
            return pb.ClientMessage(request_id=request_id, stop_recording=pb.StopRecording())
        case GetStatus():
            return pb.ClientMessage(request_id=request_id, get_status=pb.GetStatus())
        case Watch(known):
            return pb.ClientMessage(request_id=request_id, watch=pb.Watch(known=known))


def decode_client(payload: bytes, limits: Limits) -> tuple[int, ClientBody]:
    """The request id and what is asked for."""
    try:
        if len(payload) > limits.small_message_bytes:
            small = bytes_beside_readings(payload)
            checks.counted(small, 0, limits.small_message_bytes, "bytes beside the readings of a clip")
        message = parse(pb.ClientMessage, payload)
    except InputInvalid as error:
        return 0, Refused(error)
    try:
        return message.request_id, _read(message, limits)
    except InputInvalid as error:
        return message.request_id, _refused(message, error)


def _refused(message: pb.ClientMessage, error: InputInvalid) -> Refused:
    if message.WhichOneof("body") == "tracker_frame":
        return Refused(error, message.tracker_frame.session, message.tracker_frame.sequence)
    return Refused(error)


def _read(message: pb.ClientMessage, limits: Limits) -> ClientBody:
    kind = message.WhichOneof("body")
    if kind is None:
        raise checks.Malformed("a message without a body this daemon knows")
    return _READERS[kind](message, limits)


def _read_frame(message: pb.ClientMessage, limits: Limits) -> LiveFrame:
    frame = message.tracker_frame
    if len(frame.session) != SESSION_TOKEN_BYTES:
        raise InputInvalid(f"a live frame needs its session's {SESSION_TOKEN_BYTES} bytes")
    seen = frame.last_result_seen if frame.HasField("last_result_seen") else None
    return LiveFrame(frame.session, read_tracker(frame), seen)


def _read_hello(message: pb.ClientMessage, limits: Limits) -> Hello:
    hello = message.hello
    token = checks.text(hello.token, limits.text_length, "the token")
    client = checks.text(hello.client, limits.text_length, "the client's name")
    return Hello(hello.protocol_min, hello.protocol_max, token, client)


def _read_open(message: pb.ClientMessage, limits: Limits) -> OpenSession:
    return OpenSession(*read_setup(message.open_session.setup, limits), record=message.open_session.record)


def _read_watch(message: pb.ClientMessage, limits: Limits) -> Watch:
    checks.counted(len(message.watch.known), 0, limits.sessions, "known sessions")
    return Watch(tuple(message.watch.known))


def _read_close(message: pb.ClientMessage, limits: Limits) -> CloseSession:
    return CloseSession(message.close_session.session)


_READERS: dict[str, Callable[[pb.ClientMessage, Limits], ClientBody]] = {
    "hello": _read_hello,
    "ping": lambda message, limits: Ping(message.ping.client_sent_ns),
    "open_session": _read_open,
    "close_session": _read_close,
    "solve_clip": lambda message, limits: read_clip(message.solve_clip, limits),
    "cancel_clip": lambda message, limits: CancelClip(message.cancel_clip.clip_request_id),
    "start_recording": lambda message, limits: StartRecording(),
    "stop_recording": lambda message, limits: StopRecording(),
    "get_status": lambda message, limits: GetStatus(),
    "watch": _read_watch,
    "tracker_frame": _read_frame,
    **REQUEST_READERS,
}
