"""What the daemon promises, each against a real daemon in its own process; README.md beside this file says which test
holds what. Short forms are for every day; the long ones (-m slow) take minutes. Figures that a long form measures go to
the file that POSEBRIDGE_FIGURES names, one JSON line each: no test is about how fast this machine is."""
from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from bridge.capture.mcap import read_recording
from bridge.client import Answer, Client, LiveSession
from bridge.client_crowd import Crowd
from bridge.config import Limits, ServeConfig
from bridge.engine.echo import EchoEngine
from bridge.engine.interface import Engine
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.load import Load, LoadFigures, drive, frames_of, load_figures
from bridge.local import LocalDaemon
from bridge.security import write_connection
from bridge.server import Server

Daemons = Callable[..., LocalDaemon]


@pytest.fixture
def daemons(tmp_path: Path) -> Iterator[Daemons]:
    """daemons(**changes of the configuration): a daemon with the echo engine, ready."""
    with ExitStack() as stack:

        def start(**changes: object) -> LocalDaemon:
            config = ServeConfig(
                connection_file=tmp_path / "run" / "daemon.json", recordings=tmp_path / "recordings", engine="echo",
                threads=1, limits=Limits(sessions=64))
            return stack.enter_context(LocalDaemon(replace(config, **changes), ready_s=60.0))  # type: ignore[arg-type]

        yield start


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """serving(turning=True, load=EchoEngine, **changes of the configuration): a daemon in a thread, for what no flag of
    the command changes; its connection file is in the usual place. turning: its loop runs."""
    threads: list[tuple[Server, threading.Thread]] = []

    def start(turning: bool = True, load: Callable[[], Engine] = EchoEngine, **changes: object) -> Server:
        config = ServeConfig(
            connection_file=tmp_path / "run" / "daemon.json", recordings=tmp_path / "recordings", engine="echo",
            threads=1, in_process=True, follow_parent=False)
        server = Server(replace(config, **changes), load)  # type: ignore[arg-type]
        write_connection(config.connection_file, server.connection)
        threads.append((server, threading.Thread(target=server.serve, name="daemon")))
        if turning:
            threads[-1][1].start()
        return server

    yield start
    for server, thread in threads:
        server.stop()
        if not thread.ident:  # it ends what it holds
            thread.start()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def swaying() -> TrackerClip:
    """Ten seconds of head and hands of somebody who sways."""
    rest = np.array([[0, 1.52, 0], [0.68, 1.385, -0.075], [-0.68, 1.385, -0.075]], dtype=np.float32)
    sway = np.float32(0.05) * np.sin(np.arange(600, dtype=np.float32) / 20)[:, None, None]
    turned = np.tile(np.array([0, 0, 0, 1], dtype=np.float32), (600, 3, 1))
    seen = np.ones((600, 3), dtype=np.bool_)
    return TrackerClip(60.0, (rest + sway).astype(np.float32), turned, seen, seen)


@pytest.fixture
def frames(swaying: TrackerClip) -> Iterator[TrackerFrame]:
    """Frames of that person, at 60 Hz for days."""
    return frames_of(swaying, Load(1, 60.0, 1e6), start=0)


@pytest.fixture
def answered() -> Callable[[LiveSession, Iterator[TrackerFrame]], Answer]:
    """answered(live, frames): sends on, about 50 a second, until something comes back. What the daemon says of a frame
    is raised."""

    def send_on(live: LiveSession, frames: Iterator[TrackerFrame]) -> Answer:
        for _ in range(1500):
            live.send(next(frames))
            if answer := live.poll(0.02):
                return answer
        pytest.fail("1,500 frames, and no answer")

    return send_on


@pytest.fixture
def within() -> Callable[[Callable[[], object], float], bool]:
    """within(happens, seconds): whether it does. Seconds are a hundred looks each: a machine that stands still, stands
    still for us as well."""

    def look(happens: Callable[[], object], seconds: float) -> bool:
        for _ in range(round(100 * seconds)):
            if happens():
                return True
            time.sleep(0.01)
        return bool(happens())

    return look


@pytest.fixture
def engine_of(within: Callable[[Callable[[], object], float], bool]) -> Callable[[LocalDaemon], psutil.Process]:
    """engine_of(daemon): the process of its engine, awaited if it is on its way."""

    def find(daemon: LocalDaemon) -> psutil.Process:
        assert daemon.process is not None
        there = psutil.Process(daemon.process.pid)
        assert within(there.children, 20)
        (engine,) = there.children()
        return engine

    return find


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """figures(**what was measured): kept where POSEBRIDGE_FIGURES says."""

    def keep(**values: object) -> None:
        if file := os.environ.get("POSEBRIDGE_FIGURES"):
            with open(file, "a") as lines:
                lines.write(json.dumps({"test": request.node.name, **values}) + "\n")

    return keep


@pytest.fixture
def driven(swaying: TrackerClip, figures: Callable[..., None]) -> Callable[[LocalDaemon, Load], LoadFigures]:
    """driven(daemon, load): the load's figures, once its sessions are closed."""

    def measure(daemon: LocalDaemon, load: Load) -> LoadFigures:
        with Client.connect(daemon.connection_file) as client, ExitStack() as stack:
            links = [stack.enter_context(client.open_session(Setup(), f"{number}")) for number in range(load.sessions)]
            sent = drive(list(links), Crowd(links), swaying, load)
            found = load_figures(sent, sum(link.close().superseded for link in links))
        figures(**asdict(found))
        return found

    return measure


@pytest.fixture
def whole() -> Callable[[Path], None]:
    """whole(file): fails for a file of ours that is not all there."""
    return _whole


def _whole(path: Path) -> None:
    match path.suffix:
        case ".mcap":
            recording = read_recording(path)
            assert not recording.damage and len(recording.frames) == len(recording.truth)
        case ".npz":
            with np.load(path) as data:
                assert all(np.isfinite(data[key]).all() for key in data.files if data[key].dtype.kind == "f")
        case ".bvh":
            lines = path.read_text().splitlines()
            count = next(int(line.split()[1]) for line in lines if line.startswith("Frames:"))
            assert len(lines[lines.index(f"Frames: {count}") + 2 :]) == count
        case other:
            raise AssertionError(f"nobody wrote a file of kind {other}")
