"""Watched <-> protobuf: what the live sessions look like now."""
from __future__ import annotations

from bridge.config import Limits
from bridge.generated import posebridge_pb2 as pb
from bridge.replies import Watched, WatchedSession
from bridge.wire import pose_message, read_pose, read_setup, read_tracker, setup_message, tracker_message


def watched_message(watched: Watched) -> pb.Watched:
    return pb.Watched(sessions=[_session_message(session) for session in watched.sessions])


def read_watched(message: pb.Watched) -> Watched:
    return Watched(tuple(_read_session(session) for session in message.sessions))


def _session_message(session: WatchedSession) -> pb.WatchedSession:
    return pb.WatchedSession(
        number=session.number,
        setup=None if session.setup is None else setup_message(session.setup, session.name),
        pose=None if session.pose is None else pose_message(session.pose),
        trackers=None if session.trackers is None else tracker_message(session.trackers),
    )


def _read_session(message: pb.WatchedSession) -> WatchedSession:
    setup, name = read_setup(message.setup, Limits()) if message.HasField("setup") else (None, "")
    return WatchedSession(
        message.number, name, setup,
        read_pose(message.pose) if message.HasField("pose") else None,
        read_tracker(message.trackers) if message.HasField("trackers") else None,
    )
