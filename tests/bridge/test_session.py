from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bridge.engine.interface import LivePose
from bridge.errors import InputInvalid
from bridge.frames import JOINT_COUNT, Setup, TrackerFrame
from bridge.messages import LiveFrame
from bridge.session import CREDIT, TABLE, Event, Session, State

POSE = LivePose(np.zeros(3, "f4"), np.tile(np.float32([0, 0, 0, 1]), (JOINT_COUNT, 1)), np.zeros(JOINT_COUNT, "f4"),
                np.zeros(JOINT_COUNT, bool))
Frames = Callable[..., TrackerFrame]


def session() -> Session:
    return Session(b"t" * 16, 0, Setup(), "", b"owner", 0)


def frame(sequence: int) -> TrackerFrame:
    seen = np.ones(3, bool)
    return TrackerFrame(sequence, sequence * 16_666_667, np.zeros((3, 3), "f4"),
                        np.tile(np.float32([0, 0, 0, 1]), (3, 1)), seen, seen)


def live(sequence: int, seen: int | None = None) -> LiveFrame:
    return LiveFrame(b"t" * 16, frame(sequence), seen)


def test_a_frame_waits_runs_and_is_answered_by_its_sequence() -> None:
    one = session()
    assert not one.runnable
    assert one.receive(b"peer", live(5), 100)
    assert one.runnable and len(one.take(200).window()) == 41
    assert not one.runnable
    solved = one.solved(POSE, 300)
    assert (solved.pose.sequence, solved.server_received_ns, solved.server_sent_ns) == (5, 100, 300)
    assert one.state is State.IDLE


def test_newest_wins_while_another_is_solved() -> None:
    one = session()
    one.receive(b"peer", live(1), 0)
    one.take(0)
    for sequence in (2, 3, 4):
        one.receive(b"peer", live(sequence), 0)
    assert one.solved(POSE, 0).pose.sequence == 1
    one.take(0)
    assert one.solved(POSE, 0).pose.sequence == 4
    account = one.account()
    assert (account.frames, account.answered, account.superseded, account.late) == (4, 2, 2, 0)


def test_late_and_duplicate_frames_are_counted_and_not_taken() -> None:
    one = session()
    one.receive(b"peer", live(5), 0)
    assert not one.receive(b"peer", live(5), 0)
    assert not one.receive(b"peer", live(3), 0)
    assert (one.frames, one.late) == (1, 2)


def test_a_client_that_does_not_read_is_not_written_to() -> None:
    one = session()
    for sequence in range(1, CREDIT + 1):
        one.receive(b"peer", live(sequence), 0)
        one.take(0)
        one.solved(POSE, 0)
    one.receive(b"peer", live(10), 0)
    assert not one.runnable
    one.receive(b"peer", live(11, seen=1), 0)
    assert one.runnable


def test_a_result_that_could_not_be_sent_takes_no_credit() -> None:
    one = session()
    for sequence in range(1, CREDIT + 1):
        one.receive(b"peer", live(sequence), 0)
        one.take(0)
        one.unsend(one.solved(POSE, 0).pose.sequence)
        one.unsend(99)
    one.receive(b"peer", live(10), 0)
    assert one.runnable
    assert (one.frames, one.answered, one.superseded) == (CREDIT + 1, 0, CREDIT)


def test_a_new_connection_starts_with_full_credit() -> None:
    one = session()
    for sequence in range(1, CREDIT + 1):
        one.receive(b"peer", live(sequence), 0)
        one.take(0)
        one.solved(POSE, 0)
    one.receive(b"another", live(10), 0)
    assert one.runnable and one.peer == b"another"


def test_rows_that_are_not_the_setups_are_refused(tracker_frame: Frames) -> None:
    one = session()
    with pytest.raises(InputInvalid, match="2 trackers"):
        one.receive(b"peer", LiveFrame(b"", tracker_frame(1, trackers=2)), 0)
    assert one.account().invalid == 1 and not one.runnable


def test_what_the_table_does_not_name_cannot_happen() -> None:
    one = session()
    with pytest.raises(RuntimeError, match="IDLE cannot TAKE"):
        one.take(0)
    with pytest.raises(RuntimeError, match="IDLE cannot DONE"):
        one.lost()
    assert {state for state, _ in TABLE} == set(State) and {event for _, event in TABLE} == set(Event)


class SessionLaws(RuleBasedStateMachine):
    """Whatever comes in whatever order: results rise, credit holds, and every frame is accounted for."""

    @initialize()
    def begin(self) -> None:
        self.session = session()
        self.newest = 0
        self.sent = 0
        self.results: list[int] = []
        self.seen: int | None = None
        self.lost = 0

    @rule(step=st.integers(-3, 4), acknowledge=st.booleans())
    def send(self, step: int, acknowledge: bool) -> None:
        if acknowledge and self.results:
            self.seen = self.results[-1]
        sequence = max(1, self.newest + step)
        self.session.receive(b"peer", live(sequence, self.seen), self.sent)
        self.newest, self.sent = max(self.newest, sequence), self.sent + 1

    @precondition(lambda self: self.session.runnable)
    @rule()
    def take(self) -> None:
        self.session.take(self.sent)

    @precondition(lambda self: self.session.state in (State.SOLVING, State.SOLVING_WAITING))
    @rule(fails=st.booleans())
    def finish(self, fails: bool) -> None:
        if fails:
            self.session.lost()
            self.lost += 1
        else:
            self.results.append(self.session.solved(POSE, self.sent).pose.sequence)

    @invariant()
    def results_never_go_back(self) -> None:
        assert self.results == sorted(set(self.results))

    @invariant()
    def no_more_than_the_credit_is_unread(self) -> None:
        assert sum(1 for result in self.results if result > (self.seen or 0)) <= CREDIT

    @invariant()
    def every_frame_is_accounted_for(self) -> None:
        account = self.session.account()
        held = {State.IDLE: 0, State.WAITING: 1, State.SOLVING: 1, State.SOLVING_WAITING: 2}[self.session.state]
        assert account.frames + account.late == self.sent
        assert account.frames == account.answered + account.superseded + self.lost + held


SessionLaws.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSessionLaws = SessionLaws.TestCase
