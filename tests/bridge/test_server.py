"""The daemon over real sockets, in a thread, with the echo engine or a worse one."""
from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zmq

from bridge.checks import TooLarge
from bridge.client import Client, LiveSession
from bridge.config import Limits
from bridge.engine.echo import EchoEngine
from bridge.engine.interface import ClipProgress, LivePose
from bridge.errors import Busy, DaemonMissing, DaemonRefused, InputInvalid, ModelMissing, NotFinite, TooShort
from bridge.frames import Motion, Setup, TrackerClip, TrackerFrame
from bridge.messages import EngineState, ErrorCode, Hello, LiveFrame
from bridge.refusals import Refusal
from bridge.replies import ErrorMessage, Status
from bridge.security import read_connection
from bridge.server import Server
from bridge.wire_client import encode_client
from bridge.wire_server import decode_server

Serve = Callable[..., tuple[Server, Path]]
Frames = Callable[..., TrackerFrame]
Clips = Callable[..., TrackerClip]


class Slow(EchoEngine):
    """Takes a while for every tick and between the steps of a clip."""

    tick_s = 0.05

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> list[LivePose]:
        time.sleep(self.tick_s)
        return super().solve_live(slots, windows, times_s)

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        if len(clip) < 5:
            raise TooShort(f"{len(clip)} frames; 5 are needed")
        for step in super().solve_clip(setup, clip):
            time.sleep(0.02)
            yield step


@pytest.fixture
def connect(serve: Serve) -> Iterator[Callable[..., Client]]:
    """connect(file): a client of a ready daemon, closed after the test."""
    clients: list[Client] = []

    def make(file: Path) -> Client:
        clients.append(Client.connect(file))
        clients[-1].wait_ready(20)
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def answered(live: LiveSession, frame: TrackerFrame) -> int:
    """The sequence of the next answer."""
    live.send(frame)
    answer = live.poll(3.0)
    assert answer is not None
    return answer.pose.sequence


def test_a_live_session_from_end_to_end(serve: Serve, connect: Callable[..., Client], tracker_frame: Frames) -> None:
    _, file = serve()
    client = connect(file)
    assert (client.welcome.model, client.welcome.protocol) == ("echo", 1)
    with client.open_session(Setup(), "Ada") as live:
        for sequence in range(1, 21):
            live.send(tracker_frame(sequence))
            answer = live.poll(3.0)
            assert answer is not None and answer.pose.sequence == sequence
            assert answer.pose.root_position_m[1] == pytest.approx(0.94 + 0.001 * sequence, abs=1e-4)
            assert answer.sent_ns <= answer.server_received_ns <= answer.server_sent_ns <= answer.received_ns
        assert live.poll() is None and live.recording is None
    assert live.account and (live.account.frames, live.account.answered) == (20, 20)


def test_a_clip_comes_back_whole_while_a_session_is_live(
    serve: Serve, connect: Callable[..., Client], tracker_frame: Frames, standing: Clips
) -> None:
    _, file = serve(Slow)
    live = connect(file).open_session(Setup())
    client, clip, progress = connect(file), standing(2000, 90.0), list[tuple[int, int]]()

    def watch(done: int, total: int) -> None:
        progress.append((done, total))
        if len(progress) == 3:  # the clip is at work now
            assert answered(live, tracker_frame(1)) == 1

    motion = client.solve_clip(Setup(), clip, watch)
    assert isinstance(motion, Motion) and len(motion) == 2000 and motion.rate_hz == 90.0
    assert motion.root_position_m[-1, 1] == pytest.approx(0.94 + 2.0, abs=1e-3)
    assert motion.confidence is not None and motion.confidence.shape == (2000, 22)
    assert progress[0] == (0, 2000) and len(progress) > 5
    live.close()


