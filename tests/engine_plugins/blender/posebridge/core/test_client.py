"""The plugin's client and the real daemon, over real sockets."""
from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from bridge.engine.echo import echo
from bridge.frames import Setup
from bridge.relay import Relay
from bridge.security import read_connection as read_invitation
from bridge.security import write_connection
from bridge.server import Server
from engine_plugins.blender.posebridge.core.client_errors import DaemonRefused
from engine_plugins.blender.posebridge.core.client_events import (
    Answered,
    ClipAdvanced,
    ClipDone,
    Connected,
    Ended,
)
from engine_plugins.blender.posebridge.core.connection_file import read_connection
from engine_plugins.blender.posebridge.core.messages import (
    GetStatus,
    SessionClosed,
    Status,
)
from tests.engine_plugins.blender.posebridge.core.actor import acting, clip_of, reading, readings

Serve = Callable[..., tuple[Server, Path]]


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
        number = actor.ready().client.solve_clip(clip_of(clip))
        assert actor.next(ClipAdvanced).request == number
        done = actor.next(ClipDone)
        root, local = echo(Setup(), clip)
        assert done.request == number
        assert_allclose(done.clip.root_position_m, root, atol=1e-6)
        assert_array_equal(done.clip.local_xyzw, local)
        assert done.clip.confidence.shape == (1000, 22)


def test_a_daemon_for_other_machines_lets_in_by_token(serve: Serve, tmp_path: Path) -> None:
    _, file = serve(host="0.0.0.0", plain_token=True, keys=tmp_path / "keys")
    connection = read_connection(file)
    assert connection.mechanism == "plain"
    with acting(connection) as actor:
        assert actor.ready().on_stage().poses(2)
    with acting(replace(connection, token="another")) as actor:
        error = actor.next(Ended).error
        assert isinstance(error, DaemonRefused) and "does not let us in" in str(error)


def test_a_second_session_takes_the_place_of_the_first(serve: Serve) -> None:
    with acting(serve()[1]) as actor:
        actor.ready().on_stage().poses(1)
        actor.on_stage().poses(1)
        status = actor.asks(GetStatus())
        assert isinstance(status, Status) and len(status.sessions) == 1


def test_closing_the_client_closes_its_session(serve: Serve) -> None:
    _, file = serve()
    with acting(file) as actor:
        actor.ready().on_stage().poses(1)
        assert actor.client.close() and actor.client.close()
        assert actor.next(Ended).error is None
    with acting(file) as other:
        status = other.ready().asks(GetStatus())
        assert isinstance(status, Status) and not status.sessions and status.account and status.account.frames


def test_a_daemon_elsewhere_is_reached_through_a_relay(
    serve: Serve, invited: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    invitation, config = invited
    serve(**config)
    relay = Relay(read_invitation(invitation))
    write_connection(tmp_path / "relay.json", relay.connection)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        with acting(tmp_path / "relay.json") as actor:
            assert actor.ready().on_stage().poses(5)
            actor.client.solve_clip(clip_of(readings(300)))
            assert len(actor.next(ClipDone).clip.local_xyzw) == 300
    finally:
        relay.stop()
        thread.join()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc here")
def test_clients_leave_nothing_behind(serve: Serve) -> None:
    _, file = serve()
    open_before: set[int] = set()
    for number in range(12):
        with acting(file) as actor:
            actor.ready().on_stage().poses(1)
        gc.collect()
        if number == 1:
            open_before = open_files()
    assert len(open_files() - open_before) <= 2, "the daemon's own ends close when it notices"
    assert [thread.name for thread in threading.enumerate() if thread.name == "posebridge"] == []


def open_files() -> set[int]:
    return {int(entry.name) for entry in Path("/proc/self/fd").iterdir()}
