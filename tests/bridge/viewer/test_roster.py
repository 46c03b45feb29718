from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bridge.frames import PoseFrame, Setup, TrackerFrame
from bridge.replies import Watched, WatchedSession
from bridge.viewer.roster import Roster, followed, headline, told
from bridge.viewer.shown import Shown

Poses, Frames = Callable[..., PoseFrame], Callable[..., TrackerFrame]


def test_sessions_come_are_answered_and_go(pose_frame: Poses, tracker_frame: Frames) -> None:
    roster = Roster()
    come, gone = roster.look(Watched((WatchedSession(7, "Ada", Setup(), None, None),)), 0.0)
    assert [guest.person.name for guest in come] == ["Ada"] and not gone and come[0].moment is None
    assert roster.known == (7,)
    for sequence in (1, 2, 2):
        seen = WatchedSession(7, "", None, pose_frame(sequence), tracker_frame(sequence))
        assert roster.look(Watched((seen,)), 0.1 * sequence) == ([], [])
    (ada,) = roster.guests.values()
    assert ada.sequence == 2 and len(ada.answers) == 2 and ada.moment is not None and ada.start_m is not None
    roster.look(Watched((WatchedSession(7, "", None, pose_frame(2), tracker_frame(2)),)), 5.0)
    assert not ada.answers  # none in the last second
    come, gone = roster.look(Watched((WatchedSession(8, "", Setup(), None, None),)), 6.0)
    assert [guest.person.name for guest in come] == ["session 8"] and gone == [ada]
    assert [guest.number for guest in roster.clear()] == [8] and not roster.known


def test_one_whose_setup_is_not_told_is_not_shown_yet() -> None:
    """It closed and its number was asked for as known; nobody else ever has it."""
    roster = Roster()
    assert roster.look(Watched((WatchedSession(3, "", None, None, None),)), 0.0) == ([], [])


def test_the_page_says_how_it_is(pose_frame: Poses, tracker_frame: Frames) -> None:
    assert "No daemon" in headline(0, False, False) and "Nobody is live" in headline(0, True, False)
    assert headline(2, True, True) == "**2 live**, frozen"
    roster = Roster()
    roster.look(Watched((WatchedSession(1, "Ada", Setup(), None, None),)), 0.0)
    (ada,) = roster.guests.values()
    assert "no answer yet" in told(ada) and followed([ada], Shown(follow=True)) == (0.0, 0.0)
    for sequence in (1, 2):
        pose = replace(pose_frame(sequence), root_position_m=np.array([sequence, 0.9, 0], np.float32))
        roster.look(Watched((WatchedSession(1, "", None, pose, tracker_frame(sequence)),)), 0.1)
    assert "2 poses/s, confidence 0.50" in told(ada) and "lost" not in told(ada)
    assert followed([ada], Shown(follow=True)) == (-1.0, 0.0)
