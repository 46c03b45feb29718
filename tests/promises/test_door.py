"""Tests 21 and 22: who gets in, and that nobody takes somebody else's session."""
from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zmq
from zmq.utils.monitor import recv_monitor_message

from bridge.client import Answer, Client, LiveSession
from bridge.client_line import credentials
from bridge.errors import PoseBridgeError
from bridge.frames import Setup, TrackerFrame
from bridge.messages import ClientBody, CloseSession, ErrorCode, Hello, LiveFrame, Ping
from bridge.replies import ErrorMessage, ServerBody, SessionClosed, Welcome
from bridge.security import Connection, write_connection
from bridge.security_keys import KeyRing, new_key_pair
from bridge.server import Server
from bridge.wire_client import encode_client
from bridge.wire_server import decode_server

Serving = Callable[..., Server]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
MECHANISMS, STRANGER = ("null", "plain", "curve"), new_key_pair()


@pytest.fixture
def wide(tmp_path: Path) -> dict[str, object]:
    """The configuration of a daemon for others, at ports that are free; Ada and Grace have keys."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        ports = {"control_port": one.getsockname()[1], "live_port": other.getsockname()[1]}
    return {"host": "0.0.0.0", "keys": tmp_path / "keys", **ports}


@pytest.fixture
def people(tmp_path: Path) -> dict[str, dict[str, str]]:
    """Their keys, as a connection has them."""
    ring, keys = KeyRing(tmp_path / "keys"), {}
    for name in ("ada", "grace"):
        pair = new_key_pair()
        ring.allow(name, pair.public)
        keys[name] = {"mechanism": "curve", "server_key": ring.own().public, "public_key": pair.public,
                      "secret_key": pair.secret}
    return keys


def gets_in(file: Path, patience_s: float) -> bool:
    try:
        with Client.connect(file, patience_s) as client:
            return client.ping().round_trip_ns > 0
    except PoseBridgeError:
        return False


@pytest.mark.parametrize("daemon", MECHANISMS)
def test_only_the_right_mechanism_token_and_keys_come_in(
    serving: Serving, wide: dict[str, object], people: dict[str, dict[str, str]], tmp_path: Path, daemon: str
) -> None:
    """Every daemon against every mechanism, token, client's key and daemon's key; a loopback daemon is the null one."""
    server = serving(**({} if daemon == "null" else {**wide, "plain_token": daemon == "plain"}))
    asked = list(itertools.product(MECHANISMS, (True, False), ("ada", "stranger"), (True, False)))
    files = []
    for number, (mechanism, token, who, known) in enumerate(asked):
        own = people["ada"] if who == "ada" else people["ada"] | {
            "public_key": STRANGER.public, "secret_key": STRANGER.secret}
        files.append(tmp_path / f"{number}.json")
        write_connection(files[-1], replace(
            server.connection, token=server.connection.token if token else "0" * 64,
            **own | {"mechanism": mechanism, "server_key": own["server_key"] if known else STRANGER.public}))
    right = [
        mechanism == daemon and token and (mechanism != "curve" or (who == "ada" and known))
        for mechanism, token, who, known in asked]
    with ThreadPoolExecutor(len(asked)) as pool:
        found = list(pool.map(gets_in, files, (15.0 if expected else 1.5 for expected in right)))
    assert [*zip(asked, found, strict=True)] == [*zip(asked, right, strict=True)]
    assert sum(right) == {"null": 4, "plain": 4, "curve": 1}[daemon]


def test_while_the_loop_is_blocked_nobody_gets_in_and_then_the_right_one_does(
    serving: Serving, wide: dict[str, object], people: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """The door is answered by the daemon's own loop: nobody is let in by default."""
    server = serving(turning=False, **wide)
    asking = Asking(replace(server.connection, **people["ada"]))
    try:
        asking.line.send(encode_client(1, Hello(1, 1, server.connection.token)))
        assert not asking.let_in(1500)
        assert not server._sockets.control.zmq.poll(0)
        server._turn(0.5)
        assert asking.let_in(10_000)
    finally:
        asking.close()


class Asking:
    """One DEALER to a daemon's control or live port, with what is known of its handshake."""

    def __init__(self, there: Connection, live: bool = False, routing_id: bytes = b"") -> None:
        self.context = zmq.Context()
        self.line = self.context.socket(zmq.DEALER)
        self.line.setsockopt(zmq.LINGER, 0)
        if routing_id:
            self.line.setsockopt(zmq.IDENTITY, routing_id)
        for name, text in credentials(there).items():
            self.line.setsockopt(name, text.encode())
        self.monitor = self.line.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        self.line.connect(f"tcp://127.0.0.1:{there.live_port if live else there.control_port}")

    def let_in(self, patience_ms: int) -> bool:
        return bool(self.monitor.poll(patience_ms)) and bool(recv_monitor_message(self.monitor))

    def ask(self, body: ClientBody, patience_ms: int = 10_000) -> ServerBody | None:
        """What comes back first."""
        self.line.send(encode_client(1, body))
        return decode_server(self.line.recv())[1] if self.line.poll(patience_ms) else None

    def close(self) -> None:
        self.line.disable_monitor()
        self.monitor.close(0)
        self.context.destroy(0)


