"""Test 19: however long it serves and however many come and go, the daemon holds as many files as before, and as much
memory. Files are counted when all is quiet again."""
from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np
import psutil
import pytest

from bridge.client import Answer, Client, LiveSession
from bridge.client_crowd import Crowd
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.load import Load, drive
from bridge.local import LocalDaemon
from bridge.memory import memory_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="file descriptors are POSIX's")
Daemons = Callable[..., LocalDaemon]
Within = Callable[[Callable[[], object], float], bool]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
MOST_MB_IN_10_MIN = 1.0
SETTLED_MB = 4.0  # what a process may still take in its first seconds: its allocator's own rounding
SAMPLES = 200


def rss_mb(daemon: LocalDaemon) -> dict[str, float]:
    assert daemon.process is not None
    return {one.name: one.rss_mb for one in memory_of(daemon.process.pid)}


def open_files(daemon: LocalDaemon) -> dict[str, int]:
    assert daemon.process is not None
    return {one.name: psutil.Process(one.pid).num_fds() for one in memory_of(daemon.process.pid)}


def slopes_mb(samples: list[tuple[float, dict[str, float]]]) -> dict[str, float]:
    """Growth of each process in ten minutes: a straight line through its samples but the first fifth."""
    settled = samples[len(samples) // 5 :]
    times_s = [at_s for at_s, _ in settled]
    return {name: float(600 * np.polyfit(times_s, [held[name] for _, held in settled], 1)[0]) for name in settled[0][1]}


@pytest.mark.parametrize("cycles", [300, pytest.param(100_000, marks=[pytest.mark.slow, pytest.mark.timeout(7200)])])
def test_sessions_that_come_and_go_leave_nothing(
    daemons: Daemons, frames: Iterator[TrackerFrame], answered: Answered, within: Within,
    figures: Callable[..., None], cycles: int,
) -> None:
    """Each with a connection of its own and an answer; now and then its client leaves without a word."""
    daemon, samples = daemons(), []
    client = Client.connect(daemon.connection_file)
    files, began_s = open_files(daemon), time.monotonic()
    for number in range(cycles):
        live = client.open_session(Setup())
        answered(live, frames)
        if number % 50 == 49:
            client.close()
            client = Client.connect(daemon.connection_file)
        else:
            live.close()
        if number % max(cycles // SAMPLES, 1) == 0:
            samples.append((time.monotonic() - began_s, rss_mb(daemon)))
    grown_mb = {name: held - samples[SAMPLES // 5][1][name] for name, held in rss_mb(daemon).items()}
    same = within(lambda: open_files(daemon) == files, 10)
    figures(cycles=cycles, took_s=time.monotonic() - began_s, files=files, files_after=open_files(daemon),
            grown_mb=grown_mb, rss_mb=rss_mb(daemon))
    client.close()
    assert same, (files, open_files(daemon))
    assert max(grown_mb.values()) < SETTLED_MB


@pytest.mark.parametrize("seconds", [5, pytest.param(1800, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_eight_people_for_long_are_as_eight_people_for_short(
    daemons: Daemons, swaying: TrackerClip, within: Within, figures: Callable[..., None], seconds: int
) -> None:
    daemon, load, samples = daemons(), Load(8, 60.0, seconds), []
    began_s = time.monotonic()

    def look(done: int, total: int) -> None:
        if done % (total // SAMPLES) == 0:
            samples.append((time.monotonic() - began_s, rss_mb(daemon)))

    with Client.connect(daemon.connection_file) as client, ExitStack() as stack:
        files = open_files(daemon)
        links = [stack.enter_context(client.open_session(Setup(), f"{number}")) for number in range(load.sessions)]
        driven = drive(list(links), Crowd(links), swaying, load, look)
        accounts = [link.close() for link in links]
        same = within(lambda: open_files(daemon) == files, 10)
        after = open_files(daemon)
    heard = sum(len(one.latencies_ms) for one in driven.heard)
    slopes, first, last = slopes_mb(samples), samples[len(samples) // 5][1], samples[-1][1]
    unsent = sum(link.unsent for link in links)  # where the daemon stood still, as this machine did
    figures(seconds=driven.took_s, sent=load.frames * load.sessions, unsent=unsent, answered=heard, files=files,
            files_after=after, rss_mb=last, slope_mb_in_10_min=slopes)
    assert same, (files, after)
    assert sum(one.frames for one in accounts) + unsent == load.frames * load.sessions
    assert heard == sum(one.answered for one in accounts)
    if seconds < 600:
        assert max(last[name] - first[name] for name in last) < SETTLED_MB
    else:
        assert max(slopes.values()) < MOST_MB_IN_10_MIN
