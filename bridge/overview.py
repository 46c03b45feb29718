"""The daemon as it is now, for who asks: status, top, metrics; and its sessions as they look, for a viewer."""
from __future__ import annotations

from collections.abc import Collection

from bridge.clips import Clips
from bridge.engine.interface import EngineInfo
from bridge.messages import EngineState
from bridge.recordings import Recordings
from bridge.replies import SessionStatus, Status, Watched, WatchedSession
from bridge.session import Session
from bridge.sessions import Sessions
from bridge.ticks import Ticks


class Overview:
    """Looks, and changes nothing."""

    def __init__(self, sessions: Sessions, clips: Clips, recordings: Recordings, ticks: Ticks, most: int) -> None:
        self._sessions, self._clips, self._recordings, self._ticks = sessions, clips, recordings, ticks
        self._most = most

    def status(self, engine: EngineState, info: EngineInfo | None, up_ns: int, now_ns: int) -> Status:
        known = info or EngineInfo("", "")
        p50, p95 = self._ticks.percentiles_ms(50, 95)
        return Status(
            engine, known.model, known.device, up_ns, self._ticks.count, p50, p95, len(self._clips), self._most,
            tuple(self._of(session, now_ns) for session in self._sessions), self._sessions.account(),
        )

    def watched(self, known: Collection[int]) -> Watched:
        """Every session's newest answer; the setups of those not known."""
        return Watched(tuple(_look(session, session.number in known) for session in self._sessions))

    def _of(self, session: Session, now_ns: int) -> SessionStatus:
        path = self._recordings.path_of(session)
        return SessionStatus(
            session.name, len(session.setup.trackers), now_ns - session.opened_ns, now_ns - session.heard_ns,
            session.orphan_since_ns is None, str(path) if path else "", session.account(),
        )


def _look(session: Session, known: bool) -> WatchedSession:
    name, setup = ("", None) if known else (session.name, session.setup)
    trackers, pose = session.newest_answer or (None, None)
    return WatchedSession(session.number, name, setup, pose, trackers)
