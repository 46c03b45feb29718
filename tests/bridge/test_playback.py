from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from bridge.client_live import Answer
from bridge.errors import DaemonRefused
from bridge.frames import JOINT_COUNT, PoseFrame, Skeleton, TrackerClip, TrackerFrame
from bridge.playback import PATIENCE_S, figures, play, shown_motion


def clip(frames: int = 30, rate_hz: float = 60.0) -> TrackerClip:
    seen = np.ones((frames, 3), dtype=bool)
    positions = np.arange(frames * 9, dtype=np.float32).reshape(frames, 3, 3)
    return TrackerClip(rate_hz, positions, np.tile(np.float32([0, 0, 0, 1]), (frames, 3, 1)), seen, seen)


def answer(sequence: int, sent_s: float = 0.0, received_s: float = 0.005) -> Answer:
    pose = PoseFrame(sequence, 0, np.float32([sequence, 0, 0]), np.zeros((JOINT_COUNT, 4), np.float32),
                     np.zeros(JOINT_COUNT, np.float32), np.zeros(JOINT_COUNT, bool))
    return Answer(pose, round(sent_s * 1e9), round(received_s * 1e9), 0, 0)


@dataclass
class FakeLink:
    """A daemon with a clock of its own: answers after `stay_s`, all frames but those in `unanswered`."""

    stay_s: float = 0.004
    unanswered: frozenset[int] = frozenset()
    now: float = 100.0
    sent: list[tuple[int, float]] = field(default_factory=list)
    waiting: list[tuple[int, float]] = field(default_factory=list)

    def now_s(self) -> float:
        return self.now

    def send(self, frame: TrackerFrame) -> None:
        self.sent.append((frame.sequence, self.now))
        if frame.sequence not in self.unanswered:
            self.waiting.append((frame.sequence, self.now))

    def poll(self, timeout_s: float = 0.0) -> Answer | None:
        if self.waiting and self.waiting[0][1] + self.stay_s <= self.now + timeout_s:
            sequence, sent_s = self.waiting.pop(0)
            self.now = max(self.now, sent_s + self.stay_s)
            return answer(sequence, sent_s, self.now)
        self.now += timeout_s
        return None


def test_frames_leave_when_they_are_due_and_every_answer_is_kept() -> None:
    link, seen = FakeLink(), list[int]()
    answers = play(link, clip(), lambda done, total: seen.append(done), link.now_s)
    assert [sequence for sequence, _ in link.sent] == list(range(1, 31))
    np.testing.assert_allclose([when - 100 for _, when in link.sent], np.arange(30) / 60, atol=1e-6)
    assert [one.pose.sequence for one in answers] == list(range(1, 31))
    assert seen == list(range(1, 31))


def test_a_silent_daemon_costs_no_more_than_the_patience() -> None:
    link = FakeLink(unanswered=frozenset(range(1, 31)))
    assert play(link, clip(), now_s=link.now_s) == []
    assert link.now == pytest.approx(100 + 29 / 60 + PATIENCE_S)


def test_figures_account_for_every_frame() -> None:
    found = figures(10, [answer(index, 0, (index + 1) / 1000) for index in range(7)], superseded=2)
    assert (found.sent, found.answered, found.superseded, found.lost) == (10, 7, 2, 1)
    assert found.p50_ms == pytest.approx(4)
    assert found.p50_ms <= found.p95_ms <= found.p99_ms <= 7


def test_no_answer_at_all_is_an_error() -> None:
    with pytest.raises(DaemonRefused):
        figures(10, [], 0)


def test_what_was_shown_holds_the_last_pose_where_a_frame_was_not_answered() -> None:
    shown = shown_motion([answer(2), answer(3), answer(5)], Skeleton(), clip(6))
    assert shown.root_position_m[:, 0].tolist() == [2, 2, 3, 3, 5, 5]
    assert len(shown) == 6