def test_an_error_in_a_clip_is_the_one_the_engine_raised(
    serve: Serve, connect: Callable[..., Client], standing: Clips
) -> None:
    _, file = serve(Slow)
    client = connect(file)
    with pytest.raises(TooShort, match="4 frames"):
        client.solve_clip(Setup(), standing(4))
    with pytest.raises(NotFinite):
        client.solve_clip(Setup(), replace(standing(10), positions_m=np.full((10, 3, 3), np.nan, "f4")))
    assert len(client.solve_clip(Setup(), standing(10))) == 10


def test_newest_wins(serve: Serve, connect: Callable[..., Client], tracker_frame: Frames) -> None:
    _, file = serve(Slow)
    with connect(file).open_session(Setup()) as live:
        for sequence in range(1, 11):
            live.send(tracker_frame(sequence))
        sequences = [answer.pose.sequence for answer in iter(lambda: live.poll(0.5), None)]
    assert sequences[-1] == 10 and sequences == sorted(set(sequences)) and len(sequences) < 10
    assert live.account
    assert live.account.frames == 10 == live.account.answered + live.account.superseded


def test_a_client_that_does_not_read_gets_two_and_the_newest_when_it_does(
    serve: Serve, connect: Callable[..., Client], tracker_frame: Frames
) -> None:
    _, file = serve()
    with connect(file).open_session(Setup()) as live:
        for sequence in range(1, 301):
            live.send(tracker_frame(sequence))
            time.sleep(0.001)
        first = [live.poll(0.3), live.poll(0.3)]
        assert all(first) and live.poll(0.2) is None
        assert answered(live, tracker_frame(301)) in (300, 301)


def test_two_clients_do_not_meet(serve: Serve, connect: Callable[..., Client], tracker_frame: Frames) -> None:
    _, file = serve(Slow)
    lives = [connect(file).open_session(Setup()) for _ in range(2)]
    for sequence in range(1, 6):
        for number, live in enumerate(lives):
            live.send(tracker_frame(sequence + 100 * number))
        for number, live in enumerate(lives):
            answer = live.poll(3.0)
            assert answer is not None and answer.pose.sequence == sequence + 100 * number
    for live in lives:
        live.close()


def garbage(port: int, count: int) -> list[ErrorMessage]:
    """Sends noise to a port, some in many parts; the answers."""
    rng = np.random.default_rng(port)
    context = zmq.Context()
    try:
        noise = context.socket(zmq.DEALER)
        noise.setsockopt(zmq.LINGER, 0)
        noise.connect(f"tcp://127.0.0.1:{port}")
        for number in range(count):
            parts = [rng.bytes(int(rng.integers(0, 300))) for _ in range(1 + 50 * (number % 10 == 0))]
            noise.send_multipart(parts)
        answers = []
        while noise.poll(500):
            body = decode_server(noise.recv())[1]
            assert isinstance(body, ErrorMessage)
            answers.append(body)
        return answers
    finally:
        context.destroy(0)


def test_garbage_is_named_and_others_do_not_notice(
    serve: Serve, connect: Callable[..., Client], tracker_frame: Frames
) -> None:
    server, file = serve()
    with connect(file).open_session(Setup()) as live:
        for sequence, port in enumerate((server.connection.control_port, server.connection.live_port), start=1):
            answers = garbage(port, 40)
            assert answers and {answer.code for answer in answers} <= {
                ErrorCode.MALFORMED, ErrorCode.HELLO_NEEDED, ErrorCode.TOO_SHORT, ErrorCode.INVALID}
            assert answered(live, tracker_frame(sequence)) == sequence


def test_a_message_too_large_for_its_socket_costs_its_sender_only(
    serve: Serve, connect: Callable[..., Client], tracker_frame: Frames
) -> None:
    server, file = serve()
    with connect(file).open_session(Setup()) as live:
        assert garbage_of(server.connection.live_port, 100_000) == 0
        assert answered(live, tracker_frame(1)) == 1


def garbage_of(port: int, size: int) -> int:
    """Answers to one message of so many bytes."""
    context = zmq.Context()
    try:
        noise = context.socket(zmq.DEALER)
        noise.connect(f"tcp://127.0.0.1:{port}")
        noise.send(bytes(size))
        return noise.poll(300)
    finally:
        context.destroy(0)


