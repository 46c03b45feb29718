"""A clip solved by the daemon while a job's thread waits for it; by another of the same connection file where that one
is full or gone."""
from __future__ import annotations

import time

import numpy as np
from numpy.typing import ArrayLike

from .client import Client
from .client_clip import SolvedClip, clip_request
from .client_errors import DaemonError, DaemonMissing, DaemonRefused
from .client_events import ClipAdvanced, ClipDone, Ended, Event, Failed
from .connection_file import ConnectionFile, each_of
from .job import Watch
from .messages import ErrorCode, SessionSetup, SolveClip
from .motion import SolvedMotion
from .rotations import Floats, continuous

LOOK_EVERY_S = 0.02
PASSING = (ErrorCode.ENGINE_STARTING, ErrorCode.ENGINE_RESTARTING, ErrorCode.BUSY, ErrorCode.DRAINING)
PATIENCE_S = 120.0  # with a daemon that says it will soon be ready


def clip_seen(setup: SessionSetup, rate_hz: float, places_m: Floats, turns_xyzw: Floats) -> SolveClip:
    """Readings of the setup's trackers, (T, M, 3) and (T, M, 4), seen in every frame."""
    seen: ArrayLike = np.ones(places_m.shape[:2], dtype=np.bool_)
    return clip_request(setup, rate_hz, places_m, turns_xyzw, seen, seen)


def solve_clip(connection: ConnectionFile, name: str, clip: SolveClip, watch: Watch) -> SolvedMotion:
    """Raises DaemonMissing, VersionMismatch, DaemonRefused; Cancelled, which the daemon is told."""
    solved = _by_turns(connection, name, clip, watch)
    assert clip.setup is not None
    offsets = np.array(clip.setup.offsets_m, dtype=np.float64).reshape(-1, 3)
    return SolvedMotion(offsets, clip.rate_hz, solved.root_position_m.astype(np.float64),
                        continuous(solved.local_xyzw.astype(np.float64)))


def _by_turns(connection: ConnectionFile, name: str, clip: SolveClip, watch: Watch) -> SolvedClip:
    """Each daemon in turn, and around again while one of them says that it will be ready."""
    until = time.monotonic() + PATIENCE_S
    while True:
        refused: list[DaemonRefused] = []
        gone: list[DaemonMissing] = []
        for daemon in each_of(connection):
            try:
                return _solved(daemon, name, clip, watch)
            except DaemonMissing as error:
                gone.append(error)
            except DaemonRefused as error:
                if not is_passing(error):
                    raise
                refused.append(error)
        if not refused or time.monotonic() > until:
            raise (refused or gone)[0]
        _rest(min(max(0.1, error.retry_after_s) for error in refused), watch)


def is_passing(error: DaemonError) -> bool:
    """Whether another daemon, or the same a little later, may say otherwise."""
    return isinstance(error, DaemonRefused) and error.code in PASSING


def _rest(wait_s: float, watch: Watch) -> None:
    until = time.monotonic() + min(wait_s, 1.0)
    while time.monotonic() < until:
        watch.at("waiting for the daemon", 0.0)
        time.sleep(LOOK_EVERY_S)


def _solved(daemon: ConnectionFile, name: str, clip: SolveClip, watch: Watch) -> SolvedClip:
    client = Client(daemon, name)
    try:
        request = client.solve_clip(clip)
        while True:
            watch.at(watch.stage, watch.share)
            for event in client.take_events():
                if (solved := _heard(event, request, watch)) is not None:
                    return solved
            time.sleep(LOOK_EVERY_S)
    finally:
        client.close()  # a clip that is not wanted ends with its client


def _heard(event: Event, request: int, watch: Watch) -> SolvedClip | None:
    if isinstance(event, Ended):
        raise event.error or DaemonMissing("the connection to the daemon was closed")
    if isinstance(event, Failed) and event.request == request:
        raise event.error
    if isinstance(event, ClipAdvanced) and event.request == request:
        watch.at("solving", event.frames_done / max(event.frames_total, 1))
    return event.clip if isinstance(event, ClipDone) and event.request == request else None
