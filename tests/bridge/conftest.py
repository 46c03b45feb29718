"""Small messages, and a real daemon in a thread, for the tests of what goes over the wire."""
from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.config import ServeConfig, Timing
from bridge.engine.echo import EchoEngine
from bridge.engine.interface import Engine
from bridge.frames import JOINT_COUNT, PoseFrame, TrackerClip, TrackerFrame
from bridge.security import Connection, write_connection
from bridge.security_keys import KeyRing, new_key_pair
from bridge.server import Observer, Server

REST = np.array([[0, 1.52, 0.005], [0.68, 1.385, -0.075], [-0.68, 1.385, -0.075]], dtype=np.float32)


def _tracker_frame(sequence: int = 1, time_s: float | None = None, trackers: int = 3) -> TrackerFrame:
    seen = np.ones(trackers, dtype=np.bool_)
    turned = np.tile(np.array([0, 0, 0, 1], dtype=np.float32), (trackers, 1))
    time_ns = round(1e9 * (sequence / 60 if time_s is None else time_s))
    positions = np.resize(REST, (trackers, 3)) + np.float32(0.001) * sequence
    return TrackerFrame(sequence, time_ns, positions.astype(np.float32), turned, seen, seen)


def _pose_frame(sequence: int = 1) -> PoseFrame:
    local = np.tile(np.array([0, 0, 0, 1], dtype=np.float32), (JOINT_COUNT, 1))
    confidence = np.linspace(0, 1, JOINT_COUNT, dtype=np.float32)
    return PoseFrame(sequence, sequence * 10, np.array([0, 0.94, 0], dtype=np.float32), local, confidence,
                     confidence > 0.5)


def _standing(frames: int = 100, rate_hz: float = 60.0) -> TrackerClip:
    rows = [_tracker_frame(sequence) for sequence in range(1, frames + 1)]
    return TrackerClip(
        rate_hz,
        np.stack([row.positions_m for row in rows]),
        np.stack([row.rotations_xyzw for row in rows]),
        np.stack([row.position_valid for row in rows]),
        np.stack([row.rotation_valid for row in rows]),
    )


@pytest.fixture
def tracker_frame() -> Callable[..., TrackerFrame]:
    """tracker_frame(sequence, time_s, trackers): somebody in the T-pose who rises a millimetre a frame."""
    return _tracker_frame


@pytest.fixture
def pose_frame() -> Callable[..., PoseFrame]:
    """pose_frame(sequence): the T-pose."""
    return _pose_frame


@pytest.fixture
def standing() -> Callable[..., TrackerClip]:
    """standing(frames, rate_hz): a clip of tracker_frame()s."""
    return _standing


@pytest.fixture
def serve_config(tmp_path: Path) -> ServeConfig:
    """A daemon with the echo engine in a thread, whose patience is short."""
    timing = Timing(heartbeat_s=0.2, session_grace_s=0.5, drain_s=3.0, engine_silence_s=1.0, engine_load_s=20.0)
    return ServeConfig(connection_file=tmp_path / "run" / "daemon.json", recordings=tmp_path / "recordings",
                       engine="echo", threads=1, in_process=True, follow_parent=False, timing=timing)


Serve = Callable[..., tuple[Server, Path]]


@pytest.fixture
def serve(serve_config: ServeConfig) -> Iterator[Serve]:
    """serve(load=EchoEngine, observers=(), **changes of the configuration): a daemon in a thread; its server and
    connection file."""
    running: list[tuple[Server, threading.Thread]] = []

    def start(
        load: Callable[[], Engine] | None = EchoEngine, observers: Sequence[Observer] = (), **changes: object
    ) -> tuple[Server, Path]:
        config = replace(serve_config, **changes)  # type: ignore[arg-type]
        server = Server(config, load, observers)
        write_connection(config.connection_file, server.connection)
        thread = threading.Thread(target=server.serve, name="daemon")
        thread.start()
        running.append((server, thread))
        return server, config.connection_file

    yield start
    for server, thread in running:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()


def _free_ports() -> dict[str, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return {"control_port": one.getsockname()[1], "live_port": other.getsockname()[1]}


@pytest.fixture
def free_ports() -> Callable[[], dict[str, int]]:
    """free_ports(): two that nobody has, as a configuration has them."""
    return _free_ports


@pytest.fixture
def invited(tmp_path: Path) -> tuple[Path, dict[str, object]]:
    """Ada's invitation, and the configuration of the daemon she is invited to."""
    ports, ring = _free_ports(), KeyRing(tmp_path / "keys")
    out = tmp_path / "ada.json"
    own, pair = ring.own(), new_key_pair()
    ring.allow("ada", pair.public)
    write_connection(out, Connection("127.0.0.1", ports["control_port"], ports["live_port"], own.token, 0, 1, "0",
                                     "curve", own.public, pair.public, pair.secret))
    return out, {"host": "0.0.0.0", "keys": tmp_path / "keys", **ports}