def test_a_wrong_token_and_a_protocol_of_tomorrow_are_refused(serve: Serve) -> None:
    server, _ = serve()
    context = zmq.Context()
    try:
        line = context.socket(zmq.DEALER)
        line.connect(f"tcp://127.0.0.1:{server.connection.control_port}")
        for hello, code in ((Hello(1, 1, "x"), ErrorCode.TOKEN_WRONG),
                            (Hello(2, 5, server.connection.token), ErrorCode.PROTOCOL_UNSUPPORTED)):
            line.send(encode_client(1, hello))
            body = decode_server(line.recv())[1]
            assert isinstance(body, ErrorMessage) and body.code is code
    finally:
        context.destroy(0)


def test_a_session_belongs_to_its_token(serve: Serve, connect: Callable[..., Client], tracker_frame: Frames) -> None:
    server, file = serve()
    with connect(file).open_session(Setup()) as live:
        answered(live, tracker_frame(1))
        context = zmq.Context()
        thief = context.socket(zmq.DEALER)
        thief.connect(f"tcp://127.0.0.1:{server.connection.live_port}")
        thief.send(encode_client(0, LiveFrame(os.urandom(16), tracker_frame(2))))
        body = decode_server(thief.recv())[1]
        context.destroy(0)
        assert isinstance(body, ErrorMessage) and body.code is ErrorCode.SESSION_UNKNOWN
        assert answered(live, tracker_frame(3)) == 3


def test_bad_frames_raise_and_the_session_lives_on(
    serve: Serve, connect: Callable[..., Client], tracker_frame: Frames
) -> None:
    _, file = serve()
    with connect(file).open_session(Setup()) as live:
        live.send(replace(tracker_frame(1), positions_m=np.full((3, 3), np.inf, "f4")))
        with pytest.raises(NotFinite):
            live.poll(3.0)
        live.send(tracker_frame(2, trackers=2))
        with pytest.raises(InputInvalid, match="2 trackers"):
            live.poll(3.0)
        assert answered(live, tracker_frame(3)) == 3
    assert live.account and live.account.invalid == 2


def test_a_client_that_vanishes_leaves_no_session(
    serve: Serve, connect: Callable[..., Client], tracker_frame: Frames
) -> None:
    _, file = serve(limits=Limits(sessions=1))
    vanishing = Client.connect(file)
    vanishing.wait_ready(20)
    answered(vanishing.open_session(Setup()), tracker_frame(1))
    other = connect(file)
    with pytest.raises(Busy, match="all 1 sessions"):
        other.open_session(Setup())
    vanishing.close()  # without a word, as a killed process would
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            other.open_session(Setup()).close()
            return
        except Busy:
            time.sleep(0.05)
    pytest.fail("the session is still taken")


def test_sessions_wait_for_an_engine_that_loads(serve: Serve) -> None:
    def load() -> EchoEngine:
        time.sleep(0.5)
        return EchoEngine()

    _, file = serve(load)
    with Client.connect(file) as client:
        assert client.ping().engine is EngineState.STARTING and client.welcome.model == ""
        with pytest.raises(Busy, match="loading"):
            client.open_session(Setup())
        assert client.wait_ready(20).model == "echo"


def test_an_engine_that_cannot_load_ends_the_daemon_with_its_error(serve_config: object) -> None:
    def load() -> EchoEngine:
        raise ModelMissing("no prior there")

    server = Server(serve_config, load)  # type: ignore[arg-type]
    with pytest.raises(ModelMissing, match="no prior there"):
        server.serve()


class Hanging(EchoEngine):
    """The first one made never answers."""

    made = 0

    def __init__(self) -> None:
        super().__init__()
        Hanging.made += 1
        self.hangs = Hanging.made == 1

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> list[LivePose]:
        if self.hangs:
            time.sleep(2.0)
        return super().solve_live(slots, windows, times_s)


