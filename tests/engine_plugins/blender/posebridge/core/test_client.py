"""The plugin's client and the real daemon, over real sockets."""
from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zmq
from numpy.testing import assert_allclose, assert_array_equal

from bridge.config import ServeConfig, Timing
from bridge.engine.echo import EchoEngine, echo
from bridge.engine.interface import ClipProgress
from bridge.frames import Setup, TrackerClip
from bridge.local import LocalDaemon
from bridge.server import Server
from engine_plugins.blender.posebridge.core.client import Client
from engine_plugins.blender.posebridge.core.client_clip import clip_request
from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing, DaemonRefused, VersionMismatch
from engine_plugins.blender.posebridge.core.client_events import (
    Answered,
    ClipAdvanced,
    ClipDone,
    Connected,
    Cut,
    Ended,
    Failed,
    Leaving,
)
from engine_plugins.blender.posebridge.core.client_talk import refusal_of_hello
from engine_plugins.blender.posebridge.core.connection_file import ConnectionFile, read_connection
from engine_plugins.blender.posebridge.core.messages import (
    ClientMessage,
    Error,
    ErrorCode,
    GetStatus,
    Hello,
    Ping,
    Pong,
    ServerMessage,
    SessionClosed,
    SolveClip,
    Status,
)
from tests.bridge.cable import Cable
from tests.engine_plugins.blender.posebridge.core.actor import acting, reading, setup
from tests.engine_plugins.blender.posebridge.core.zmtp_links import link, raw_peer

Serve = Callable[..., tuple[Server, Path]]
Cables = tuple[list[Cable], ConnectionFile]
NOWHERE = ConnectionFile("127.0.0.1", 1, 1, "token", 0, 1, "0")


def readings(frames: int) -> TrackerClip:
    rows = [reading(number) for number in range(frames)]
    return TrackerClip(60.0, *(np.stack([getattr(row, name) for row in rows]) for name in (
        "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")))


def request(clip: TrackerClip) -> SolveClip:
    return clip_request(setup(), clip.rate_hz, clip.positions_m, clip.rotations_xyzw, clip.position_valid,
                        clip.rotation_valid)


def test_a_live_session_from_greeting_to_account(serve: Serve) -> None:
    with acting(serve()[1]) as actor:
        assert actor.next(Connected).welcome.protocol == 1
        poses = actor.ready().on_stage().poses(30)
        times = [pose.time_ns for pose in poses]
        assert times == sorted(set(times))
        last, number = poses[-1], times[-1] // 11_111_111
        assert_allclose(last.root_position_m, [0, 0.94 + 0.001 * number, 0], atol=1e-5)
        assert_allclose(last.local_xyzw, np.tile([0, 0, 0, 1], (22, 1)))
        assert last.measured.nonzero()[0].tolist() == [15]
        actor.client.close_session()
        account = actor.next(Answered).body
        assert isinstance(account, SessionClosed) and account.answered >= 30 and account.invalid == account.late == 0


def test_the_newest_reading_waits_for_a_session(serve: Serve) -> None:
    with acting(serve()[1]) as actor:
        actor.ready()
        for number in range(1, 6):
            actor.client.send(reading(number))
        assert actor.client.unsent == 4
        actor.on_stage()
        assert actor.poses(1, send=lambda number: reading(number + 5))[0].time_ns >= reading(5).time_ns


def test_a_clip_comes_back_whole(serve: Serve) -> None:
    clip = readings(1000)
    with acting(serve()[1]) as actor:
        number = actor.ready().client.solve_clip(request(clip))
        assert actor.next(ClipAdvanced).request == number
        done = actor.next(ClipDone)
        root, local = echo(Setup(), clip)
        assert done.request == number
        assert_allclose(done.clip.root_position_m, root, atol=1e-6)
        assert_array_equal(done.clip.local_xyzw, local)
        assert done.clip.confidence.shape == (1000, 22)


class HeldEngine(EchoEngine):
    """Solves no clip before it is let go on."""

    go_on = threading.Event()

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        while not self.go_on.wait(0.01):
            yield ClipProgress(0, len(clip))
        yield from super().solve_clip(setup, clip)


@pytest.fixture
def held() -> Iterator[type[HeldEngine]]:
    HeldEngine.go_on.clear()
    yield HeldEngine
    HeldEngine.go_on.set()


def test_a_clip_is_cancelled_and_the_next_one_solved(serve: Serve, held: type[HeldEngine]) -> None:
    with acting(serve(held)[1]) as actor:
        number = actor.ready().client.solve_clip(request(readings(100)))
        actor.next(ClipAdvanced)
        actor.client.cancel_clip(number)
        failed = actor.next(Failed)
        assert failed.request == number and isinstance(failed.error, DaemonRefused)
        assert failed.error.code == ErrorCode.CANCELLED
        held.go_on.set()
        again = actor.client.solve_clip(request(readings(50)))
        done = actor.next(ClipDone)
        assert done.request == again and len(done.clip.root_position_m) == 50
        actor.client.cancel_clip(again)
        assert isinstance(actor.asks(Ping(1)), Pong), "cancelling what is done does nothing"


