"""Status <-> protobuf: how the daemon is doing."""
from __future__ import annotations

from bridge import checks
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import EngineState
from bridge.replies import SessionClosed, SessionStatus, Status


def status_message(status: Status) -> pb.Status:
    return pb.Status(
        engine=pb.EngineState.Name(status.engine), model=status.model, device=status.device, up_ns=status.up_ns,
        ticks=status.ticks, tick_p50_ms=status.tick_p50_ms, tick_p95_ms=status.tick_p95_ms,
        clips_waiting=status.clips_waiting, sessions_most=status.sessions_most,
        sessions=[_session_message(session) for session in status.sessions], account=closed_message(status.account),
    )


def read_status(message: pb.Status) -> Status:
    return Status(
        read_state(message.engine), message.model, message.device, message.up_ns, message.ticks, message.tick_p50_ms,
        message.tick_p95_ms, message.clips_waiting, message.sessions_most,
        tuple(_read_session(session) for session in message.sessions), read_closed(message.account),
    )


def read_state(number: int) -> EngineState:
    """Malformed for a state that this client does not know."""
    try:
        return EngineState(number)
    except ValueError as error:
        raise checks.Malformed(f"no engine state has the number {number}") from error


def closed_message(account: SessionClosed) -> pb.SessionClosed:
    return pb.SessionClosed(frames=account.frames, answered=account.answered, superseded=account.superseded,
                            late=account.late, invalid=account.invalid)


def read_closed(message: pb.SessionClosed) -> SessionClosed:
    return SessionClosed(message.frames, message.answered, message.superseded, message.late, message.invalid)


def _session_message(session: SessionStatus) -> pb.SessionStatus:
    return pb.SessionStatus(
        name=session.name, trackers=session.trackers, open_ns=session.open_ns, silent_ns=session.silent_ns,
        connected=session.connected, recording=session.recording, account=closed_message(session.account),
    )


def _read_session(message: pb.SessionStatus) -> SessionStatus:
    return SessionStatus(message.name, message.trackers, message.open_ns, message.silent_ns, message.connected,
                         message.recording, read_closed(message.account))
