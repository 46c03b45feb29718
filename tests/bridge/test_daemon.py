"""The daemon without sockets: what it says and orders, given what it hears, at times of our choosing."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from bridge.config import Limits, ServeConfig
from bridge.daemon import Daemon
from bridge.engine.echo import EchoEngine
from bridge.engine.interface import EngineInfo, LivePose
from bridge.engine.orders import (
    CancelJob,
    CloseSlot,
    Fault,
    JobProgress,
    JobRows,
    OpenSlot,
    Order,
    Poses,
    Ready,
    SolveLive,
)
from bridge.engine.watch import Work
from bridge.errors import ModelMissing
from bridge.frames import JOINT_COUNT, Setup, TrackerClip, TrackerFrame
from bridge.messages import (
    CancelClip,
    ClientBody,
    CloseSession,
    EngineState,
    ErrorCode,
    GetStatus,
    Hello,
    LiveFrame,
    OpenSession,
    Ping,
    SolveClip,
    StartRecording,
    StopRecording,
)
from bridge.outbox import Line
from bridge.recordings import Recordings
from bridge.replies import (
    ClipProgress,
    ClipSolved,
    ErrorMessage,
    GoAway,
    Heartbeat,
    Pong,
    RecordingStarted,
    RecordingStopped,
    ServerBody,
    SessionClosed,
    SessionOpened,
    Solved,
    Status,
    Welcome,
)
from bridge.wire_client import encode_client

SECOND = 1_000_000_000
_B = TypeVar("_B")


class Talked:
    """A daemon, and what it said since last asked."""

    def __init__(self, tmp_path: Path, **limits: int) -> None:
        config = ServeConfig(recordings=tmp_path, limits=Limits(**limits))
        self.daemon = Daemon(config, "secret", 4002, Recordings(tmp_path, lambda: "now"))
        self.engine = EchoEngine()

    def ask(self, body: ClientBody, peer: bytes = b"a", now_ns: int = 0) -> ServerBody:
        """The one answer of the control socket."""
        self.daemon.on_control(peer, encode_client(5, body), now_ns)
        (letter,) = self.daemon.outbox.letters()
        assert (letter.line, letter.peer, letter.request_id) == (Line.CONTROL, peer, 5)
        return letter.body

    def send(self, body: ClientBody, peer: bytes = b"l") -> None:
        self.daemon.on_live(peer, encode_client(0, body), 0)

    def said(self) -> list[tuple[Line, bytes, ServerBody]]:
        return [(letter.line, letter.peer, letter.body) for letter in self.daemon.outbox.letters()]

    def orders(self, now_ns: int = 0) -> list[Order]:
        self.daemon.run(now_ns)
        return self.daemon.outbox.orders()

    def solve(self, order: Order, now_ns: int = 0) -> None:
        """As an engine would."""
        assert isinstance(order, SolveLive)
        for slot in order.slots:
            self.engine.open(slot, Setup())
        self.daemon.on_report(Poses(order.tick, order.slots, tuple(
            self.engine.solve_live(order.slots, order.windows, order.times_s))), now_ns)

    def ready(self) -> Talked:
        self.daemon.on_report(Ready(EngineInfo("model", "cpu")), 0)
        self.ask(Hello(1, 1, "secret"))
        self.orders()
        self.said()
        return self

    def open(self, peer: bytes = b"a") -> bytes:
        opened = self.ask(OpenSession(Setup()), peer)
        assert isinstance(opened, SessionOpened)
        return opened.session


def only(orders: list[Order], kind: type[_B]) -> _B:
    (found,) = [order for order in orders if isinstance(order, kind)]
    return found


@pytest.fixture
def talked(tmp_path: Path) -> Talked:
    return Talked(tmp_path)


def refused(body: ServerBody) -> ErrorCode:
    assert isinstance(body, ErrorMessage), body
    return body.code


def test_hello_comes_first_with_the_token_and_a_protocol_we_share(talked: Talked) -> None:
    assert refused(talked.ask(Ping(1))) is ErrorCode.HELLO_NEEDED
    assert refused(talked.ask(Hello(1, 1, "wrong"))) is ErrorCode.TOKEN_WRONG
    newer = talked.ask(Hello(2, 3, "secret"))
    assert refused(newer) is ErrorCode.PROTOCOL_UNSUPPORTED and "2 to 3" in newer.message  # type: ignore[union-attr]
    assert refused(talked.ask(Ping(1))) is ErrorCode.HELLO_NEEDED
    welcome = talked.ask(Hello(0, 9, "secret"))
    assert isinstance(welcome, Welcome)
    assert (welcome.protocol, welcome.engine, welcome.model) == (1, EngineState.STARTING, "")
    assert talked.ask(Ping(7), now_ns=9) == Pong(7, 9, 9, EngineState.STARTING)
    assert refused(talked.ask(Ping(1), peer=b"b")) is ErrorCode.HELLO_NEEDED


def test_sessions_and_clips_wait_for_the_engine(talked: Talked, standing: Callable[..., TrackerClip]) -> None:
    talked.ask(Hello(1, 1, "secret"))
    for body in (OpenSession(Setup()), SolveClip(Setup(), standing(5))):
        error = talked.ask(body)
        assert refused(error) is ErrorCode.ENGINE_STARTING and error.retry_after_s > 0  # type: ignore[union-attr]
    talked.ready()
    assert talked.open()


def test_an_engine_that_cannot_load_is_the_end(talked: Talked) -> None:
    with pytest.raises(ModelMissing, match="no prior"):
        talked.daemon.on_report(Fault("load", 0, "ModelMissing", "no prior"), 0)


def test_a_frame_becomes_a_tick_at_once_and_its_pose_the_answer(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    session = talked.ready().open()
    assert only(talked.orders(), OpenSlot).slot == 0
    talked.send(LiveFrame(session, tracker_frame(3)))
    tick = only(talked.orders(), SolveLive)
    talked.send(LiveFrame(session, tracker_frame(4)))
    talked.send(LiveFrame(session, tracker_frame(5)))
    assert talked.orders() == []
    talked.solve(tick)
    ((line, peer, body),) = talked.said()
    assert (line, peer) == (Line.LIVE, b"l") and isinstance(body, Solved) and body.pose.sequence == 3
    talked.solve(only(talked.orders(), SolveLive))
    assert [body.pose.sequence for _, _, body in talked.said() if isinstance(body, Solved)] == [5]
    closed = talked.ask(CloseSession(session))
    assert closed == SessionClosed(3, 2, 1, 0, 0)
    assert only(talked.orders(), CloseSlot).slot == 0


def test_a_result_nobody_takes_makes_way_for_the_next(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    session = talked.ready().open()
    for sequence in range(1, 6):  # more than the credit
        talked.send(LiveFrame(session, tracker_frame(sequence)))
        talked.solve(only(talked.orders(), SolveLive))
        (letter,) = talked.daemon.outbox.letters()
        talked.daemon.on_undelivered(letter, 0)
    assert talked.ask(CloseSession(session)) == SessionClosed(5, 0, 5, 0, 0)


def test_sessions_that_wait_run_together(talked: Talked, tracker_frame: Callable[..., TrackerFrame]) -> None:
    tokens = [talked.ready().open() for _ in range(3)]
    talked.orders()
    for number, token in enumerate(tokens):
        talked.send(LiveFrame(token, tracker_frame(1)), peer=bytes([number]))
    tick = only(talked.orders(), SolveLive)
    assert tick.slots == (0, 1, 2)
    talked.solve(tick)
    assert [peer for _, peer, _ in talked.said()] == [b"\0", b"\1", b"\2"]


def test_when_a_tick_is_nearly_done_the_next_is_ordered(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    """Of who is not in it: so the engine has something to do at once."""
    one, two = (talked.ready().open() for _ in range(2))
    talked.orders()
    talked.send(LiveFrame(one, tracker_frame(1)), b"1")
    first = only(talked.orders(0), SolveLive)
    talked.send(LiveFrame(two, tracker_frame(1)), b"2")
    assert talked.orders(SECOND) == []  # nobody knows yet how long it takes
    talked.solve(first, SECOND // 100)
    second = only(talked.orders(SECOND // 100), SolveLive)  # and may take 10 ms
    talked.send(LiveFrame(one, tracker_frame(2)), b"1")
    assert talked.orders(SECOND // 100 + SECOND // 250) == []
    third = only(talked.orders(SECOND // 100 + SECOND // 125), SolveLive)
    assert (second.slots, third.slots) == ((1,), (0,))
    talked.send(LiveFrame(one, tracker_frame(3), 1), b"1")
    talked.send(LiveFrame(two, tracker_frame(2)), b"2")
    assert talked.orders(SECOND) == []  # one in work, one that waits
    talked.said()
    talked.solve(second, SECOND // 50)
    talked.solve(third, SECOND // 20)
    assert [(peer, body.pose.sequence) for _, peer, body in talked.said() if isinstance(body, Solved)] == [
        (b"2", 1), (b"1", 2)]
    assert only(talked.orders(SECOND // 20), SolveLive).slots == (1, 0)


def test_all_that_a_lost_engine_had_is_told_of(talked: Talked, tracker_frame: Callable[..., TrackerFrame]) -> None:
    one, two = (talked.ready().open() for _ in range(2))
    talked.orders()
    talked.send(LiveFrame(one, tracker_frame(1)), b"1")
    talked.solve(only(talked.orders(0), SolveLive), SECOND // 100)
    talked.send(LiveFrame(one, tracker_frame(2)), b"1")
    talked.orders(SECOND // 100)
    talked.send(LiveFrame(two, tracker_frame(7)), b"2")
    talked.orders(SECOND // 50)
    talked.said()
    talked.daemon.on_engine_lost("killed")
    told = {peer: body.sequence for line, peer, body in talked.said() if isinstance(body, ErrorMessage)}
    assert told == {b"1": 2, b"2": 7} and not talked.daemon.busy


def test_a_result_for_a_session_that_closed_reaches_nobody(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    session = talked.ready().open()
    talked.send(LiveFrame(session, tracker_frame(1)))
    tick = only(talked.orders(), SolveLive)
    talked.ask(CloseSession(session))
    assert talked.open() != session  # in the same slot
    talked.solve(tick)
    assert talked.said() == []


def test_what_is_wrong_with_a_frame_is_said_to_its_sender(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    session = talked.ready().open()
    nan = tracker_frame(4)
    nan.positions_m[0] = np.nan
    talked.send(LiveFrame(session, nan), peer=b"bad")
    talked.send(LiveFrame(bytes(16), tracker_frame(1)), peer=b"lost")
    talked.send(Ping(3), peer=b"wrong socket")
    talked.daemon.on_live(b"noise", b"\xff\xff", 0)
    said = {peer: body for _, peer, body in talked.said()}
    assert [refused(said[peer]) for peer in (b"bad", b"lost", b"wrong socket", b"noise")] == [
        ErrorCode.NOT_FINITE, ErrorCode.SESSION_UNKNOWN, ErrorCode.MALFORMED, ErrorCode.MALFORMED]
    assert said[b"bad"].sequence == 4  # type: ignore[union-attr]
    assert talked.ask(CloseSession(session)) == SessionClosed(0, 0, 0, 0, 1)
    assert refused(talked.ask(LiveFrame(session, tracker_frame(1)))) is ErrorCode.MALFORMED


def test_a_large_message_before_hello_is_not_even_read(talked: Talked) -> None:
    talked.daemon.on_control(b"x", b"\xff" * 100_000, 0)
    ((_, _, body),) = talked.said()
    assert refused(body) is ErrorCode.HELLO_NEEDED


def test_a_pose_that_is_not_finite_is_never_sent(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    session = talked.ready().open()
    talked.send(LiveFrame(session, tracker_frame(1)))
    tick = only(talked.orders(), SolveLive)
    broken = LivePose(np.full(3, np.nan, "f4"), np.zeros((JOINT_COUNT, 4), "f4"), np.zeros(JOINT_COUNT, "f4"),
                      np.zeros(JOINT_COUNT, bool))
    talked.daemon.on_report(Poses(tick.tick, (0,), (broken,)), 0)
    ((_, _, body),) = talked.said()
    assert refused(body) is ErrorCode.ENGINE_FAILED and body.sequence == 1  # type: ignore[union-attr]
    talked.send(LiveFrame(session, tracker_frame(2)))
    assert only(talked.orders(), SolveLive)


def test_a_lost_engine_is_told_and_sessions_go_on(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame], standing: Callable[..., TrackerClip]
) -> None:
    session = talked.ready().open()
    talked.send(LiveFrame(session, tracker_frame(1)))
    talked.daemon.on_control(b"a", encode_client(8, SolveClip(Setup(), standing(5))), 0)
    talked.orders()
    assert talked.daemon.clip_order() is not None
    talked.daemon.on_engine_lost("killed by SIGKILL")
    said = talked.said()
    assert [(line, refused(body)) for line, _, body in said] == [
        (Line.LIVE, ErrorCode.ENGINE_RESTARTING), (Line.CONTROL, ErrorCode.ENGINE_RESTARTING)]
    assert refused(talked.ask(OpenSession(Setup()))) is ErrorCode.ENGINE_RESTARTING
    talked.send(LiveFrame(session, tracker_frame(2)))
    assert talked.orders() == []
    talked.daemon.on_report(Ready(EngineInfo("model", "cpu")), 0)
    orders = talked.orders()
    assert isinstance(orders[0], OpenSlot) and isinstance(orders[1], SolveLive)
    talked.solve(orders[1])
    assert [body.pose.sequence for _, _, body in talked.said() if isinstance(body, Solved)] == [2]


def test_a_clip_is_answered_to_whoever_asked(talked: Talked, standing: Callable[..., TrackerClip]) -> None:
    talked.ready()
    talked.daemon.on_control(b"a", encode_client(8, SolveClip(Setup(), standing(3))), 0)
    assert talked.daemon.clip_waits
    order = talked.daemon.clip_order()
    assert order is not None and not talked.daemon.clip_waits
    rows = ClipSolved(0, 3, np.zeros((3, 3), "f4"), np.ones((3, 22, 4), "f4"), np.zeros((3, 22), "f4"))
    for report in (JobProgress(1, 0, 3), JobRows(1, rows), JobProgress(1, 3, 3)):
        talked.daemon.on_report(report, 0)
    assert [type(body) for _, _, body in talked.said()] == [ClipProgress, ClipSolved]
    assert not talked.daemon.busy


def test_a_clip_that_fails_says_why(talked: Talked, standing: Callable[..., TrackerClip]) -> None:
    talked.ready()
    for kind, code in (("TooShort", ErrorCode.TOO_SHORT), ("RuntimeError", ErrorCode.ENGINE_FAILED)):
        talked.daemon.on_control(b"a", encode_client(8, SolveClip(Setup(), standing(3))), 0)
        order = talked.daemon.clip_order()
        talked.daemon.on_report(Fault("clip", order.job, kind, "why"), 0)  # type: ignore[union-attr]
        ((_, _, body),) = talked.said()
        assert refused(body) is code


def test_cancelling_and_leaving_stop_a_clip(talked: Talked, standing: Callable[..., TrackerClip]) -> None:
    talked.ready()
    for request in (8, 9):
        talked.daemon.on_control(b"a", encode_client(request, SolveClip(Setup(), standing(3))), 0)
    talked.daemon.clip_order()
    assert refused(talked.ask(CancelClip(8))) is ErrorCode.CANCELLED
    assert only(talked.orders(), CancelJob).job == 1
    assert talked.daemon.clip_order() is not None
    talked.said()
    talked.daemon.on_gone(b"a", 0)
    assert only(talked.orders(), CancelJob).job == 2
    assert not talked.daemon.busy


def test_a_client_that_is_gone_leaves_its_sessions_a_while(tmp_path: Path) -> None:
    talked = Talked(tmp_path, sessions=2).ready()
    session = talked.open()
    talked.daemon.on_gone(b"a", 10 * SECOND)
    talked.orders(39 * SECOND)
    assert not [order for order in talked.orders(39 * SECOND) if isinstance(order, CloseSlot)]
    assert only(talked.orders(41 * SECOND), CloseSlot).slot == 0
    talked.send(LiveFrame(session, frame_of_one()))
    assert refused(talked.said()[-1][2]) is ErrorCode.SESSION_UNKNOWN


def frame_of_one() -> TrackerFrame:
    seen = np.ones(1, bool)
    return TrackerFrame(1, 1, np.zeros((1, 3), "f4"), np.float32([[0, 0, 0, 1]]), seen, seen)


def test_when_full_an_orphan_makes_room_and_nobody_else_does(tmp_path: Path) -> None:
    talked = Talked(tmp_path, sessions=1).ready()
    talked.open()
    assert refused(talked.ask(OpenSession(Setup()))) is ErrorCode.BUSY
    talked.daemon.on_gone(b"a", 0)
    talked.ask(Hello(1, 1, "secret"), peer=b"b")
    assert talked.open(b"b")


def test_the_heart_beats_for_all_who_greeted(talked: Talked) -> None:
    talked.ready()
    talked.orders(SECOND)
    talked.orders(SECOND + 5)
    assert talked.said() == [(Line.CONTROL, b"a", Heartbeat(SECOND, EngineState.READY))]


def test_recordings_are_written_and_named(talked: Talked, tracker_frame: Callable[..., TrackerFrame]) -> None:
    talked.ready()
    opened = talked.ask(OpenSession(Setup(), "Ada", record=True))
    assert isinstance(opened, SessionOpened) and opened.recording.endswith("now-Ada.mcap")
    other = talked.open()
    started = talked.ask(StartRecording())
    assert isinstance(started, RecordingStarted) and len(started.files) == 1
    talked.send(LiveFrame(other, tracker_frame(1)))
    assert talked.ask(StopRecording()) == RecordingStopped(started.files)
    assert Path(started.files[0]).stat().st_size > 100
    talked.daemon.close()


def test_leaving_tells_everyone_and_begins_nothing_new(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame], standing: Callable[..., TrackerClip]
) -> None:
    session = talked.ready().open()
    talked.send(LiveFrame(session, tracker_frame(1)))
    tick = only(talked.orders(), SolveLive)
    talked.daemon.on_control(b"a", encode_client(8, SolveClip(Setup(), standing(3))), 0)
    talked.daemon.leave("it was stopped")
    bodies = [body for _, _, body in talked.said()]
    assert [type(body) for body in bodies] == [ErrorMessage, GoAway, GoAway]
    assert refused(bodies[0]) is ErrorCode.DRAINING
    assert talked.daemon.busy
    talked.send(LiveFrame(session, tracker_frame(2)))
    talked.solve(tick)
    assert not talked.daemon.busy and talked.orders() == []
    talked.said()
    assert refused(talked.ask(OpenSession(Setup()))) is ErrorCode.DRAINING


def test_it_knows_what_the_engine_has_to_do(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame], standing: Callable[..., TrackerClip]
) -> None:
    session = talked.ready().open()
    assert talked.daemon.work is Work.NONE
    talked.send(LiveFrame(session, tracker_frame(1)))
    tick = only(talked.orders(), SolveLive)
    assert talked.daemon.work is Work.TICK
    talked.daemon.on_control(b"a", encode_client(8, SolveClip(Setup(), standing(3))), 0)
    talked.daemon.clip_order()
    talked.solve(tick)
    assert talked.daemon.work is Work.CLIP
    talked.daemon.on_engine_lost("it hung")
    assert talked.daemon.work is Work.NONE


def test_who_asks_is_told_of_every_session_and_of_no_token(
    talked: Talked, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    talked.ready()
    opened = talked.ask(OpenSession(Setup(), "Ada", record=True), now_ns=SECOND)
    assert isinstance(opened, SessionOpened)
    talked.open()
    for sequence in (1, 2):
        talked.send(LiveFrame(opened.session, tracker_frame(sequence)))
    talked.solve(only(talked.orders(), SolveLive))
    talked.said()
    status = talked.ask(GetStatus(), now_ns=3 * SECOND)
    assert isinstance(status, Status)
    assert (status.engine, status.model, status.up_ns) == (EngineState.READY, "model", 3 * SECOND)
    assert (status.ticks, status.clips_waiting, status.sessions_most) == (1, 0, Limits().sessions)
    ada, other = status.sessions
    assert (ada.name, ada.trackers, ada.open_ns, ada.connected) == ("Ada", 3, 2 * SECOND, True)
    assert ada.recording == opened.recording and not other.recording
    assert ada.account == status.account == SessionClosed(2, 1, 1, 0)
    talked.ask(CloseSession(opened.session))
    later = talked.ask(GetStatus())
    assert isinstance(later, Status) and len(later.sessions) == 1 and later.account == status.account
    talked.daemon.close()