@pytest.fixture
def cables(serve: Serve) -> Iterator[Cables]:
    """Cables to the control and the live port of a daemon with a held engine, and how they are reached."""
    server, file = serve(HeldEngine)
    ends = [Cable(server.connection.control_port), Cable(server.connection.live_port)]
    yield ends, replace(read_connection(file), control_port=ends[0].port, live_port=ends[1].port)
    for end in ends:
        end.remove()


def test_a_cut_is_mended_and_the_session_goes_on(held: type[HeldEngine], cables: Cables) -> None:
    ends, connection = cables
    with acting(connection) as actor:
        times = [pose.time_ns for pose in actor.ready().on_stage().poses(3)]
        for number, cut in enumerate(([ends[1]], [ends[0]], ends)):
            for end in cut:
                end.cut()
            assert actor.next(Cut).why
            if ends[0] in cut:
                actor.next(Connected)
            times += [pose.time_ns for pose in actor.poses(3 + number)]
        assert times == sorted(set(times)), "never an older pose than one that came"
        actor.client.close_session()
        account = actor.next(Answered).body
        assert isinstance(account, SessionClosed) and account.answered >= len(times)


def test_what_was_asked_when_the_cut_came_fails(held: type[HeldEngine], cables: Cables) -> None:
    ends, connection = cables
    with acting(connection) as actor:
        number = actor.ready().client.solve_clip(request(readings(100)))
        actor.next(ClipAdvanced)
        ends[0].cut()
        failed = actor.next(Failed)
        assert failed.request == number and "cut before it answered; ask again" in str(failed.error)
        actor.next(Connected)
        held.go_on.set()
        actor.client.solve_clip(request(readings(100)))
        actor.next(ClipDone)


def test_a_cable_that_stays_cut_ends_it(held: type[HeldEngine], cables: Cables) -> None:
    ends, connection = cables
    with acting(connection) as actor:
        actor.ready().on_stage().poses(1)
        ends[1].remove()
        actor.next(Cut)
        error = actor.next(Ended).error
        assert isinstance(error, DaemonMissing) and "went away" in str(error)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_a_daemon_killed_ends_it_with_one_sentence(serve_config: ServeConfig) -> None:
    with LocalDaemon(replace(serve_config, in_process=True), ready_s=60.0) as daemon, acting(
            daemon.connection_file) as actor:
        actor.ready().on_stage().poses(3)
        assert daemon.process is not None
        os.kill(daemon.process.pid, signal.SIGKILL)
        actor.next(Cut)
        error = actor.next(Ended).error
        assert isinstance(error, DaemonMissing) and "went away" in str(error)
        assert actor.client.take_events() == []


def test_a_daemon_that_leaves_says_so(serve: Serve) -> None:
    server, file = serve()
    with acting(file) as actor:
        actor.ready()
        server.stop()
        assert actor.next(Leaving).reason
        error = actor.next(Ended).error
        assert isinstance(error, DaemonMissing) and "has left" in str(error)


@pytest.mark.parametrize(("changes", "said", "code"), [
    ({"token": "another"}, "the token is not the one", ErrorCode.TOKEN_WRONG),
    ({"mechanism": "plain"}, "wants the mechanism 'NULL'; we have PLAIN", 0),
])
def test_who_may_not_come_in_hears_why(serve: Serve, changes: dict[str, str], said: str, code: int) -> None:
    connection = replace(read_connection(serve()[1]), **changes)
    with acting(connection) as actor:
        error = actor.next(Ended).error
        assert isinstance(error, DaemonRefused) and said in str(error) and error.code == code


def test_a_daemon_for_other_machines_lets_in_by_token(serve: Serve, tmp_path: Path) -> None:
    _, file = serve(host="0.0.0.0", plain_token=True, keys=tmp_path / "keys")
    connection = read_connection(file)
    assert connection.mechanism == "plain"
    with acting(connection) as actor:
        assert actor.ready().on_stage().poses(2)
    with acting(replace(connection, token="another")) as actor:
        error = actor.next(Ended).error
        assert isinstance(error, DaemonRefused) and "does not let us in" in str(error)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "", "x" * 70 + ".invalid", "a\0b"])
def test_nobody_there_is_said_at_once(host: str) -> None:
    with acting(replace(NOWHERE, host=host)) as actor:
        error = actor.next(Ended).error
        assert isinstance(error, DaemonMissing) and f"nobody listens at {host}:1" in str(error)


