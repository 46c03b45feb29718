from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.clips import Clips
from bridge.config import Limits
from bridge.engine.echo import EchoEngine
from bridge.frames import Setup, TrackerFrame
from bridge.messages import LiveFrame
from bridge.overview import Overview
from bridge.recordings import Recordings
from bridge.session import Session
from bridge.sessions import Sessions
from bridge.ticks import Ticks

Frames = Callable[..., TrackerFrame]


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(Limits())


@pytest.fixture
def overview(sessions: Sessions, tmp_path: object) -> Overview:
    return Overview(sessions, Clips(Limits()), Recordings(tmp_path, lambda: "now"), Ticks(), 16)  # type: ignore[arg-type]


def solve(session: Session, frame: TrackerFrame) -> None:
    engine = EchoEngine()
    engine.open(session.slot, session.setup)
    session.receive(b"l", LiveFrame(session.token, frame), 0)
    window = session.take(0).window()
    session.solved(engine.solve_live((session.slot,), (window,), (0.0,))[0], 0)


def test_a_session_is_watched_from_its_opening_with_the_newest_answer_and_what_it_answers(
    sessions: Sessions, overview: Overview, tracker_frame: Frames
) -> None:
    session = sessions.open(Setup(), "Ada", b"a", 0)
    (new,) = overview.watched(()).sessions
    assert (new.name, new.setup, new.pose, new.trackers) == ("Ada", session.setup, None, None)
    for sequence in (1, 2):
        solve(session, tracker_frame(sequence))
    session.receive(b"l", LiveFrame(session.token, tracker_frame(3)), 0)  # waits: it is not shown
    (seen,) = overview.watched(()).sessions
    assert seen.pose is not None and seen.trackers is not None
    assert (seen.pose.sequence, seen.trackers.sequence) == (2, 2)


def test_what_is_known_does_not_come_again_and_a_number_is_never_used_again(
    sessions: Sessions, overview: Overview
) -> None:
    ada = sessions.open(Setup(), "Ada", b"a", 0)
    first = {seen.number for seen in overview.watched(()).sessions}
    sessions.close(ada)
    sessions.open(Setup(), "Bob", b"b", 0)
    (bob,) = overview.watched(first).sessions
    assert (bob.name, bob.number in first) == ("Bob", False) and bob.setup is not None
    (again,) = overview.watched({bob.number}).sessions
    assert (again.number, again.name, again.setup) == (bob.number, "", None)
