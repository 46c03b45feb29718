"""What the plugin's client says when it cannot go on, and when it can."""
from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import pytest
import zmq

from bridge.config import ServeConfig, Timing
from bridge.engine.echo import EchoEngine
from bridge.local import LocalDaemon
from bridge.server import Server
from engine_plugins.blender.posebridge.core.client import Client
from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing, DaemonRefused, VersionMismatch
from engine_plugins.blender.posebridge.core.client_events import (
    Cut,
    Ended,
    Failed,
    Leaving,
)
from engine_plugins.blender.posebridge.core.client_talk import refusal_of_hello
from engine_plugins.blender.posebridge.core.connection_file import ConnectionFile, read_connection
from engine_plugins.blender.posebridge.core.messages import (
    ClientMessage,
    CloseSession,
    Error,
    ErrorCode,
    Hello,
    Limits,
    OpenSession,
    ServerMessage,
    SessionClosed,
    SessionOpened,
    TrackerFrame,
    Welcome,
)
from tests.engine_plugins.blender.posebridge.core.actor import acting, reading, setup
from tests.engine_plugins.blender.posebridge.core.zmtp_links import link, raw_peer
from tests.engine_plugins.blender.posebridge.core.zmtp_peer import ROUTER_READY, hello

Serve = Callable[..., tuple[Server, Path]]
NOWHERE = ConnectionFile("127.0.0.1", 1, 1, "token", 0, 1, "0")


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


def half_a_daemon(payload: bytes) -> bytes:
    """What the control socket says of one whose live socket does not read."""
    asked = ClientMessage.decode(payload)
    answers = {Hello: Welcome(1, limits=Limits(control_message_bytes=1 << 16)), OpenSession: SessionOpened(bytes(16)),
               CloseSession: SessionClosed()}
    return ServerMessage(asked.request_id, answers[type(asked.body)]).encode()


def messages_of(stream: BinaryIO) -> Iterator[bytes]:
    """A peer's messages after its greeting."""
    stream.read(64)
    while head := stream.read(2):
        flags, size = head
        body = stream.read(int.from_bytes(head[1:] + stream.read(7), "big") if flags & 2 else size)
        if not flags & 4:
            yield body


def test_readings_for_a_daemon_that_does_not_read_do_not_pile_up() -> None:
    """It gets what was under way, and then the newest."""
    read_on, done, times, newest = threading.Event(), threading.Event(), list[int](), list[int]()

    def live(one: socket.socket) -> None:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        one.sendall(hello() + ROUTER_READY)
        read_on.wait(20)
        for message in messages_of(cast(BinaryIO, one.makefile("rb"))):
            frame = ClientMessage.decode(message).body
            assert isinstance(frame, TrackerFrame)
            times.append(frame.time_ns)
            if frame.time_ns == newest[0]:
                done.set()

    with router(half_a_daemon) as connection, raw_peer(live) as port, acting(
            replace(connection, live_port=port)) as actor:
        actor.on_stage()
        one, offered = reading(1, trackers=22), 0  # large ones: a busy machine must not take seconds to fill the line
        while actor.client.unsent < 200 and offered < 2000:
            offered += 1
            actor.client.send(replace(one, time_ns=offered))
            time.sleep(1e-4)  # long enough for each to be sent, if it could be
        newest.append(offered)
        read_on.set()
        assert done.wait(20)
        assert len(times) == offered - actor.client.unsent < 500 and times == sorted(times)


def test_a_daemon_that_speaks_nonsense_ends_it() -> None:
    with router(lambda payload: b"\xff\xff\xff") as connection, acting(connection) as actor:
        error = actor.next(Ended).error
        assert isinstance(error, DaemonRefused) and "no message of our protocol" in str(error)


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