def test_an_engine_that_hangs_is_replaced_and_the_session_kept(
    serve: Serve, connect: Callable[..., Client], tracker_frame: Frames
) -> None:
    _, file = serve(Hanging)
    with connect(file).open_session(Setup()) as live:
        live.send(tracker_frame(1))
        with pytest.raises(Busy, match="no answer for 1 s"):
            live.poll(5.0)
        assert answered(live, tracker_frame(2)) == 2


def test_stopping_tells_clients(serve: Serve, tracker_frame: Frames) -> None:
    server, file = serve()
    with Client.connect(file) as client:
        client.wait_ready(20)
        live = client.open_session(Setup())
        assert answered(live, tracker_frame(1)) == 1
        server.stop()
        with pytest.raises(DaemonMissing, match="leaving"):
            while True:
                live.poll(1.0)
        with pytest.raises(DaemonMissing):
            live.close()


def test_a_clip_that_runs_is_finished_before_the_end(
    serve: Serve, connect: Callable[..., Client], standing: Clips
) -> None:
    server, file = serve(Slow)
    motion = connect(file).solve_clip(
        Setup(), standing(3000), lambda done, total: server.stop() if done == 256 else None)
    assert len(motion) == 3000


def test_recording(serve: Serve, connect: Callable[..., Client], tracker_frame: Frames) -> None:
    from bridge.capture.load import load_session

    _, file = serve()
    client = connect(file)
    with client.open_session(Setup(), "own", record=True) as own, client.open_session(Setup(), "other") as other:
        started = client.start_recording()
        for sequence in range(1, 31):
            answered(own, tracker_frame(sequence))
            answered(other, tracker_frame(sequence))
        stopped = client.stop_recording()
    assert started == stopped and len(stopped) == 1 and own.recording is not None and other.recording is None
    for path, name in ((own.recording, "own"), (stopped[0], "other")):
        session = load_session(path)
        assert (len(session.clip), session.name) == (30, name)


def test_a_refusal_carries_its_code(serve: Serve, connect: Callable[..., Client]) -> None:
    _, file = serve()
    live = connect(file).open_session(Setup())
    live.close()
    with pytest.raises(Refusal) as refusal:
        connect(file)._talk.ask(Hello(7, 7, read_connection(file).token), object)  # type: ignore[type-var]
    assert refusal.value.code is ErrorCode.PROTOCOL_UNSUPPORTED and isinstance(refusal.value, DaemonRefused)


def test_a_clip_too_large_for_the_daemon_is_not_even_sent(
    serve: Serve, connect: Callable[..., Client], standing: Clips
) -> None:
    _, file = serve(limits=Limits(control_message_bytes=20_000, clip_frames=50))
    client = connect(file)
    with pytest.raises(TooLarge, match="the daemon allows 20000"):
        client.solve_clip(Setup(), standing(1000))
    with pytest.raises(TooLarge, match="60 frames; at most 50"):
        client.solve_clip(Setup(), standing(60))
    assert len(client.solve_clip(Setup(), standing(50))) == 50


def test_stopping_twice_does_not_wait_for_a_clip(
    serve: Serve, connect: Callable[..., Client], standing: Clips
) -> None:
    server, file = serve(Slow)
    stops: list[float] = []

    def stop(done: int, total: int) -> None:
        if not stops:
            stops.append(time.monotonic())
            server.stop()
            server.stop()

    with pytest.raises(DaemonMissing):
        connect(file).solve_clip(Setup(), standing(60_000), stop)
    assert time.monotonic() - stops[0] < 4


def test_observers_are_told_at_every_heartbeat_and_of_the_end(serve: Serve, connect: Callable[..., Client]) -> None:
    seen: list[Status] = []
    server, file = serve(observers=[seen.append])
    connect(file)
    time.sleep(0.6)
    server.stop()
    deadline = time.monotonic() + 5
    while seen[-1].engine is not EngineState.DRAINING and time.monotonic() < deadline:
        time.sleep(0.02)
    states = [status.engine for status in seen]
    assert states[-1] is EngineState.DRAINING and states.count(EngineState.READY) >= 2
    assert [status.up_ns for status in seen] == sorted(status.up_ns for status in seen)
