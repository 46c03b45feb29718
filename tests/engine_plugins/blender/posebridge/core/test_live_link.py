"""A live session through the real daemon, kept going over full, dead and forgetful ones; and watched by another."""
from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bridge.config import Limits, ServeConfig
from bridge.server import Server
from engine_plugins.blender.posebridge.core.client_errors import DaemonError, DaemonMissing, DaemonRefused
from engine_plugins.blender.posebridge.core.client_events import Answered, Event, Failed
from engine_plugins.blender.posebridge.core.connection_file import ConnectionFile, read_connection
from engine_plugins.blender.posebridge.core.live_link import LIVE, LiveLink, Moment
from engine_plugins.blender.posebridge.core.messages import ErrorCode, SessionOpened, SessionSetup
from engine_plugins.blender.posebridge.core.watch_link import WatchLink
from tests.engine_plugins.blender.posebridge.core.actor import Actor, acting, reading, setup

Serve = Callable[..., tuple[Server, Path]]
Link = LiveLink | WatchLink


@pytest.fixture
def links() -> Iterator[list[Link]]:
    """Closed at the end; and no thread of theirs is left."""
    made: list[Link] = []
    yield made
    for link in made:
        link.close()
    until = time.monotonic() + 5
    while [one for one in threading.enumerate() if one.name.startswith("posebridge")]:
        assert time.monotonic() < until
        time.sleep(0.01)


def until(link: Link, done: Callable[[], object], send: Callable[[int], None] | None = None) -> None:
    deadline, number = time.monotonic() + 15, 0
    while not done():
        assert time.monotonic() < deadline, link.stage
        link.step(time.monotonic())
        if send:
            number += 1
            send(number)
        time.sleep(0.005)


def moments(link: Link, count: int, send: Callable[[int], None] | None = None) -> list[Moment]:
    found: list[Moment] = []
    until(link, lambda: found.extend(link.take()) or len(found) >= count, send)
    return found


def live_link(links: list[Link], connection: ConnectionFile) -> LiveLink:
    links.append(LiveLink(connection, "a test", setup()))
    return links[-1]  # type: ignore[return-value]


def test_readings_go_and_poses_come(serve: Serve, links: list[Link]) -> None:
    link = live_link(links, read_connection(serve()[1]))
    link.send(reading(0))  # waits for the session
    found = moments(link, 5, lambda number: link.send(reading(number)))
    assert link.stage == LIVE and [*np.diff([one.time_ns for one in found])] > [0]
    assert_allclose(found[-1].root_m[1], 0.94 + 0.001 * found[-1].time_ns / 11_111_111, atol=1e-5)
    assert found[-1].trackers_m.shape == (3, 3) and link.offsets_m.shape == (22, 3)


def test_a_full_daemon_is_passed_by_for_the_next(serve: Serve, serve_config: ServeConfig, links: list[Link]) -> None:
    full = read_connection(serve(limits=replace(Limits(), sessions=1))[1])
    there = read_connection(serve(connection_file=serve_config.recordings.with_name("other.json"))[1])
    with acting(full) as other:
        other.ready().on_stage()
        link = live_link(links, replace(full, others=(there,)))
        assert moments(link, 2, lambda number: link.send(reading(number)))


def test_a_full_daemon_without_another_is_waited_for(serve: Serve, links: list[Link]) -> None:
    full = read_connection(serve(limits=replace(Limits(), sessions=1))[1])
    with acting(full) as other:
        other.ready().on_stage()
        link = live_link(links, full)
        until(link, lambda: link.stage.startswith("waiting for the daemon"))
        other.client.close_session()
        assert moments(link, 2, lambda number: link.send(reading(number)))


def test_a_daemon_that_leaves_ends_it_with_a_line(serve: Serve, links: list[Link]) -> None:
    server, path = serve()
    link = live_link(links, read_connection(path))
    moments(link, 2, lambda number: link.send(reading(number)))
    server.stop()
    with pytest.raises(DaemonMissing, match="the daemon"):
        until(link, lambda: False, lambda number: link.send(reading(1000 + number)))


