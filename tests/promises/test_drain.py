"""Test 11: told to leave, the daemon tells everybody, finishes what runs, closes what it writes, and ends with 0; told
twice, it does not wait for what runs."""
from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from bridge.capture.mcap import read_recording
from bridge.client import Answer, Client, LiveSession
from bridge.errors import DaemonMissing
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.local import LocalDaemon

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
Daemons = Callable[..., LocalDaemon]
EngineOf = Callable[[LocalDaemon], psutil.Process]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
DRAIN_S, AT_ONCE_S = 10.0, 1.0  # as promised


def leaves(process: subprocess.Popen[bytes], within_s: float) -> float:
    """Its exit status must be 0; how long it took."""
    began_s = time.monotonic()
    assert process.wait(within_s) == 0
    return time.monotonic() - began_s


def told_to_go(live: LiveSession, frames: Iterator[TrackerFrame]) -> str:
    """What a client that sends and reads on is told at last."""
    with pytest.raises(DaemonMissing) as told:
        while True:
            live.send(next(frames))
            live.poll(0.02)
    return str(told.value)


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_everybody_is_told_and_what_runs_is_finished(
    daemons: Daemons, frames: Iterator[TrackerFrame], answered: Answered, swaying: TrackerClip,
    figures: Callable[..., None], rounds: int,
) -> None:
    """Eight people live and on tape, a clip in the engine, somebody who only listens."""
    took_s = []
    for _ in range(rounds):
        daemon = daemons()
        assert daemon.process is not None
        clients = [Client.connect(daemon.connection_file) for _ in range(10)]
        lives = [client.open_session(Setup(), record=True) for client in clients[:8]]
        for live in lives:
            answered(live, frames)
        stops: list[float] = []

        def stop(done: int, total: int, daemon: LocalDaemon = daemon, stops: list[float] = stops) -> None:
            if not stops and daemon.process is not None:
                daemon.process.send_signal(signal.SIGTERM)
                stops.append(time.monotonic())

        assert len(clients[8].solve_clip(Setup(), swaying, stop)) == len(swaying) and stops
        with pytest.raises(DaemonMissing, match="is leaving: it was stopped"):
            while True:
                clients[9].ping()
        assert all("is leaving: it was stopped" in told_to_go(live, frames) for live in lives)
        leaves(daemon.process, DRAIN_S)
        took_s.append(time.monotonic() - stops[0])
        for live in lives:
            assert live.recording is not None and not read_recording(live.recording).damage
        assert not daemon.connection_file.exists()
        for client in clients:
            client.close()
    figures(rounds=rounds, longest_s=max(took_s))


@pytest.mark.parametrize("signals", [1, 2])
def test_a_second_signal_does_not_wait(
    daemons: Daemons, engine_of: EngineOf, frames: Iterator[TrackerFrame], answered: Answered,
    figures: Callable[..., None], signals: int,
) -> None:
    """For an engine that stands still, and would otherwise be given the time after which it hangs."""
    daemon = daemons()
    assert daemon.process is not None
    with Client.connect(daemon.connection_file) as client:
        live = client.open_session(Setup())
        answered(live, frames)
        engine = engine_of(daemon)
        engine.suspend()
        live.send(next(frames))
        client.ping()
        daemon.process.send_signal(signal.SIGTERM)
        told_to_go(live, frames)
        assert daemon.process.poll() is None
        if signals == 2:
            daemon.process.send_signal(signal.SIGTERM)
        took_s = leaves(daemon.process, AT_ONCE_S if signals == 2 else DRAIN_S)
    figures(signals=signals, took_s=took_s)
    assert not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE
