"""What the daemon promises, each against a real daemon in its own process. Short forms are for every day; the long ones
(-m slow) take minutes. Figures that a long form measures go to the file that POSEBRIDGE_FIGURES names, one JSON line
each: no test is about how fast this machine is."""
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.mcap import read_recording
from bridge.client import Client
from bridge.client_crowd import Crowd
from bridge.config import Limits, ServeConfig
from bridge.frames import Setup, TrackerClip
from bridge.load import Load, LoadFigures, drive, load_figures
from bridge.local import LocalDaemon

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
def swaying() -> TrackerClip:
    """Ten seconds of head and hands of somebody who sways."""
    rest = np.array([[0, 1.52, 0], [0.68, 1.385, -0.075], [-0.68, 1.385, -0.075]], dtype=np.float32)
    sway = np.float32(0.05) * np.sin(np.arange(600, dtype=np.float32) / 20)[:, None, None]
    turned = np.tile(np.array([0, 0, 0, 1], dtype=np.float32), (600, 3, 1))
    seen = np.ones((600, 3), dtype=np.bool_)
    return TrackerClip(60.0, (rest + sway).astype(np.float32), turned, seen, seen)


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
