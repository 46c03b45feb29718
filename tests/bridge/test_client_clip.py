"""Parts of a solved clip on the client's side: each in its place, none lost, none twice."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bridge.client_clip import GatheredClip
from bridge.engine.gather import REPORT_FRAMES, solved_parts
from bridge.errors import DaemonRefused
from bridge.frames import JOINT_COUNT, Motion


@pytest.fixture
def motion(swaying: Callable[..., Motion]) -> Motion:
    told = swaying(seconds=2.5 * REPORT_FRAMES / 60)
    sure = np.random.default_rng(0).random((len(told), JOINT_COUNT), np.float32)
    return replace(told, confidence=sure)


def test_all_parts_are_the_motion(motion: Motion) -> None:
    gathered = GatheredClip(len(motion))
    for part in solved_parts(motion):
        assert not gathered.whole
        gathered.add(part)
    again = gathered.motion(motion.skeleton, motion.rate_hz)
    assert gathered.whole and again.rate_hz == motion.rate_hz
    for name in ("root_position_m", "local_xyzw", "confidence"):
        np.testing.assert_array_equal(getattr(again, name), getattr(motion, name))


def test_a_part_out_of_turn_or_beyond_the_end_is_refused(motion: Motion) -> None:
    first, second, third = solved_parts(motion)
    gathered = GatheredClip(len(motion))
    with pytest.raises(DaemonRefused, match=f"frame {REPORT_FRAMES} of {len(motion)}, not 0"):
        gathered.add(second)
    gathered.add(first)
    with pytest.raises(DaemonRefused, match=f"frame 0 of {len(motion)}, not {REPORT_FRAMES}"):
        gathered.add(first)
    gathered.add(second)
    with pytest.raises(DaemonRefused):
        gathered.add(replace(second, first_frame=third.first_frame))
    assert not gathered.whole
    gathered.add(third)
    assert gathered.whole
