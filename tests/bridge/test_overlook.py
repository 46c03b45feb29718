from __future__ import annotations

from dataclasses import replace

from bridge.messages import EngineState
from bridge.overlook import HEADINGS, Looks, Rates, headline, session_rows
from bridge.replies import SessionClosed, SessionStatus, Status
from bridge.security import Connection

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


def test_several_daemons_are_one_table_under_a_line_for_each() -> None:
    one, other = (Connection("127.0.0.1", port, port + 1, "", pid, 1, "") for port, pid in ((1, 11), (3, 12)))
    looks = Looks()
    looks.note({one: status(100, session("Ada", 90, 100, 600, 600)), other: status(7, session("Ada", 1, 7, 60, 60))})
    looks.note({one: status(101, session("Ada", 90, 101, 660, 660)), other: status(9, session("Ada", 1, 9, 180, 90))})
    assert looks.headline.splitlines() == [
        "2 daemons, 2 of 32 sessions, 2 clips; 1200 ticks",
        "daemon 11: up 0:01:41, engine ready, default on cpu; 1 of 16 sessions, 1 clips; 600 ticks, p50 3.2 ms, "
        "p95 4.5 ms",
        "daemon 12: up 0:00:09, engine ready, default on cpu; 1 of 16 sessions, 1 clips; 600 ticks, p50 3.2 ms, "
        "p95 4.5 ms"]
    assert [(row.cells[2:4], row.behind) for row in looks.rows] == [(["60.0", "60.0"], False), (["60.0", "15.0"], True)]
    looks.note({one: status(102, session("Ada", 90, 102, 720, 720))})
    assert len(looks.rows) == 1 and looks.headline.startswith("up 0:01:42")