def test_a_daemon_that_asks_for_keys_is_not_tried() -> None:
    with pytest.raises(DaemonRefused, match="posebridge relay"):
        Client(replace(NOWHERE, mechanism="curve"), "a test")


def test_the_daemon_of_another_protocol_is_named_with_ours(serve: Serve) -> None:
    connection = read_connection(serve()[1])
    with link(connection.control_port) as ours:
        ours.ready().socket.send(ClientMessage(1, Hello(2, 3, connection.token, "of tomorrow")).encode())
        refusal = ServerMessage.decode(ours.message()).body
    assert isinstance(refusal, Error)
    error = refusal_of_hello(refusal)
    assert isinstance(error, VersionMismatch)
    assert "speaks protocol 2 to 3, this daemon 1 to 1 (version" in str(error)


@contextmanager
def router(answer: Callable[[bytes], bytes]) -> Iterator[ConnectionFile]:
    """A peer that answers every message with what is made of it."""
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        socket.setsockopt(zmq.LINGER, 0)
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                if socket.poll(20):
                    name, payload = socket.recv_multipart()
                    socket.send_multipart([name, answer(payload)])

        thread = threading.Thread(target=serve)
        thread.start()
        yield replace(NOWHERE, control_port=port)
        done.set()
        thread.join()


def test_another_protocol_ends_it() -> None:
    def refuse(payload: bytes) -> bytes:
        refusal = Error(ErrorCode.PROTOCOL_UNSUPPORTED, "the client speaks protocol 1 to 1, this daemon 2 to 2")
        return ServerMessage(ClientMessage.decode(payload).request_id, refusal).encode()

    with router(refuse) as connection, acting(connection) as actor:
        error = actor.next(Ended).error
        assert isinstance(error, VersionMismatch) and "update the older of the two" in str(error)


def test_a_daemon_that_speaks_nonsense_ends_it() -> None:
    with router(lambda payload: b"\xff\xff\xff") as connection, acting(connection) as actor:
        error = actor.next(Ended).error
        assert isinstance(error, DaemonRefused) and "no message of our protocol" in str(error)


def test_a_second_session_takes_the_place_of_the_first(serve: Serve) -> None:
    with acting(serve()[1]) as actor:
        actor.ready().on_stage().poses(1)
        actor.on_stage().poses(1)
        status = actor.asks(GetStatus())
        assert isinstance(status, Status) and len(status.sessions) == 1


def test_who_only_takes_the_connection_holds_nobody_up() -> None:
    gone = threading.Event()

    def serve(one: socket.socket) -> None:
        gone.wait(20)

    with raw_peer(serve) as port:
        with acting(replace(NOWHERE, control_port=port)) as actor:
            actor.client.open_session(setup())
            actor.client.send(reading(1))
        assert actor.next(Ended).error is None
        gone.set()


def test_an_engine_that_loads_is_worth_another_try(serve: Serve) -> None:
    loading = threading.Event()

    def load() -> EchoEngine:
        loading.wait(20)
        return EchoEngine()

    with acting(serve(load)[1]) as actor:
        actor.client.open_session(setup())
        error = actor.next(Failed).error
        assert isinstance(error, DaemonRefused) and error.retry_after_s > 0 and "try again in" in str(error)
        loading.set()
        actor.ready().on_stage().poses(1)


def test_a_reading_refused_does_not_end_the_session(serve: Serve) -> None:
    with acting(serve()[1]) as actor:
        actor.ready().on_stage().poses(2)
        actor.client.send(reading(next(actor.numbers), trackers=2))
        failed = actor.next(Failed)
        assert failed.request == 0 and "2 trackers" in str(failed.error)
        assert actor.poses(2)


def test_a_session_that_is_gone_is_said_once_and_not_sent_to(serve: Serve) -> None:
    with acting(serve(timing=Timing(heartbeat_s=0.2))[1]) as actor:
        actor.ready().on_stage().poses(2)
        live = actor.client._live
        live.open(bytes(16))  # as if it were another daemon's
        for number in range(100, 110):
            actor.client.send(reading(number))
        failed = actor.next(Failed)
        assert isinstance(failed.error, DaemonRefused) and failed.error.code == ErrorCode.SESSION_UNKNOWN
        assert live.session == b""
        assert actor.on_stage().poses(2)


def test_closing_the_client_closes_its_session(serve: Serve) -> None:
    _, file = serve()
    with acting(file) as actor:
        actor.ready().on_stage().poses(1)
        assert actor.client.close() and actor.client.close()
        assert actor.next(Ended).error is None
    with acting(file) as other:
        status = other.ready().asks(GetStatus())
        assert isinstance(status, Status) and not status.sessions and status.account and status.account.frames
