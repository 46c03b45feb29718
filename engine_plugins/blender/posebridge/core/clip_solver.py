"""A clip solved by the daemon while a job's thread waits for it."""
from __future__ import annotations

import time
from array import array

import numpy as np
from numpy.typing import ArrayLike

from .client import Client
from .client_clip import SolvedClip, clip_request
from .client_errors import DaemonMissing, DaemonRefused
from .client_events import ClipAdvanced, ClipDone, Ended, Event, Failed
from .connection_file import ConnectionFile
from .job import Watch
from .messages import ErrorCode, Joint, SessionSetup, SolveClip, Tracker
from .motion import SolvedMotion, joints_in_t_pose
from .rotations import Floats, continuous
from .smpl22 import NEUTRAL_OFFSETS_M, SOLE_HEIGHT_M

LOOK_EVERY_S = 0.02
PASSING = (ErrorCode.ENGINE_STARTING, ErrorCode.ENGINE_RESTARTING, ErrorCode.BUSY)
PATIENCE_S = 120.0  # with a daemon that says it will soon be ready
CROWN_M = 0.17  # from the head joint to the top of the head, of a neutral adult


def neutral_height() -> float:
    """Of a neutral adult, from the floor to the top of the head, metres."""
    places = joints_in_t_pose(np.array(NEUTRAL_OFFSETS_M))
    return float(np.ptp(places[:, 1])) + CROWN_M + SOLE_HEIGHT_M


def body_of_height(height_m: float) -> Floats:
    """(22, 3) a neutral adult's bones, all scaled alike, for a person so tall."""
    return np.asarray(np.array(NEUTRAL_OFFSETS_M) * height_m / neutral_height())


def trackers_at(
    joints: list[str], offsets_m: Floats, rate_hz: float, places_m: Floats, turns_xyzw: Floats
) -> SolveClip:
    """Trackers that sit at these joints and are turned as they are: (T, M, 3) and (T, M, 4), seen in every frame."""
    seats = [Tracker(joint=Joint[joint.upper()]) for joint in joints]
    setup = SessionSetup("Blender", array("f", offsets_m.ravel()), seats)
    seen: ArrayLike = np.ones(places_m.shape[:2], dtype=np.bool_)
    return clip_request(setup, rate_hz, places_m, turns_xyzw, seen, seen)


def solve_clip(connection: ConnectionFile, name: str, clip: SolveClip, watch: Watch) -> SolvedMotion:
    """Raises DaemonMissing, VersionMismatch, DaemonRefused; Cancelled, which the daemon is told."""
    client = Client(connection, name)
    try:
        solved = _solved(client, clip, watch)
    finally:
        client.close()  # a clip that is not wanted ends with its client
    assert clip.setup is not None
    offsets = np.array(clip.setup.offsets_m, dtype=np.float64).reshape(-1, 3)
    return SolvedMotion(offsets, clip.rate_hz, solved.root_position_m.astype(np.float64),
                        continuous(solved.local_xyzw.astype(np.float64)))


def _solved(client: Client, clip: SolveClip, watch: Watch) -> SolvedClip:
    until = time.monotonic() + PATIENCE_S
    request = client.solve_clip(clip)
    while True:
        watch.at(watch.stage, watch.share)
        for event in client.take_events():
            if isinstance(event, Failed) and event.request == request:
                wait_s = _patience(event)
                if not wait_s or time.monotonic() + wait_s > until:
                    raise event.error
                watch.at("waiting for the daemon", 0.0)
                time.sleep(min(wait_s, 1.0))
                request = client.solve_clip(clip)
            elif (solved := _heard(event, request, watch)) is not None:
                return solved
        time.sleep(LOOK_EVERY_S)


def _patience(failed: Failed) -> float:
    """Seconds after which to ask again; 0: it is no use."""
    error = failed.error
    passing = isinstance(error, DaemonRefused) and error.code in PASSING
    return max(0.1, error.retry_after_s) if passing and isinstance(error, DaemonRefused) else 0.0


def _heard(event: Event, request: int, watch: Watch) -> SolvedClip | None:
    if isinstance(event, Ended):
        raise event.error or DaemonMissing("the connection to the daemon was closed")
    if isinstance(event, ClipAdvanced) and event.request == request:
        watch.at("solving", event.frames_done / max(event.frames_total, 1))
    return event.clip if isinstance(event, ClipDone) and event.request == request else None
