from __future__ import annotations

from dataclasses import replace

from bridge.messages import EngineState
from bridge.overlook import HEADINGS, Rates, headline, session_rows
from bridge.replies import SessionClosed, SessionStatus, Status

SECOND = 1_000_000_000


def session(name: str, opened_s: float, at_s: float, frames: int, answered: int) -> SessionStatus:
    account = SessionClosed(frames, answered, 1, 2, 3)
    return SessionStatus(name, 3, round((at_s - opened_s) * SECOND), 0, True, "", account)


def status(at_s: float, *sessions: SessionStatus) -> Status:
    account = SessionClosed(0, 0, 0, 0)
    return Status(EngineState.READY, "default", "cpu", round(at_s * SECOND), 600, 3.25, 4.5, 1, 16, sessions, account)


def test_rates_are_counted_between_two_looks() -> None:
    rates = Rates()
    rates.note(status(100, session("Ada", 10, 100, 1000, 900)))
    assert rates.of(session("Ada", 10, 100, 1000, 900)) is None
    now = status(102, session("Ada", 10, 102, 1120, 960), session("Ada", 101, 102, 60, 60))
    rates.note(now)
    assert rates.of(now.sessions[0]) == (60, 30)
    assert rates.of(now.sessions[1]) is None  # another of the same name, seen once


def test_a_daemon_in_words() -> None:
    now = status(3725.5, replace(session("", 3700, 3725.5, 5, 4), connected=False, recording="/a.mcap"))
    assert headline(now) == ("up 1:02:05, engine ready, default on cpu\n"
                             "1 of 16 sessions, 1 clips; 600 ticks, p50 3.2 ms, p95 4.5 ms")
    (row,) = session_rows(now, Rates())
    assert dict(zip(HEADINGS, row, strict=True)) == {
        "session": "(no name)", "trackers": "3", "frames/s": "-", "answers/s": "-", "superseded": "1", "late": "2",
        "invalid": "3", "open s": "26", "silent s": "0.0", "client": "gone", "recording": "/a.mcap"}
