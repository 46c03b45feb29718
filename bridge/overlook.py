"""A daemon's status as text: what `posebridge status` prints once and `posebridge top` again and again."""
from __future__ import annotations

from dataclasses import dataclass, field

from bridge.replies import SessionStatus, Status

HEADINGS = ("session", "trackers", "frames/s", "answers/s", "superseded", "late", "invalid", "open s", "silent s",
            "client", "recording")
NS = 1e9


@dataclass
class Rates:
    """Frames and answers a second of each session, between the last two looks."""

    _before: Status | None = None
    _now: Status | None = None
    _rates: dict[tuple[str, int], tuple[float, float]] = field(default_factory=dict)

    def note(self, status: Status) -> None:
        """One look; sessions are known again by their name and when they were opened."""
        self._before, self._now = self._now, status
        self._rates = {}
        if self._before is None:
            return
        passed_s = (status.up_ns - self._before.up_ns) / NS
        earlier = {_key(session, self._before): session.account for session in self._before.sessions}
        for session in status.sessions:
            before = earlier.get(_key(session, status))
            if before is not None and passed_s > 0:
                self._rates[_key(session, status)] = (
                    (session.account.frames - before.frames) / passed_s,
                    (session.account.answered - before.answered) / passed_s,
                )

    def of(self, session: SessionStatus) -> tuple[float, float] | None:
        """None until a session was seen twice."""
        return self._rates.get(_key(session, self._now)) if self._now else None


def _key(session: SessionStatus, status: Status) -> tuple[str, int]:
    return session.name, status.up_ns - session.open_ns


def headline(status: Status) -> str:
    """The daemon in two lines."""
    solver = f"{status.model} on {status.device}" if status.model else "no solver yet"
    return (
        f"up {_duration(status.up_ns)}, engine {status.engine.name.lower()}, {solver}\n"
        f"{len(status.sessions)} of {status.sessions_most} sessions, {status.clips_waiting} clips; "
        f"{status.ticks} ticks, p50 {status.tick_p50_ms:.1f} ms, p95 {status.tick_p95_ms:.1f} ms"
    )


def session_rows(status: Status, rates: Rates) -> list[list[str]]:
    """A row for each session under HEADINGS."""
    return [_row(session, rates.of(session)) for session in status.sessions]


def _row(session: SessionStatus, rate: tuple[float, float] | None) -> list[str]:
    account = session.account
    told = ["-", "-"] if rate is None else [f"{value:.1f}" for value in rate]
    return [
        session.name or "(no name)", str(session.trackers), *told, str(account.superseded), str(account.late),
        str(account.invalid), f"{session.open_ns / NS:.0f}", f"{session.silent_ns / NS:.1f}",
        "there" if session.connected else "gone", session.recording or "-",
    ]


def _duration(ns: int) -> str:
    seconds = int(ns / NS)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
