"""The table of live sessions: who they are, who runs, who is left behind by a client that went away."""
from __future__ import annotations

import secrets
from collections.abc import Iterator

from bridge.batcher import next_batch
from bridge.config import Limits
from bridge.frames import Setup
from bridge.messages import SESSION_TOKEN_BYTES, ErrorCode
from bridge.refusals import Refusal
from bridge.replies import SessionClosed
from bridge.session import Session

BATCH = 64
RETRY_S = 5.0


class Sessions:
    """A session is found by its token; its slot is the smallest number free."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_token: dict[bytes, Session] = {}
        self._opened = 0
        self._closed = SessionClosed(0, 0, 0, 0)

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._by_token.values()))

    def __len__(self) -> int:
        return len(self._by_token)

    @property
    def full(self) -> bool:
        return len(self._by_token) >= self._limits.sessions

    def open(self, setup: Setup, name: str, owner: bytes, now_ns: int, key: str = "") -> Session:
        """A new session, of whoever holds the key; Refusal BUSY if there is no room."""
        if self.full:
            raise Refusal(ErrorCode.BUSY, f"all {self._limits.sessions} sessions are taken", RETRY_S)
        taken = {session.slot for session in self}
        slot = next(slot for slot in range(self._limits.sessions) if slot not in taken)
        self._opened += 1
        token = secrets.token_bytes(SESSION_TOKEN_BYTES)
        session = Session(token, slot, setup, name, owner, now_ns, self._opened, key)
        self._by_token[session.token] = session
        return session

    def find(self, token: bytes, key: str = "") -> Session:
        """Refusal SESSION_UNKNOWN if there is none of this token, or it belongs to another key."""
        session = self._by_token.get(token)
        if session is None or session.key != key:
            raise Refusal(ErrorCode.SESSION_UNKNOWN, "no open session has this token")
        return session

    def holds(self, session: Session) -> bool:
        return self._by_token.get(session.token) is session

    def close(self, session: Session) -> None:
        if self._by_token.pop(session.token, None):
            self._closed += session.closed()

    def account(self) -> SessionClosed:
        """Of all sessions there are and were."""
        return sum((session.account() for session in self), self._closed)

    def runnable(self, engine_free: bool) -> list[Session]:
        """Those to run now, at most BATCH."""
        waiting = (session for session in self._by_token.values() if session.runnable)
        return next_batch(waiting, engine_free, BATCH)

    def orphan(self, owner: bytes, now_ns: int) -> None:
        """The client that opened them is gone: they wait for frames, or for their end."""
        for session in self:
            if session.owner == owner and session.orphan_since_ns is None:
                session.orphan_since_ns = now_ns

    def left_behind(self, now_ns: int, grace_s: float) -> list[Session]:
        """Orphans of which nothing was heard for so long, the longest silent first."""
        def silent_ns(session: Session) -> int:
            return now_ns - max(session.heard_ns, session.orphan_since_ns or now_ns)

        orphans = [session for session in self if session.orphan_since_ns is not None]
        silent = [session for session in orphans if silent_ns(session) >= grace_s * 1e9]
        return sorted(silent, key=silent_ns, reverse=True)
