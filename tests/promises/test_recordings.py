"""Test 20: a daemon that records is killed at any moment, and each file has all but the last second of what was
answered. (Files cut off at every byte: tests/bridge/capture/test_mcap.py.)"""
from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import pytest

from bridge.capture.mcap import read_recording
from bridge.client import Client
from bridge.frames import Setup, TrackerFrame
from bridge.local import LocalDaemon

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
Daemons = Callable[..., LocalDaemon]
MOST_LOST_S = 1.0


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_killed_daemon_leaves_all_but_the_last_second(
    daemons: Daemons, frames: Iterator[TrackerFrame], figures: Callable[..., None], kills: int
) -> None:
    """Two people: one asked to be recorded, one is since everybody is."""
    moments, lost_s = random.Random(20), []
    sent = {frame.sequence: frame for frame in islice(frames, 600)}
    for _ in range(kills):
        daemon = daemons()
        assert daemon.process is not None
        with Client.connect(daemon.connection_file) as client:
            lives = [client.open_session(Setup(), "own", record=True), client.open_session(Setup(), "other")]
            files = [lives[0].recording, *client.start_recording()]
            answered, until_s = [0, 0], time.monotonic() + moments.uniform(0.1, 3.0)
            for frame in sent.values():
                for number, live in enumerate(lives):
                    live.send(frame)
                    if answer := live.poll(0.5 / 60):
                        answered[number] = answer.pose.sequence
                if time.monotonic() > until_s and min(answered) > 0:
                    break
            daemon.process.kill()
            daemon.process.wait()
        for file, last in zip(files, answered, strict=True):
            if sent[last].time_ns < MOST_LOST_S * 1e9:
                continue  # all of it may be lost
            assert file is not None
            recording = read_recording(file)
            for frame in recording.frames:
                np.testing.assert_array_equal(frame.positions_m, sent[frame.sequence].positions_m)
            lost_s.append((sent[last].time_ns - recording.frames[-1].time_ns) / 1e9)
            assert recording.poses[-1].sequence <= recording.frames[-1].sequence
    figures(kills=kills, files=len(lost_s), most_lost_s=max(lost_s))
    assert max(lost_s) <= MOST_LOST_S
