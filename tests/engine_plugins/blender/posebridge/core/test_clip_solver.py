"""A clip solved by the real daemon for a job, and every way in which it is not."""
from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bridge.server import Server
from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing, DaemonRefused
from engine_plugins.blender.posebridge.core.clip_solver import (
    body_of_height,
    neutral_height,
    solve_clip,
    trackers_at,
)
from engine_plugins.blender.posebridge.core.connection_file import read_connection
from engine_plugins.blender.posebridge.core.job import Cancelled, Watch
from engine_plugins.blender.posebridge.core.smpl22 import NEUTRAL_OFFSETS_M
from tests.engine_plugins.blender.posebridge.core.actor import clip_of, reading, readings

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


def test_a_body_is_as_tall_as_it_is_said_to_be() -> None:
    assert 1.6 < neutral_height() < 1.8
    assert_allclose(body_of_height(neutral_height()), NEUTRAL_OFFSETS_M)
    assert_allclose(body_of_height(0.5 * neutral_height()), 0.5 * np.array(NEUTRAL_OFFSETS_M))


def test_trackers_sit_where_they_are_said_to() -> None:
    one = reading(0)
    clip = trackers_at(["head", "L_wrist", "R_wrist"], body_of_height(1.7), 24.0, one.positions_m[None],
                       one.rotations_xyzw[None])
    assert clip.setup is not None and [seat.joint for seat in clip.setup.trackers] == [16, 21, 22]
    assert clip.frame_count == 1 and clip.position_valid == b"\x01\x01\x01"