@pytest.fixture
def ask() -> Iterator[Callable[..., Asking]]:
    """ask(connection, live, routing_id): an Asking, closed after the test."""
    made: list[Asking] = []

    def make(*arguments: object, **options: object) -> Asking:
        made.append(Asking(*arguments, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def refused(body: ServerBody | None) -> ErrorCode:
    assert isinstance(body, ErrorMessage), body
    return body.code


def test_a_token_that_is_nearly_right_is_wrong(
    serving: Serving, ask: Callable[..., Asking], frames: Iterator[TrackerFrame], answered: Answered, tmp_path: Path
) -> None:
    server = serving()
    with Client.connect(tmp_path / "run" / "daemon.json") as client:
        client.wait_ready(20)
        with client.open_session(Setup()) as live:
            answered(live, frames)
            token, thief = live._session, ask(server.connection, live=True)
            tries = [(int.from_bytes(token) ^ 1 << bit).to_bytes(16) for bit in range(0, 128, 5)]
            for wrong in [*tries, bytes(16), b"\xff" * 16]:
                assert refused(thief.ask(LiveFrame(wrong, next(frames)))) is ErrorCode.SESSION_UNKNOWN
            tried = next(frames).sequence
            while answered(live, frames).pose.sequence < tried:  # of a frame from before, on a slow machine
                pass
    assert live.account is not None and not live.account.late


def test_a_stolen_token_is_worth_nothing_with_another_key(
    serving: Serving, ask: Callable[..., Asking], wide: dict[str, object], people: dict[str, dict[str, str]],
    frames: Iterator[TrackerFrame], answered: Answered, tmp_path: Path
) -> None:
    server = serving(**wide)
    there = {name: replace(server.connection, **keys) for name, keys in people.items()}
    write_connection(tmp_path / "ada.json", there["ada"])
    with Client.connect(tmp_path / "ada.json") as client:
        client.wait_ready(20)
        live = client.open_session(Setup())
        answered(live, frames)
        stolen = live._session
        for thief in (there["grace"], server.connection):  # another who is let in, and who is here
            assert refused(ask(thief, live=True).ask(LiveFrame(stolen, next(frames)))) is ErrorCode.SESSION_UNKNOWN
            bad = replace(next(frames), positions_m=np.full((3, 3), np.nan, "f4"))
            assert refused(ask(thief, live=True).ask(LiveFrame(stolen, bad))) is ErrorCode.SESSION_UNKNOWN
            control = ask(thief)
            assert isinstance(control.ask(Hello(1, 1, server.connection.token)), Welcome)
            assert refused(next_answer(control, CloseSession(stolen))) is ErrorCode.SESSION_UNKNOWN
        answered(live, frames)
        again = ask(there["ada"], live=True)  # her own key, another connection: that is how a session is resumed
        assert not isinstance(again.ask(LiveFrame(stolen, next(frames))), ErrorMessage)
        control = ask(there["ada"])
        assert isinstance(control.ask(Hello(1, 1, server.connection.token)), Welcome)
        account = next_answer(control, CloseSession(stolen))
    assert isinstance(account, SessionClosed) and not account.invalid


def next_answer(control: Asking, body: ClientBody) -> ServerBody:
    """Of a request; heartbeats passed over."""
    control.line.send(encode_client(77, body))
    while control.line.poll(10_000):
        request, answer = decode_server(control.line.recv())
        if request == 77:
            return answer
    pytest.fail("no answer")


def test_nobody_takes_a_routing_id(
    serving: Serving, ask: Callable[..., Asking], frames: Iterator[TrackerFrame], answered: Answered, tmp_path: Path
) -> None:
    """Whoever could choose one could choose that of somebody who was here a moment ago, and had said Hello."""
    server = serving()
    token = server.connection.token
    for name in (b"ada", b"\1\2\3\4\5", b"\0\0", bytes(range(200))):
        assert refused(ask(server.connection, routing_id=name).ask(Hello(1, 1, token))) is ErrorCode.MALFORMED
        assert refused(ask(server.connection, live=True, routing_id=name).ask(Ping(1))) is ErrorCode.MALFORMED
    with Client.connect(tmp_path / "run" / "daemon.json") as client:
        client.wait_ready(20)
        (victim,) = server._daemon._peers.all()
        with client.open_session(Setup()) as live:
            answered(live, frames)
            ours = server._daemon._sessions.find(live._session).peer  # as if it could be known
            for name, port in ((victim, False), (ours, True)):
                thief = ask(server.connection, live=port, routing_id=name)
                thief.line.send(encode_client(1, Ping(1)))
                answered(live, frames)
                client.ping()
                assert not thief.line.poll(300)
