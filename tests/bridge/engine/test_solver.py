"""The engine with the shipped prior."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import bridge
from bridge.capture.load import load_session
from bridge.compare import errors
from bridge.engine.interface import WINDOW_FRAMES, LivePose
from bridge.engine.solver import SolverEngine, choose_device, load_engine
from bridge.errors import DeviceFailed, ModelMissing
from bridge.frames import JOINT_INDEX, Motion, Setup, Tracker, TrackerClip
from bridge.motion import joint_positions
from bridge.resample import frame_times, sample_readings
from bridge.simulate import simulate_trackers

DEMO = Path(bridge.__file__).parent / "assets" / "demo.mcap"


@pytest.fixture(scope="module")
def engine() -> Iterator[SolverEngine]:
    threads = torch.get_num_threads()
    yield load_engine(device="cpu", threads=1)
    torch.set_num_threads(threads)


def readings(motion: Motion, setup: Setup) -> TrackerClip:
    return simulate_trackers(motion, setup, seed=0)


def solved(engine: SolverEngine, setup: Setup, clip: TrackerClip) -> Motion:
    *steps, last = engine.solve_clip(setup, clip)
    assert [step.motion for step in steps] == [None] * len(steps)
    assert last.motion is not None and last.frames_done == len(clip)
    return last.motion


def test_a_clip_is_cut_finer_while_a_session_is_open(engine: SolverEngine, swaying: Callable[..., Motion]) -> None:
    clip = readings(swaying(60.0, 4.0), Setup())
    alone = len(list(engine.solve_clip(Setup(), clip)))
    engine.open(5, Setup())
    beside = len(list(engine.solve_clip(Setup(), clip)))
    engine.close(5)
    assert beside > 2 * alone and len(list(engine.solve_clip(Setup(), clip))) == alone


def window(clip: TrackerClip, last: int) -> TrackerClip:
    times = frame_times(len(clip), clip.rate_hz)
    return sample_readings(clip, times, times[last] + np.arange(1 - WINDOW_FRAMES, 1) / 60)


@pytest.mark.parametrize("rate_hz", [30.0, 60.0, 90.0])
def test_a_clip_comes_back_at_its_own_rate_and_length(
    engine: SolverEngine, swaying: Callable[..., Motion], rate_hz: float
) -> None:
    truth = swaying(rate_hz, 2.0)
    motion = solved(engine, Setup(), readings(truth, Setup()))
    assert (motion.rate_hz, len(motion)) == (rate_hz, len(truth))
    assert errors(motion, truth).hand_cm < 1.0
    np.testing.assert_allclose(np.linalg.norm(motion.local_xyzw, axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize("frames", [1, 2, 40, 41, 42])
def test_any_length_can_be_solved(engine: SolverEngine, swaying: Callable[..., Motion], frames: int) -> None:
    clip = readings(swaying(60.0, 1.0), Setup())
    short = TrackerClip(60.0, clip.positions_m[:frames], clip.rotations_xyzw[:frames],
                        clip.position_valid[:frames], clip.rotation_valid[:frames])
    assert len(solved(engine, Setup(), short)) == frames


def test_live_hands_are_where_their_trackers_are(engine: SolverEngine, swaying: Callable[..., Motion]) -> None:
    setup, truth = Setup(), swaying(60.0, 2.0)
    clip = readings(truth, setup)
    engine.open(3, setup)
    poses = [engine.solve_live([3], [window(clip, frame)], [frame / 60])[0] for frame in range(60, 90)]
    engine.close(3)
    motion = as_motion(poses)
    hands = joint_positions(motion)[:, [JOINT_INDEX["L_wrist"], JOINT_INDEX["R_wrist"]]]
    assert np.linalg.norm(hands - clip.positions_m[60:90, 1:], axis=-1).max() < 0.03
    assert [name for name, joint in JOINT_INDEX.items() if poses[-1].measured[joint]] == ["head", "L_wrist", "R_wrist"]
    assert ((poses[-1].confidence >= -1e-5) & (poses[-1].confidence <= 1)).all()


def as_motion(poses: list[LivePose]) -> Motion:
    return Motion(Setup().skeleton, 60.0, np.stack([pose.root_position_m for pose in poses]),
                  np.stack([pose.local_xyzw for pose in poses]))


def test_sessions_with_different_trackers_share_a_tick(engine: SolverEngine, swaying: Callable[..., Motion]) -> None:
    truth = swaying(60.0, 1.0)
    three = Setup()
    four = replace(three, trackers=(*three.trackers, Tracker(JOINT_INDEX["pelvis"])))
    for slot, setup in ((0, three), (1, four), (2, three)):
        engine.open(slot, setup)
    windows = [window(readings(truth, setup), 50) for setup in (three, four, three)]
    first, second, third = engine.solve_live([0, 1, 2], windows, [0.0, 0.0, 0.0])
    assert second.measured.sum() == first.measured.sum() + 1
    np.testing.assert_allclose(first.local_xyzw, third.local_xyzw, atol=1e-5)
    for slot in range(3):
        engine.close(slot)


def test_lost_trackers_leave_a_finite_body(engine: SolverEngine, swaying: Callable[..., Motion]) -> None:
    clip = readings(swaying(60.0, 2.0), Setup())
    lost = np.zeros_like(clip.position_valid)
    lost[30:70] = True
    gone = replace(clip, position_valid=clip.position_valid & ~lost, rotation_valid=clip.rotation_valid & ~lost)
    motion = solved(engine, Setup(), gone)
    assert np.isfinite(motion.root_position_m).all() and np.isfinite(motion.local_xyzw).all()


def test_the_demos_session_is_solved_well(engine: SolverEngine) -> None:
    session = load_session(DEMO)
    assert session.truth is not None
    wrong = errors(solved(engine, session.setup, session.clip), session.truth)
    assert wrong.mpjpe_cm < 6 and wrong.hand_cm < 1.0 and wrong.jitter < 1.0  # a real body's is 1.1 and more


def test_a_missing_prior_and_a_missing_device_say_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no prior at"):
        load_engine(tmp_path / "none.safetensors", "cpu")
    with pytest.raises(DeviceFailed, match="allowed: auto, cpu, cuda"):
        choose_device("abacus")


def test_a_reading_that_is_not_believed_is_not_called_measured(
    engine: SolverEngine, swaying: Callable[..., Motion]
) -> None:
    clip = readings(swaying(60.0, 2.0), Setup())
    clip.positions_m[80, 1] += 2.0
    engine.open(0, Setup())
    poses = [engine.solve_live([0], [window(clip, frame)], [frame / 60])[0] for frame in range(78, 84)]
    engine.close(0)
    assert [bool(pose.measured[JOINT_INDEX["L_wrist"]]) for pose in poses] == [True, True, False, True, True, True]
    hands = joint_positions(as_motion(poses))[:, JOINT_INDEX["L_wrist"]]
    assert np.linalg.norm(np.diff(hands, axis=0), axis=-1).max() < 0.03


def test_clips_side_by_side_are_solved_as_one_after_the_other(
    engine: SolverEngine, swaying: Callable[..., Motion]
) -> None:
    """To the last bit: a cluster's machines have other numbers of threads."""
    clips = [(Setup(), readings(swaying(60.0, seconds), Setup())) for seconds in (1.5, 2.0, 2.5, 3.0)]
    abreast = load_engine(device="cpu", threads=2)
    assert (abreast.lanes, abreast.info().clips_at_once, engine.lanes) == (2, 3, 1)
    with ThreadPoolExecutor(2) as lanes:
        found = list(lanes.map(lambda clip: list(abreast.solve_clips([clip]))[-1][1].motion, clips))
    torch.set_num_threads(1)
    for clip, motion in zip(clips, found, strict=True):
        alone = solved(engine, *clip)
        assert motion is not None and np.array_equal(motion.local_xyzw, alone.local_xyzw)
        assert np.array_equal(motion.root_position_m, alone.root_position_m)
