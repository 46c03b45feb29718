from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from bridge.client_live import Answer
from bridge.errors import DaemonRefused
from bridge.frames import JOINT_COUNT, PoseFrame, TrackerClip, TrackerFrame
from bridge.load import PATIENCE_S, Load, drive, frames_of, load_figures


def clip(frames: int = 30, rate_hz: float = 60.0) -> TrackerClip:
    seen = np.ones((frames, 3), dtype=bool)
    positions = np.repeat(np.arange(frames, dtype=np.float32), 9).reshape(frames, 3, 3)
    return TrackerClip(rate_hz, positions, np.tile(np.float32([0, 0, 0, 1]), (frames, 3, 1)), seen, seen)


@dataclass
class FakeDaemon:
    """Answers every frame but each session's `skipped` after 4 ms, on a clock of its own."""

    sessions: int
    skipped: int = 0
    now: float = 100.0
    sent: list[tuple[int, int, float]] = field(default_factory=list)
    waiting: list[tuple[float, int, TrackerFrame]] = field(default_factory=list)

    def links(self) -> list[FakeLink]:
        return [FakeLink(self, number) for number in range(self.sessions)]

    def now_s(self) -> float:
        return self.now

    def answers(self, timeout_s: float) -> list[tuple[int, Answer]]:
        end_s = self.now + timeout_s
        if not self.waiting or self.waiting[0][0] > end_s:
            self.now = end_s
            return []
        self.now, number, frame = self.waiting.pop(0)
        pose = PoseFrame(frame.sequence, 0, np.zeros(3, np.float32), np.zeros((JOINT_COUNT, 4), np.float32),
                         np.zeros(JOINT_COUNT, np.float32), np.zeros(JOINT_COUNT, bool))
        return [(number, Answer(pose, round((self.now - 0.004) * 1e9), round(self.now * 1e9), 0, 0))]


@dataclass
class FakeLink:
    daemon: FakeDaemon
    number: int

    def send(self, frame: TrackerFrame) -> None:
        self.daemon.sent.append((self.number, frame.sequence, self.daemon.now))
        if frame.sequence != self.daemon.skipped:
            self.daemon.waiting.append((self.daemon.now + 0.004, self.number, frame))


def test_sessions_take_turns_evenly_and_each_keeps_its_rate() -> None:
    daemon = FakeDaemon(sessions=3)
    driven = drive(list(daemon.links()), daemon, clip(), Load(3, 50.0, 2.0), now_s=daemon.now_s)
    assert [(number, sequence) for number, sequence, _ in daemon.sent[:5]] == [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2)]
    np.testing.assert_allclose(np.diff([when for *_, when in daemon.sent]), 1 / 150, atol=1e-9)
    assert [len(heard.latencies_ms) for heard in driven.heard] == [100] * 3
    assert max(driven.behind_ms) < 1e-6


def test_every_frame_is_accounted_for() -> None:
    daemon = FakeDaemon(sessions=2, skipped=7)
    found = load_figures(drive(list(daemon.links()), daemon, clip(), Load(2, 10.0, 1.0), now_s=daemon.now_s), 1)
    assert (found.sent, found.answered, found.superseded, found.lost) == (20, 18, 1, 1)
    assert found.p50_ms == pytest.approx(4) and found.results_per_s == [9.0, 9.0]


def test_a_silent_daemon_costs_no_more_than_the_patience_and_is_an_error() -> None:
    daemon = FakeDaemon(sessions=1, skipped=1)
    driven = drive(list(daemon.links()), daemon, clip(), Load(1, 10.0, 0.1), now_s=daemon.now_s)
    assert daemon.now == pytest.approx(100 + PATIENCE_S)
    with pytest.raises(DaemonRefused, match="answered none"):
        load_figures(driven, 0)


def test_people_move_as_the_clip_does_at_any_rate_and_turn_at_its_end() -> None:
    rows = [int(frame.positions_m[0, 0]) for frame in frames_of(clip(4), Load(1, 120.0, 0.1), start=1)]
    assert rows == [1, 1, 2, 2, 3, 3, 2, 2, 1, 1, 0, 0]
    times = [frame.time_ns for frame in frames_of(clip(4), Load(1, 120.0, 0.1), start=0)]
    np.testing.assert_allclose(np.diff(times), 1e9 / 120, atol=1)
