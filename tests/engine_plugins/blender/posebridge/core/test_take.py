"""Timed poses become a motion at a steady rate, whatever the times they came at."""
from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine_plugins.blender.posebridge.core.live_link import Moment
from engine_plugins.blender.posebridge.core.rotations import about
from engine_plugins.blender.posebridge.core.smpl22 import NEUTRAL_OFFSETS_M
from engine_plugins.blender.posebridge.core.take import Take

BASE_NS = 1_700_000_000_000_000_000


def moment(at_s: float) -> Moment:
    """At time t somebody is t metres along and turned by t radians."""
    local = np.tile([0.0, 0, 0, 1], (22, 1))
    local[0] = about([0.0, 1, 0], at_s) * (-1 if round(at_s * 1000) % 2 else 1)
    return Moment(BASE_NS + round(at_s * 1e9), np.array([at_s, 0.9, 0]), local, np.zeros((0, 3)))


def take(*at_s: float) -> Take:
    made = Take(np.array(NEUTRAL_OFFSETS_M))
    for one in at_s:
        made.add(moment(one))
    return made


def test_an_unsteady_stream_becomes_steady() -> None:
    times = np.cumsum(np.random.default_rng(3).uniform(0.002, 0.03, 200))
    made = take(*times)
    motion = made.motion(24.0)
    at_s = times[0] + np.arange(len(motion)) / 24
    assert motion.rate_hz == 24 and at_s[-1] <= times[-1] < at_s[-1] + 1 / 24
    assert_allclose(motion.root_m[:, 0], at_s, atol=1e-6)
    assert np.abs(np.sum(motion.local_xyzw[:, 0] * about([0.0, 1, 0], at_s), axis=-1)).min() > 1 - 1e-9
    assert np.sum(motion.local_xyzw[1:, 0] * motion.local_xyzw[:-1, 0], axis=-1).min() > 0.9
    assert_allclose(made.duration_s, times[-1] - times[0], atol=1e-8)


def test_a_gap_is_bridged_and_what_comes_twice_or_late_is_left_out() -> None:
    made = take(0.0, 0.1, 0.1, 0.05, 2.0, 2.1)
    assert len(made) == 4
    assert_allclose(made.motion(10.0).root_m[:, 0], np.arange(22) / 10, atol=1e-6)


@pytest.mark.parametrize("times", [(), (1.0,), (1.0, 1.001)])
def test_what_is_no_take_says_so(times: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="nothing to be kept"):
        take(*times).motion(30.0)
