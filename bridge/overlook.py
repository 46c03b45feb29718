"""The daemon's status, or that of several, as text: what `posebridge status` prints once and `posebridge top` again and
again."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.family import joined
from bridge.replies import SessionStatus, Status
from bridge.security import Connection

HEADINGS = ("session", "trackers", "frames/s", "answers/s", "superseded", "late", "invalid", "open s", "silent s",
            "client", "recording")
NS = 1e9
NEXT_LINE = "\n"


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


@dataclass(frozen=True)
class Row:
    """A session under HEADINGS."""

    cells: list[str]
    behind: bool  # it answers fewer frames than it gets
    connected: bool


class Looks:
    """What was seen of every daemon, look by look."""

    def __init__(self) -> None:
        self._statuses: Mapping[Connection, Status] = {}
        self._rates: dict[Connection, Rates] = {}

    def note(self, statuses: Mapping[Connection, Status]) -> None:
        """One look, at those that answered."""
        self._statuses = statuses
        self._rates = {daemon: self._rates.get(daemon, Rates()) for daemon in statuses}
        for daemon, status in statuses.items():
            self._rates[daemon].note(status)

    @property
    def headline(self) -> str:
        """Of one daemon; of several the sums, and a line for each."""
        statuses = list(self._statuses.values())
        if len(statuses) == 1:
            return headline(statuses[0])
        each = [f"daemon {daemon.pid}: {headline(status).replace(NEXT_LINE, '; ')}"
                for daemon, status in self._statuses.items()]
        return "\n".join([f"{len(each)} daemons, {_counted(joined(statuses))}", *each])

    @property
    def rows(self) -> list[Row]:
        """Every session of all."""
        return [_told(session, cells, self._rates[daemon].of(session)) for daemon, status in self._statuses.items()
                for session, cells in zip(status.sessions, session_rows(status, self._rates[daemon]), strict=True)]


def _told(session: SessionStatus, cells: list[str], rate: tuple[float, float] | None) -> Row:
    return Row(cells, rate is not None and rate[1] < 0.9 * rate[0], session.connected)


def _key(session: SessionStatus, status: Status) -> tuple[str, int]:
    return session.name, status.up_ns - session.open_ns


def headline(status: Status) -> str:
    """The daemon in two lines."""
    solver = f"{status.model} on {status.device}" if status.model else "no solver yet"
    return (
        f"up {_duration(status.up_ns)}, engine {status.engine.name.lower()}, {solver}{NEXT_LINE}{_counted(status)}, "
        f"p50 {status.tick_p50_ms:.1f} ms, p95 {status.tick_p95_ms:.1f} ms"
    )


def _counted(status: Status) -> str:
    return (f"{len(status.sessions)} of {status.sessions_most} sessions, {status.clips_waiting} clips; "
            f"{status.ticks} ticks")


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
