"""Test 14: on a GPU a person is told the same whoever is there too, at every edge of the recorded sizes, and the same
as on a CPU but for what rounding does."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch

from bridge.client import Answer, Client, LiveSession
from bridge.demo_motion import demo_motion
from bridge.engine.captured import CapturedLive
from bridge.engine.gather import rows_of
from bridge.engine.interface import WINDOW_FRAMES, LivePose
from bridge.engine.solver import load_engine
from bridge.frames import Setup, Skeleton, TrackerClip, TrackerFrame
from bridge.local import LocalDaemon
from bridge.simulate import simulate_trackers

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine"),
    pytest.mark.timeout(600),
]
Daemons = Callable[..., LocalDaemon]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
EDGES = (1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 63, 64, 65, 257)
MORE_EDGES = (255, 256, 511, 512, 513, 1023, 1024, 1025, 4095, 4096, 4097)
AMONG_OTHERS_M, AMONG_OTHERS_RAD = 1e-3, 1e-2  # what the size of a batch may change: 0.3 mm, 3 mrad on an H100 in TF32
CPU_M, CPU_RAD = 3e-3, 2e-2  # what the network's TF32 may
TICKS = 6


def setup_of(person: int) -> Setup:
    """People of five sizes, every third without a floor."""
    scale = 0.9 + 0.05 * (person % 5)
    return Setup(Skeleton(np.float32(scale) * Setup().skeleton.offsets_m), floor_height_m=None if person % 3 else 0.0)


def window_of(clip: TrackerClip, person: int, tick: int) -> TrackerClip:
    """Every seventh person has one hand that is lost, every eleventh one that jumps."""
    first = 13 * (person % 50) + tick
    window = rows_of(clip, first, first + WINDOW_FRAMES)
    lost, positions = window.position_valid.copy(), window.positions_m.copy()
    lost[10:30, 1] &= bool(person % 7)
    positions[20:23, 2] += 0.0 if person % 11 else 0.9
    return replace(window, positions_m=positions, position_valid=lost, rotation_valid=window.rotation_valid & lost)


def told(engine: object, slots: Sequence[int], people: Sequence[int], clip: TrackerClip) -> list[list[LivePose]]:
    """What each of the people is told in TICKS ticks, who sit in those slots."""
    for slot, person in zip(slots, people, strict=True):
        engine.open(slot, setup_of(person))  # type: ignore[attr-defined]
    poses = []
    for tick in range(TICKS):
        windows = [window_of(clip, person, tick) for person in people]
        poses.append(list(engine.solve_live(slots, windows, [tick / 60] * len(people))))  # type: ignore[attr-defined]
    for slot in slots:
        engine.close(slot)  # type: ignore[attr-defined]
    return poses


def apart(one: LivePose, other: LivePose) -> tuple[float, float]:
    """Metres between the roots, and the greatest angle."""
    ways = [np.linalg.norm(one.local_xyzw - sign * other.local_xyzw, axis=-1) for sign in (1, -1)]
    turned = 4 * np.arcsin((np.minimum(*ways) / 2).clip(0, 1))
    return float(np.linalg.norm(one.root_position_m - other.root_position_m)), float(turned.max())


@pytest.fixture(scope="module")
def clip() -> TrackerClip:
    return simulate_trackers(demo_motion(), Setup(), seed=0)


@pytest.fixture(scope="module")
def engine() -> object:
    return load_engine(device="cuda", threads=1)


@pytest.mark.parametrize("count", [*EDGES, *(pytest.param(count, marks=pytest.mark.slow) for count in MORE_EDGES)])
def test_nobody_is_told_otherwise_at_the_edges_of_sizes(engine: object, clip: TrackerClip, count: int) -> None:
    people = np.random.default_rng(count).permutation(count).tolist()
    all_of_them = told(engine, range(count), people, clip)
    asked = sorted({0, count // 2, count - 1, *(place for place, person in enumerate(people) if person in (0, 7, 11))})
    for place in asked:
        alone = told(engine, [3], [people[place]], clip)
        for tick in range(TICKS):
            moved, turned = apart(all_of_them[tick][place], alone[tick][0])
            assert moved < AMONG_OTHERS_M and turned < AMONG_OTHERS_RAD, f"person {people[place]}, tick {tick}"


def test_the_device_tells_what_a_cpu_does(engine: object, clip: TrackerClip) -> None:
    people = list(range(24))
    mine = told(engine, people, people, clip)
    theirs = told(load_engine(device="cpu", threads=1), people, people, clip)
    worst = np.array([apart(one, other) for ours, others in zip(mine, theirs, strict=True)
                      for one, other in zip(ours, others, strict=True)]).max(0)
    assert worst[0] < CPU_M and worst[1] < CPU_RAD, worst


def test_every_size_is_a_graph(engine: object, clip: TrackerClip) -> None:
    told(engine, range(9), list(range(9)), clip)
    live = engine._live  # type: ignore[attr-defined]
    assert isinstance(live, CapturedLive)
    recordings = live._people[0]._recordings
    assert {size for size, _ in recordings} >= {2, 4, 8, 16}
    assert not [recording.failed for recording in recordings.values() if recording.failed]


def test_a_daemon_serves_from_the_device(
    daemons: Daemons, frames: Iterator[TrackerFrame], answered: Answered
) -> None:
    daemon = daemons(engine="cuda")
    with Client.connect(daemon.connection_file) as client:
        lives = [client.open_session(Setup()) for _ in range(3)]
        for _ in range(10):
            for live in lives:
                pose = answered(live, frames).pose
                assert np.isfinite(pose.local_xyzw).all() and np.isfinite(pose.root_position_m).all()
        for live in lives:
            live.close()
