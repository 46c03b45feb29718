"""Daemons that listen beyond their machine: who comes in, who does not, and what is known without a guard."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zmq

from bridge.cli import main
from bridge.client import Client
from bridge.config import Limits, ServeConfig, Timing
from bridge.errors import DaemonMissing, DaemonRefused, PoseBridgeError, UsageError
from bridge.frames import Setup, TrackerFrame
from bridge.security import Connection, read_connection, write_connection
from bridge.security_keys import KeyRing, new_key_pair
from bridge.server import Server
from bridge.server_door import CurveGuard, Door
from bridge.server_sockets import Sockets

Serve = Callable[..., tuple[Server, Path]]
Frames = Callable[..., TrackerFrame]


def lives(file: Path, tracker_frame: Frames) -> None:
    with Client.connect(file) as client:
        client.wait_ready(10)
        with client.open_session(Setup()) as live:
            live.send(tracker_frame(1))
            answer = live.poll(3.0)
            assert answer is not None and answer.pose.sequence == 1


def changed(invitation: Path, tmp_path: Path, **changes: str) -> Path:
    other = tmp_path / "changed.json"
    write_connection(other, replace(read_connection(invitation), **changes))  # type: ignore[arg-type]
    return other


def test_who_is_invited_comes_in_and_so_does_who_is_here(
    serve: Serve, invited: tuple[Path, dict[str, object]], tracker_frame: Frames
) -> None:
    invitation, config = invited
    _, here = serve(**config)
    lives(invitation, tracker_frame)
    lives(here, tracker_frame)


def test_others_do_not_come_in(serve: Serve, invited: tuple[Path, dict[str, object]], tmp_path: Path) -> None:
    invitation, config = invited
    serve(**config)
    stranger, own = new_key_pair(), read_connection(invitation)
    attempts = [
        {"public_key": stranger.public, "secret_key": stranger.secret},  # a key of one's own
        {"mechanism": "null"},
        {"mechanism": "plain"},
        {"server_key": stranger.public},  # a daemon that is another
        {"token": "0" * 64},  # the right key, the wrong token
    ]
    for changes in attempts:
        with pytest.raises(PoseBridgeError):
            Client.connect(changed(invitation, tmp_path, **changes), timeout_s=1.0).close()
    with Client.connect(invitation) as client:
        assert client.ping() and own.token


def test_a_key_that_is_taken_away_opens_nothing_once_the_daemon_knows(
    serve: Serve, invited: tuple[Path, dict[str, object]]
) -> None:
    invitation, config = invited
    server, _ = serve(**config)
    Client.connect(invitation).close()
    KeyRing(Path(str(config["keys"]))).revoke("ada")
    Client.connect(invitation).close()
    server.reload_keys()
    with pytest.raises(DaemonRefused, match="does not let us in"):
        Client.connect(invitation, timeout_s=2.0)


def test_nobody_comes_in_while_nobody_answers_at_the_door(tmp_path: Path) -> None:
    """The door's own socket closed: libzmq refuses everyone, as it must."""
    ring, ada = KeyRing(tmp_path), new_key_pair()
    ring.allow("ada", ada.public)
    guard = CurveGuard(ring.own(), ring, "")
    sockets = Sockets("127.0.0.1", (0, 0), Limits(), Timing(), guard)
    assert sockets.door is not None
    sockets.door.close()
    file = tmp_path / "ada.json"
    write_connection(file, Connection("127.0.0.1", sockets.control.port, sockets.live.port, "t", 0, 1, "0", "curve",
                                      ring.own().public, ada.public, ada.secret))
    with pytest.raises((DaemonRefused, DaemonMissing)):
        Client.connect(file, timeout_s=1.0)
    assert list(sockets.control.arrived()) == []
    sockets.close()


def test_with_a_token_in_the_clear_one_comes_in_and_a_warning_says_so(
    serve: Serve, invited: tuple[Path, dict[str, object]], tmp_path: Path, tracker_frame: Frames,
    caplog: pytest.LogCaptureFixture,
) -> None:
    invitation, config = invited
    _, here = serve(**config, plain_token=True)
    assert "nothing is encrypted" in caplog.text
    plain = changed(invitation, tmp_path, mechanism="plain")
    lives(plain, tracker_frame)
    lives(here, tracker_frame)
    for mechanism, token in (("plain", "0" * 64), ("null", read_connection(plain).token)):
        with pytest.raises(PoseBridgeError):
            Client.connect(changed(invitation, tmp_path, mechanism=mechanism, token=token), timeout_s=1.0).close()


def test_without_anybody_allowed_it_does_not_start(serve_config: ServeConfig, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody has a key yet"):
        Server(replace(serve_config, host="0.0.0.0", keys=tmp_path / "none"))


def test_a_malformed_question_is_answered_no() -> None:
    context = zmq.Context()
    door = Door(context, CurveGuard.__new__(CurveGuard))
    asking = context.socket(zmq.REQ)
    asking.connect("inproc://zeromq.zap.01")
    try:
        asking.send_multipart([b"2.0", b"7"])
        door.answer()
        assert asking.recv_multipart()[1:3] == [b"7", b"400"]
    finally:
        asking.close(0)
        door.close()
        context.term()


def test_keys_as_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "keys", tmp_path / "ada.json"
    words = ["keys", "--keys", str(folder)]
    assert main([*words, "invite", "ada", "--address", "10.0.0.2", "--out", str(out)]) == 0
    there = read_connection(out)
    assert (there.host, there.mechanism) == ("10.0.0.2", "curve") and KeyRing(folder).allows(there.public_key)
    assert main([*words, "invite", "grace", "--address", "10.0.0.2", "--out", str(out)]) == 2
    assert main([*words, "allow", "grace", new_key_pair().public]) == 0
    assert main([*words, "list"]) == 0
    told = capsys.readouterr().out
    assert "ada" in told and "grace" in told and there.secret_key not in told
    assert main([*words, "revoke", "ada"]) == 0 and list(KeyRing(folder).allowed) == ["grace"]
