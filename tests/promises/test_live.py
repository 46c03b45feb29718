"""Live sessions: every frame accounted for, everybody served alike, nobody written to who does not read."""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import psutil
import pytest

from bridge.capture.steady import clip_frames
from bridge.client import Client
from bridge.frames import Setup, TrackerClip
from bridge.load import Load, LoadFigures
from bridge.local import LocalDaemon

Driven = Callable[[LocalDaemon, Load], LoadFigures]
Daemons = Callable[..., LocalDaemon]


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(200)])])
def test_every_frame_of_a_session_at_90_hz_is_accounted_for(daemons: Daemons, driven: Driven, seconds: int) -> None:
    """Tests 1 and 4 of the design."""
    found = driven(daemons(), Load(1, 90.0, seconds))
    assert found.sent == 90 * seconds == found.answered + found.superseded and found.lost == 0
    assert found.answered > 0.5 * found.sent


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(200)])])
def test_thirty_two_people_are_served_alike(daemons: Daemons, driven: Driven, seconds: int) -> None:
    """Test 2: whoever waits longest runs first, however many there are."""
    found = driven(daemons(), Load(32, 90.0, seconds))
    assert found.lost == 0
    assert max(found.results_per_s) <= 1.1 * min(found.results_per_s) + 2 / seconds


@pytest.mark.parametrize("stopped_s", [1.5, pytest.param(20.0, marks=[pytest.mark.slow, pytest.mark.timeout(200)])])
def test_who_does_not_read_is_not_written_to(
    daemons: Daemons, swaying: TrackerClip, figures: Callable[..., None], stopped_s: float
) -> None:
    """Test 3: two results are under way at most, and the next is of a frame that is three frames old or less."""
    daemon = daemons()
    assert daemon.process is not None
    frames = clip_frames(swaying)
    with Client.connect(daemon.connection_file) as client, client.open_session(Setup()) as live:
        for _ in range(30):
            live.send(next(frames))
            assert live.poll(3.0)
        before = psutil.Process(daemon.process.pid).memory_info().rss
        ends = time.monotonic() + stopped_s
        newest = 30
        while time.monotonic() < ends:
            frame = next(frames, None)
            if frame is None:
                time.sleep(0.1)
                client.ping()
                continue
            newest = frame.sequence
            live.send(frame)
            time.sleep(1 / 90)
        client.ping()
        grown_mb = (psutil.Process(daemon.process.pid).memory_info().rss - before) / 1e6
        stale = [answer.pose.sequence for answer in iter(live.poll, None)]
        live.send(replace(next(clip_frames(swaying)), sequence=newest + 1, time_ns=round(1e9 * newest / 60)))
        fresh = live.poll(3.0)
    figures(stopped_s=stopped_s, stale=stale, grown_mb=grown_mb)
    assert len(stale) <= 2 and fresh is not None and newest + 1 - fresh.pose.sequence <= 3
    assert grown_mb < 5
