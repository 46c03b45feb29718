"""The shipped session is what the generator makes, and what the demo promises."""
from __future__ import annotations

import numpy as np
import pytest

from bridge.capture.load import load_session
from bridge.demo_motion.shipped import PATH, demo_session


def test_the_shipped_session_is_what_the_generator_makes() -> None:
    shipped, made = load_session(PATH), demo_session()
    assert shipped.clip.rate_hz == made.clip.rate_hz == 60.0
    np.testing.assert_allclose(shipped.clip.positions_m, made.clip.positions_m, atol=1e-5)
    alike = np.abs((shipped.clip.rotations_xyzw * made.clip.rotations_xyzw).sum(-1))
    np.testing.assert_allclose(alike, 1, atol=1e-5)
    np.testing.assert_array_equal(shipped.clip.position_valid, made.clip.position_valid)
    assert shipped.truth is not None and made.truth is not None
    np.testing.assert_allclose(shipped.truth.root_position_m, made.truth.root_position_m, atol=1e-5)
    np.testing.assert_allclose(np.abs((shipped.truth.local_xyzw * made.truth.local_xyzw).sum(-1)), 1, atol=1e-5)
    assert shipped.setup.noise.position_sd_m == pytest.approx(0.002)
    assert shipped.setup.noise.rotation_sd_rad == pytest.approx(np.radians(0.5))


def test_twenty_seconds_small_and_the_left_hand_lost_for_one() -> None:
    clip = load_session(PATH).clip
    assert 19 < len(clip) / clip.rate_hz < 22
    assert PATH.stat().st_size < 1_000_000
    assert (~clip.position_valid).sum(axis=0).tolist() == [0, 60, 0]
