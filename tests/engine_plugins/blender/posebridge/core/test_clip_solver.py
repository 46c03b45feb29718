"""A clip solved by the real daemon for a job, and every way in which it is not."""
from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bridge.config import ServeConfig
from bridge.server import Server
from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing, DaemonRefused
from engine_plugins.blender.posebridge.core.clip_solver import clip_seen, solve_clip
from engine_plugins.blender.posebridge.core.connection_file import read_connection
from engine_plugins.blender.posebridge.core.job import Cancelled, Watch
from tests.engine_plugins.blender.posebridge.core.actor import clip_of, reading, readings, setup

Serve = Callable[..., tuple[Server, Path]]


def test_it_comes_back_solved(serve: Serve) -> None:
    """By the engine that answers with somebody standing below the head tracker."""
    watch = Watch()
    solved = solve_clip(read_connection(serve()[1]), "test", clip_of(readings(40)), watch)
    assert len(solved) == 40 and solved.rate_hz == 60.0 and watch.stage in ("starting", "solving")
    assert_allclose(solved.root_m[:, 1], 0.94 + 0.001 * np.arange(40), atol=1e-5)
    assert_allclose(solved.local_xyzw, np.tile([0, 0, 0, 1], (40, 22, 1)), atol=1e-6)


def test_what_the_daemon_refuses_is_told(serve: Serve) -> None:
    nobody = clip_of(readings(40))
    nobody.rate_hz = -1.0
    with pytest.raises(DaemonRefused, match="rate"):
        solve_clip(read_connection(serve()[1]), "test", nobody, Watch())


def test_where_no_daemon_is_it_ends_with_a_line(serve: Serve) -> None:
    gone = replace(read_connection(serve()[1]), control_port=1, live_port=2)
    with pytest.raises(DaemonMissing):
        solve_clip(gone, "test", clip_of(readings(40)), Watch())


def test_given_up_it_ends_and_leaves_no_thread(serve: Serve) -> None:
    watch = Watch()
    watch.cancelled = True
    with pytest.raises(Cancelled):
        solve_clip(read_connection(serve()[1]), "test", clip_of(readings(40)), watch)
    assert not [thread for thread in threading.enumerate() if thread.name == "posebridge"]


def test_every_reading_of_a_clip_was_seen() -> None:
    one = reading(0)
    clip = clip_seen(setup(), 24.0, one.positions_m[None], one.rotations_xyzw[None])
    assert clip.frame_count == 1 and clip.position_valid == b"\x01\x01\x01"


def test_where_the_first_daemon_is_gone_the_next_solves(serve: Serve) -> None:
    there = read_connection(serve()[1])
    first = replace(there, control_port=1, live_port=2, others=(there,))
    assert len(solve_clip(first, "test", clip_of(readings(40)), Watch())) == 40


def test_where_the_first_daemon_is_full_the_next_solves(serve: Serve, serve_config: ServeConfig) -> None:
    """One that takes no clips at all refuses as one does whose clips wait in line."""
    full = read_connection(serve(limits=replace(serve_config.limits, clips_waiting=0))[1])
    there = read_connection(serve(connection_file=serve_config.recordings.with_name("other.json"))[1])
    assert len(solve_clip(replace(full, others=(there,)), "test", clip_of(readings(40)), Watch())) == 40


def test_while_all_are_full_it_can_be_given_up(serve: Serve, serve_config: ServeConfig) -> None:
    full = read_connection(serve(limits=replace(serve_config.limits, clips_waiting=0))[1])
    watch, found = Watch(), list[BaseException]()

    def solve() -> None:
        try:
            solve_clip(full, "test", clip_of(readings(40)), watch)
        except Cancelled as error:
            found.append(error)

    thread = threading.Thread(target=solve)
    thread.start()
    while watch.stage != "waiting for the daemon":
        assert thread.is_alive()
        time.sleep(0.01)
    watch.cancelled = True
    thread.join(10)
    assert len(found) == 1
