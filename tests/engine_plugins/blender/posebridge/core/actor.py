"""Somebody with three trackers, and a client of theirs in a test."""
from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from bridge.frames import TrackerClip
from bridge.generated.skeleton import NEUTRAL_OFFSETS_M
from engine_plugins.blender.posebridge.core.client import Client
from engine_plugins.blender.posebridge.core.client_clip import clip_request
from engine_plugins.blender.posebridge.core.client_events import Answered, Event
from engine_plugins.blender.posebridge.core.client_live import Pose, Reading
from engine_plugins.blender.posebridge.core.connection_file import ConnectionFile, read_connection
from engine_plugins.blender.posebridge.core.messages import (
    ClientMessageBody,
    EngineState,
    GetStatus,
    Joint,
    SessionOpened,
    SessionSetup,
    SolveClip,
    Status,
    Tracker,
)
from engine_plugins.blender.posebridge.core.wire_message import Message

REST = np.array([[0, 1.52, 0.005], [0.68, 1.385, -0.075], [-0.68, 1.385, -0.075]], dtype=np.float32)
_E = TypeVar("_E", bound=Event)


def setup() -> SessionSetup:
    trackers = [Tracker(joint=joint) for joint in (Joint.HEAD, Joint.L_WRIST, Joint.R_WRIST)]
    return SessionSetup("Ada", array("f", sum(NEUTRAL_OFFSETS_M, ())), trackers, 0.002, 0.01, 0.0)


def reading(number: int, trackers: int = 3) -> Reading:
    """At 90 Hz; who rises by a millimetre a frame."""
    places = np.resize(REST, (trackers, 3)) + np.float32([0, 0.001 * number, 0])
    seen = np.ones(trackers, dtype=np.bool_)
    return Reading(number * 11_111_111, places.astype(np.float32), np.tile(np.float32([0, 0, 0, 1]), (trackers, 1)),
                   seen, seen)


def readings(frames: int) -> TrackerClip:
    rows = [reading(number) for number in range(frames)]
    return TrackerClip(60.0, *(np.stack([getattr(row, name) for row in rows]) for name in (
        "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")))


def clip_of(clip: TrackerClip) -> SolveClip:
    return clip_request(setup(), clip.rate_hz, clip.positions_m, clip.rotations_xyzw, clip.position_valid,
                        clip.rotation_valid)


class Actor:
    """A client whose events are kept until they are asked for."""

    def __init__(self, connection: ConnectionFile) -> None:
        self.client = Client(connection, "a test")
        self.events: list[Event] = []
        self.numbers = iter(range(1, 1_000_000))

    def next(self, kind: type[_E], limit_s: float = 20.0) -> _E:
        """The next event of that kind; those before it are gone."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            self.events += self.client.take_events()
            while self.events:
                event = self.events.pop(0)
                if isinstance(event, kind):
                    return event
            time.sleep(0.005)
        pytest.fail(f"no {kind.__name__} for {limit_s} s")

    def asks(self, body: ClientMessageBody) -> Message:
        """The answer to it."""
        request = self.client.ask(body)
        while (answer := self.next(Answered)).request != request:
            pass
        return answer.body

    def ready(self) -> Actor:
        """The daemon's engine has loaded."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            status = self.asks(GetStatus())
            if isinstance(status, Status) and status.engine == EngineState.READY:
                return self
        pytest.fail("the engine was not ready")

    def on_stage(self) -> Actor:
        """A session is open."""
        self.client.open_session(setup())
        assert isinstance(self.next(Answered).body, SessionOpened)
        return self

    def poses(self, count: int, limit_s: float = 10.0, send: Callable[[int], Reading] = reading) -> list[Pose]:
        """Sends on until so many have come."""
        deadline, found = time.monotonic() + limit_s, list[Pose]()
        while len(found) < count:
            self.client.send(send(next(self.numbers)))
            time.sleep(0.005)
            found += self.client.take_poses()
            if time.monotonic() > deadline:
                pytest.fail(f"{len(found)} poses of {count} in {limit_s} s; {self.client.take_events()}")
        return found


@contextmanager
def acting(connection: ConnectionFile | Path) -> Iterator[Actor]:
    """Closed at the end, whatever happened, in good time."""
    actor = Actor(read_connection(connection) if isinstance(connection, Path) else connection)
    try:
        yield actor
    finally:
        assert actor.client.close()
