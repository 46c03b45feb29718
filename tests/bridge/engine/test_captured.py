"""Live sessions on a device, here the CPU: slots, kinds and packed arrays come to the same as turns do."""
from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from bridge.engine.captured import CapturedLive, live_on
from bridge.engine.interface import WINDOW_FRAMES, LivePose
from bridge.engine.packed import PackedPoses, PackedWindows
from bridge.engine.solver import load_solver_prior
from bridge.engine.tensors import body_of
from bridge.engine.turns import LiveTurns
from bridge.frames import DEFAULT_TRACKERS, JOINT_INDEX, Motion, Setup, Tracker, TrackerClip
from bridge.resample import frame_times, sample_readings
from bridge.simulate import simulate_trackers
from models.prior.newest import newest_forward
from models.solver import Solver, SolverConfig

FIVE = Setup(trackers=(*DEFAULT_TRACKERS, Tracker(JOINT_INDEX["L_foot"]), Tracker(JOINT_INDEX["R_foot"])))


@pytest.fixture(scope="module")
def solver() -> Solver:
    prior = load_solver_prior(None)
    return Solver(prior, newest_forward(prior.network))


@pytest.fixture
def clips(swaying: Callable[..., Motion]) -> dict[int, TrackerClip]:
    """Readings by the number of trackers."""
    return {len(setup.trackers): simulate_trackers(swaying(), setup, seed=0) for setup in (Setup(), FIVE)}


def window(clip: TrackerClip, last: int) -> TrackerClip:
    times = frame_times(len(clip), clip.rate_hz)
    return sample_readings(clip, times, times[last] + np.arange(1 - WINDOW_FRAMES, 1) / 60)


def same(mine: Sequence[LivePose], theirs: Sequence[LivePose]) -> None:
    assert len(mine) == len(theirs)
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one.root_position_m, other.root_position_m, atol=1e-4)
        np.testing.assert_allclose(one.confidence, other.confidence, atol=1e-3)
        np.testing.assert_allclose(abs((one.local_xyzw * other.local_xyzw).sum(-1)), 1, atol=1e-5)
        assert np.array_equal(one.measured, other.measured)


def test_sessions_of_several_kinds_come_and_go(solver: Solver, clips: dict[int, TrackerClip]) -> None:
    mine, theirs = CapturedLive(solver, "cpu", "float32"), LiveTurns(solver)
    here: dict[int, Setup] = {}

    def comes(slot: int, setup: Setup) -> None:
        here[slot] = setup
        for live in (mine, theirs):
            live.open(slot, body_of(setup))

    def goes(slot: int) -> None:
        del here[slot]
        for live in (mine, theirs):
            live.close(slot)

    for slot, setup in ((2, Setup()), (90, FIVE), (0, Setup()), (7, FIVE)):
        comes(slot, setup)
    for tick in range(8):
        if tick == 3:
            goes(2)
            comes(5, Setup())
            comes(0, FIVE)  # a slot that somebody else had
        if tick == 5:
            goes(90), goes(7), goes(0)
        if tick == 6:
            comes(1, FIVE)
        slots = list(here)[::-1]
        windows = [window(clips[len(here[slot].trackers)], 50 + tick + slot % 9) for slot in slots]
        asked = slots, windows, [tick / 60] * len(slots)
        same(mine.solve_live(*asked), theirs.solve_live(*asked))


def test_packed_windows_are_those_windows(solver: Solver, clips: dict[int, TrackerClip]) -> None:
    windows = [window(clips[3], 50), window(clips[5], 60), window(clips[3], 70)]
    packed = PackedWindows.of(windows)
    assert len(packed) == 3 and PackedWindows.of(packed) is packed and not PackedWindows.of([])
    for given, back, indexed in zip(windows, packed, (packed[0], packed[1], packed[-1]), strict=True):
        for name in ("positions_m", "rotations_xyzw", "position_valid", "rotation_valid"):
            assert np.array_equal(getattr(given, name), getattr(back, name))
            assert np.array_equal(getattr(given, name), getattr(indexed, name))
    some = packed.stacked(np.array([2, 0]))
    assert np.array_equal(some[0], np.stack([windows[2].positions_m, windows[0].positions_m]))
    alike = PackedWindows.of([windows[0], windows[2]])
    assert np.array_equal(alike.stacked()[1], np.stack([windows[0].rotations_xyzw, windows[2].rotations_xyzw]))


def test_packed_poses_are_those_poses() -> None:
    rows = np.random.default_rng(0).random((3, 135)).astype(np.float32)
    rows[:, -22:] = rows[:, -22:] > 0.5
    poses = PackedPoses(rows)
    assert np.array_equal(PackedPoses.of(list(poses)).rows, rows) and PackedPoses.of(poses) is poses
    assert len(poses[1:]) == 2 and poses[-1].measured.dtype == np.bool_


def test_nobody_is_in_a_slot_that_was_not_opened(solver: Solver, clips: dict[int, TrackerClip]) -> None:
    live = CapturedLive(solver, "cpu", "float32")
    live.open(0, body_of(Setup()))
    live.close(0)
    live.close(1000)
    with pytest.raises(KeyError, match=r"\[0\]"):
        live.solve_live([0], [window(clips[3], 50)], [0.0])


def test_a_solver_that_cannot_be_recorded_is_told_of(solver: Solver, caplog: pytest.LogCaptureFixture) -> None:
    sampler = replace(SolverConfig().sampler, passes=2)
    with caplog.at_level(logging.WARNING):
        assert live_on(replace(solver, config=SolverConfig(sampler=sampler)), "cpu") is None
    assert "2 passes" in caplog.text