def test_where_another_is_there_a_daemon_that_leaves_is_replaced(
    serve: Serve, serve_config: ServeConfig, links: list[Link]
) -> None:
    server, path = serve()
    there = read_connection(serve(connection_file=serve_config.recordings.with_name("other.json"))[1])
    with acting(path) as first:
        first.ready()
    link = live_link(links, replace(read_connection(path), others=(there,)))
    moments(link, 2, lambda number: link.send(reading(number)))
    server.stop()
    until(link, lambda: link.stage != LIVE, lambda number: link.send(reading(1000 + number)))
    assert moments(link, 2, lambda number: link.send(reading(2000 + number)))


def test_no_daemon_at_all_ends_it(serve: Serve, links: list[Link]) -> None:
    link = live_link(links, replace(read_connection(serve()[1]), control_port=1, live_port=2))
    with pytest.raises(DaemonMissing):
        until(link, lambda: False)


def test_what_it_refuses_for_good_ends_it(serve: Serve, links: list[Link]) -> None:
    wrong = setup()
    wrong.position_sd_m = float("nan")
    links.append(LiveLink(read_connection(serve()[1]), "a test", wrong))
    with pytest.raises(DaemonRefused):
        until(links[0], lambda: False)


def watch_link(links: list[Link], connection: ConnectionFile, name: str = "") -> WatchLink:
    links.append(WatchLink(connection, "a viewer", name))
    return links[-1]  # type: ignore[return-value]


def on_stage(actor: Actor) -> Actor:
    actor.ready().on_stage()
    actor.poses(2)
    return actor


def test_somebody_else_s_session_is_seen(serve: Serve, links: list[Link]) -> None:
    there = read_connection(serve()[1])
    with acting(there) as ada:
        on_stage(ada)
        link = watch_link(links, there, "Ada")
        found = moments(link, 3, lambda number: ada.client.send(reading(100 + number)))
        assert link.names() == ["Ada"] and link.offsets_m is not None and link.stage == LIVE
        assert found[-1].time_ns > found[0].time_ns and found[-1].trackers_m.shape == (3, 3)
        assert_allclose(found[-1].root_m[1], 0.94 + 0.001 * found[-1].time_ns / 11_111_111, atol=1e-5)


def test_nobody_is_waited_for_and_a_name_is_heeded(serve: Serve, links: list[Link]) -> None:
    there = read_connection(serve()[1])
    link = watch_link(links, there, "Grace")
    with acting(there) as ada:
        on_stage(ada)
        until(link, link.names)
        assert link.stage == 'waiting for the live session "Grace"' and not link.take()


def test_the_daemon_that_has_the_session_is_found(serve: Serve, serve_config: ServeConfig, links: list[Link]) -> None:
    first = read_connection(serve()[1])
    there = read_connection(serve(connection_file=serve_config.recordings.with_name("other.json"))[1])
    with acting(there) as ada:
        on_stage(ada)
        link = watch_link(links, replace(first, others=(there,)))
        assert moments(link, 2, lambda number: ada.client.send(reading(100 + number)))


def test_a_daemon_that_is_gone_ends_the_watching(serve: Serve, links: list[Link]) -> None:
    server, path = serve()
    link = watch_link(links, read_connection(path))
    until(link, lambda: link.stage.startswith("waiting"))
    server.stop()
    with pytest.raises(DaemonError):
        until(link, lambda: False)


class Forgetful:
    """A client of a daemon that forgets the session once."""

    def __init__(self) -> None:
        self.opened = 0
        self.events: list[Event] = []

    def open_session(self, body: SessionSetup) -> int:
        self.opened += 1
        self.events.append(Answered(self.opened, SessionOpened(b"x" * 16)))
        if self.opened == 1:
            self.events.append(Failed(0, DaemonRefused("no such session", ErrorCode.SESSION_UNKNOWN)))
        return self.opened

    def take_events(self) -> list[Event]:
        first, self.events = self.events[:1], self.events[1:]
        return first

    def close(self) -> bool:
        return True


def test_a_session_that_the_daemon_forgot_is_opened_anew(links: list[Link]) -> None:
    client = Forgetful()
    nowhere = ConnectionFile("127.0.0.1", 1, 2, "", 0, 1, "")
    links.append(LiveLink(nowhere, "a test", setup(), lambda *_: client))  # type: ignore[arg-type,return-value]
    until(links[0], lambda: client.opened == 2 and links[0].stage == LIVE)
