from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bridge.farm.quality import PIECE, lost_runs_s, odd_frames, quality_flags, reading_noise
from bridge.frames import JOINT_COUNT, Motion, SensorNoise, Session, Setup, Skeleton
from bridge.motion import rest_on_floor
from bridge.simulate import Dropouts, as_session


@pytest.fixture
def calm(swaying: Callable[..., Motion]) -> Motion:
    """Solved and sure; the truth of every session here."""
    motion = rest_on_floor(swaying(seconds=5))
    return replace(motion, confidence=np.full((len(motion), JOINT_COUNT), 0.7, np.float32))


def kinds(session: Session, motion: Motion, swapped: str | None = None) -> list[str]:
    return [flag.kind for flag in quality_flags(session, motion, swapped)]


def test_a_good_session_has_none(calm: Motion) -> None:
    assert kinds(as_session(calm), calm) == []


def test_a_trembling_tracker_is_noise(calm: Motion) -> None:
    shaky = Setup(calm.skeleton, noise=SensorNoise(0.012, 0.01))
    (flag,) = quality_flags(as_session(calm, setup=shaky), calm, None)
    assert flag.kind == "noise" and "mm per axis" in flag.said
    turning = Setup(calm.skeleton, noise=SensorNoise(0.001, 0.06))
    (flag,) = quality_flags(as_session(calm, setup=turning), calm, None)
    assert flag.kind == "noise" and "deg per axis" in flag.said


@pytest.mark.parametrize("rate_hz", [60.0, 90.0, 120.0])
def test_noise_is_told_as_it_is_at_any_rate(swaying: Callable[..., Motion], rate_hz: float) -> None:
    motion = swaying(rate_hz=rate_hz, seconds=5)
    found_m, found_rad = reading_noise(as_session(motion, setup=Setup(noise=SensorNoise(0.004, 0.02))).clip)
    assert found_m == pytest.approx(0.004, rel=0.25) and found_rad == pytest.approx(0.02, rel=0.35)


def test_lost_hands_are_drop_outs(calm: Motion) -> None:
    (flag,) = quality_flags(as_session(calm, losses=Dropouts(0.3)), calm, None)
    assert flag.kind == "drop-outs" and "wrist lost for up to" in flag.said and "head 0%" in flag.said


def test_the_longest_time_without_a_reading_is_found_wherever_it_is(calm: Motion) -> None:
    clip = as_session(calm).clip
    read = np.ones_like(clip.position_valid)
    read[:7, 0] = read[40:46, 0] = read[-1, 0] = False  # at the start
    read[50:80, 1] = read[90:95, 1] = False
    shares, runs_s = lost_runs_s(replace(clip, position_valid=read))
    np.testing.assert_allclose(runs_s * clip.rate_hz, [7, 30, 0], rtol=1e-6)
    np.testing.assert_allclose(shares * len(clip), [14, 35, 0], rtol=1e-5)
    assert lost_runs_s(replace(clip, position_valid=~read))[1][2] == pytest.approx(len(clip) / clip.rate_hz)


def test_a_swap_is_passed_on_and_doubt_is_told(calm: Motion) -> None:
    unsure = replace(calm, confidence=np.full_like(calm.confidence, 0.2))
    assert kinds(as_session(calm), unsure, "hands exchanged") == ["swap", "low confidence"]


def test_a_body_that_cannot_reach_its_trackers_is_out_of_distribution(calm: Motion) -> None:
    small = replace(calm, skeleton=Skeleton(calm.skeleton.offsets_m * np.float32(0.7)))
    assert kinds(as_session(calm), small) == ["out of distribution"]


def test_so_is_somebody_in_mid_air(calm: Motion) -> None:
    up = replace(calm, root_position_m=calm.root_position_m + np.float32([0, 1.5, 0]))
    (flag,) = quality_flags(as_session(up), up, None)
    assert flag.kind == "out of distribution" and "above the floor" in flag.said
    nowhere = replace(as_session(up), setup=replace(as_session(up).setup, floor_height_m=None))
    assert kinds(nowhere, up) == []


def test_of_a_long_session_each_frame_is_as_odd_as_in_a_short_one(swaying: Callable[..., Motion]) -> None:
    motion = swaying(rate_hz=30.0, seconds=(PIECE + 100) / 30)
    root = motion.root_position_m.copy()
    root[PIECE - 10 : PIECE + 20, 1] += 1.5
    up = replace(motion, root_position_m=root)
    odd = odd_frames(as_session(motion), up)
    assert {tuple(frames.nonzero()[0]) for frames in odd.values()} == {tuple(range(PIECE - 10, PIECE + 20)), ()}
    assert all(len(frames) == len(motion) for frames in odd.values())
