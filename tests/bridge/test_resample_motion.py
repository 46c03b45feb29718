"""Motions on another clock: every joint's rotations by a cubic of its own, which is that of all at once."""
from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from bridge.demo_motion import demo_motion
from bridge.frames import Motion
from bridge.resample import frame_times
from bridge.resample_motion import motion_at, resample_motion


@pytest.fixture
def short() -> Motion:
    whole = demo_motion()
    return Motion(whole.skeleton, whole.rate_hz, whole.root_position_m[:90], whole.local_xyzw[:90])


def test_joint_by_joint_is_all_at_once(short: Motion) -> None:
    at_s = frame_times(60, 90.0)
    flips = np.cumprod(np.sign((short.local_xyzw[1:] * short.local_xyzw[:-1]).sum(-1, keepdims=True)), axis=0)
    steady = np.concatenate([short.local_xyzw[:1], short.local_xyzw[1:] * flips])
    whole = CubicSpline(frame_times(len(short), short.rate_hz), steady)(at_s)
    whole /= np.linalg.norm(whole, axis=-1, keepdims=True)
    np.testing.assert_allclose(motion_at(short, at_s).local_xyzw, whole, atol=1e-6)


def test_there_and_back(short: Motion) -> None:
    again = resample_motion(resample_motion(short, 240.0), short.rate_hz)
    inner = slice(2, len(again) - 2)
    dots = abs((again.local_xyzw[inner] * short.local_xyzw[: len(again)][inner]).sum(-1))
    assert np.degrees(2 * np.arccos(dots.clip(-1, 1))).max() < 0.5
    np.testing.assert_allclose(again.root_position_m[inner], short.root_position_m[: len(again)][inner], atol=1e-3)
    assert resample_motion(short, short.rate_hz) is short


def test_two_frames_are_too_few(short: Motion) -> None:
    two = Motion(short.skeleton, short.rate_hz, short.root_position_m[:2], short.local_xyzw[:2])
    with pytest.raises(ValueError, match="a motion of 2 frames cannot be resampled; 3 are needed"):
        motion_at(two, frame_times(2, 60.0))
