"""Angles in every order against scipy, and their way through time."""
from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from engine_plugins.blender.posebridge.core.eulers import ORDERS, to_eulers


def back(angles: np.ndarray, order: str) -> Rotation:
    """Small letters turn about fixed axes, as Blender's orders do."""
    columns = ["XYZ".index(axis) for axis in order]
    return Rotation.from_euler(order.lower(), angles[:, columns])


@pytest.mark.parametrize("order", ORDERS)
def test_the_angles_make_the_rotation(order: str) -> None:
    turns = Rotation.random(500, rng=np.random.default_rng(1))
    error = (turns.inv() * back(to_eulers(turns.as_quat(), order), order)).magnitude()
    assert error.max() < 1e-6


@pytest.mark.parametrize("order", ORDERS)
def test_a_smooth_turn_has_smooth_angles(order: str) -> None:
    """Three turns of a wheel that wobbles, well away from the lock."""
    phase = np.linspace(0, 6 * np.pi, 600)
    wheel = np.stack([phase, 0.8 * np.sin(phase), 0.5 * np.sin(2 * phase)], axis=-1)
    angles = to_eulers(Rotation.from_euler(order.lower(), wheel).as_quat(), order)
    assert np.abs(np.diff(angles, axis=0)).max() < 0.1
    assert np.ptp(angles, axis=0).max() > 5.9 * np.pi


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("middle", [np.pi / 2, -np.pi / 2])
def test_locked_the_rotation_is_still_right(order: str, middle: float) -> None:
    turns = Rotation.from_euler(order.lower(), [[0.3, middle, -1.1], [2.0, middle, 0.4]])
    error = (turns.inv() * back(to_eulers(turns.as_quat(), order), order)).magnitude()
    assert_allclose(error, 0, atol=1e-6)
