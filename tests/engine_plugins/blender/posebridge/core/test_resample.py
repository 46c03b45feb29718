"""Another frame rate: the same span, the same moments, and frames that are there already stay."""
from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation, Slerp

from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.core.resample import resample, sample
from tests.vectors.retarget_rigs import NEUTRAL

RNG = np.random.default_rng(2)
TURNS = Rotation.from_rotvec(np.cumsum(0.3 * RNG.normal(size=(31, 22, 3)), axis=0).reshape(-1, 3))
LOCAL = TURNS.as_quat().reshape(31, 22, 4) * RNG.choice([-1.0, 1.0], size=(31, 22, 1))
MOTION = SolvedMotion(NEUTRAL, 60.0, np.cumsum(RNG.normal(size=(31, 3)), axis=0), LOCAL)


@pytest.mark.parametrize(("to_hz", "frames"), [(24.0, 13), (25.0, 13), (29.97, 15), (30.0, 16), (60.0, 31),
                                                 (120.0, 61)])
def test_between_frames_it_is_slerp_over_the_same_span(to_hz: float, frames: int) -> None:
    found = resample(MOTION, to_hz)
    assert len(found) == frames and found.rate_hz == to_hz
    at_s = np.arange(frames) / to_hz
    for joint in range(22):
        wanted = Slerp(np.arange(31) / 60, Rotation.from_quat(LOCAL[:, joint]))(np.minimum(at_s, 0.5))
        assert (Rotation.from_quat(found.local_xyzw[:, joint]) * wanted.inv()).magnitude().max() < 1e-6
    for axis in range(3):
        assert_allclose(found.root_m[:, axis], np.interp(at_s, np.arange(31) / 60, MOTION.root_m[:, axis]), atol=1e-9)
    assert (np.sum(found.local_xyzw[1:] * found.local_xyzw[:-1], axis=-1) > 0).all()


def test_frames_that_are_there_stay_themselves() -> None:
    half = resample(MOTION, 30.0)
    assert_allclose(np.abs(np.sum(half.local_xyzw * LOCAL[::2], axis=-1)), 1, atol=1e-12)
    assert_allclose(half.root_m, MOTION.root_m[::2], atol=1e-9)


def test_outside_it_is_held_and_a_single_frame_is_a_motion() -> None:
    found = sample(MOTION, np.array([-1.0, 99.0]))
    assert_allclose(found.root_m, MOTION.root_m[[0, -1]])
    still = SolvedMotion(NEUTRAL, 60.0, MOTION.root_m[:1], LOCAL[:1])
    assert len(resample(still, 24.0)) == 1
    with pytest.raises(ValueError, match="above zero, got 0"):
        resample(MOTION, 0.0)
