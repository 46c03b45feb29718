"""A daemon behind CURVE, reached over loopback sockets that know nothing of it."""
from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.cli import main
from bridge.client import Client
from bridge.config import ServeConfig
from bridge.errors import DaemonMissing, DaemonRefused
from bridge.family import each_of, members
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.relay import Relay, Relays
from bridge.security import read_connection, write_connection
from bridge.server import Server

Serve = Callable[..., tuple[Server, Path]]
Invited = tuple[Path, dict[str, object]]


@pytest.fixture
def relayed(serve: Serve, invited: Invited, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A daemon elsewhere, and the connection file of a relay to it."""
    invitation, config = invited
    server, _ = serve(**config)
    relay, file = Relay(read_connection(invitation)), tmp_path / "relay.json"
    write_connection(file, relay.connection)
    thread = threading.Thread(target=relay.run, name="relay")
    thread.start()
    with Client.connect(file) as client:
        client.wait_ready(20)
    yield server, file
    relay.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_sessions_and_clips_travel_and_people_stay_apart(
    relayed: tuple[Server, Path], tracker_frame: Callable[..., TrackerFrame], standing: Callable[..., TrackerClip]
) -> None:
    _, file = relayed
    assert read_connection(file).mechanism == "null" and not read_connection(file).secret_key
    with Client.connect(file) as one, Client.connect(file) as other:
        with one.open_session(Setup()) as live, other.open_session(Setup()) as beside:
            for sequence in range(1, 30):
                live.send(tracker_frame(sequence))
                beside.send(tracker_frame(1000 + sequence))
                answers = live.poll(3.0), beside.poll(3.0)
                assert [answer and answer.pose.sequence for answer in answers] == [sequence, 1000 + sequence]
        clip, seen = standing(20_000), list[int]()
        motion = one.solve_clip(Setup(), clip, lambda done, total: seen.append(done))
        assert len(motion) == 20_000 and seen and np.isfinite(motion.root_position_m).all()


def test_the_token_is_still_asked_for(relayed: tuple[Server, Path], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    write_connection(wrong, replace(read_connection(relayed[1]), token="0" * 64))
    with pytest.raises(DaemonRefused, match="token"):
        Client.connect(wrong)


def test_a_daemon_that_leaves_is_missed_through_the_relay_too(
    relayed: tuple[Server, Path], tracker_frame: Callable[..., TrackerFrame]
) -> None:
    server, file = relayed
    with Client.connect(file) as client:
        live = client.open_session(Setup())
        live.send(tracker_frame(1))
        assert live.poll(3.0)
        server.stop()
        began = time.monotonic()
        with pytest.raises(DaemonMissing):
            while time.monotonic() < began + 15:
                live.poll(0.2)
        assert time.monotonic() < began + 6


def test_an_invitation_that_leads_nowhere_is_said_to(invited: Invited, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["relay", str(invited[0])]) == 7
    assert "nobody listens" in capsys.readouterr().err


def test_several_daemons_elsewhere_are_as_many_here(
    serve: Serve, invited: Invited, free_ports: Callable[[], dict[str, int]], tmp_path: Path,
    tracker_frame: Callable[..., TrackerFrame],
) -> None:
    invitation, config = invited
    beside = free_ports()
    serve(**config)
    serve(**config | beside, connection_file=tmp_path / "run" / "second.json")
    first = read_connection(invitation)
    relays, file = Relays(replace(first, others=(replace(first, **beside),))), tmp_path / "relay.json"  # type: ignore[arg-type]
    write_connection(file, relays.connection)
    thread = threading.Thread(target=relays.run, name="relays")
    thread.start()
    try:
        with Client.connect(file) as client:
            client.wait_ready(20)
            with client.open_session(Setup()) as one, client.open_session(Setup()) as other:
                assert [len(status.sessions) for status in client.statuses().values()] == [1, 1]
                for live in (one, other):
                    live.send(tracker_frame(1))
                    assert live.poll(5.0)
    finally:
        relays.stop()
        thread.join(5)
    assert not thread.is_alive()


def test_an_invitation_to_several_names_the_ports_they_listen_on(tmp_path: Path) -> None:
    out = tmp_path / "ada.json"
    assert main(["keys", "--keys", str(tmp_path / "keys"), "invite", "ada", "--address", "192.168.1.20", "--daemons",
                 "3", "--out", str(out)]) == 0
    invitation = read_connection(out)
    wide = members(ServeConfig(host="0.0.0.0", daemons=3))
    assert [(one.control_port, one.live_port) for one in each_of(invitation)] == [
        (one.control_port, one.live_port) for one in wide]
    assert {one.secret_key for one in each_of(invitation)} == {invitation.secret_key}
