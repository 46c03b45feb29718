"""Angles against scipy's, and their choice among all that say the same against one that goes frame by frame."""
from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.export.euler import ORDERS, EulerPath, euler_degrees


def wandering(seed: int, frames: int = 300, joints: int = 5) -> Rotation:
    """(frames * joints,) rotations that turn by about ten degrees a frame, over poles and through whole turns."""
    steps = Rotation.from_rotvec(np.random.default_rng(seed).normal(scale=0.15, size=(frames * joints, 3)))
    path = [Rotation.random(joints, random_state=seed)]
    for frame in range(1, frames):
        path.append(path[-1] * steps[frame * joints : (frame + 1) * joints])
    return Rotation.concatenate(path)


def nearest_one_by_one(first: np.ndarray) -> np.ndarray:
    """(T, 3): of each frame's angles, the same rotation's others, and those whole turns on, what is nearest."""
    angles = [first[0]]
    for own in first[1:]:
        both = np.array([own, [own[0] + 180, 180 - own[1], own[2] + 180]])
        both = both + 360 * np.round((angles[-1] - both) / 360)
        angles.append(both[np.abs(both - angles[-1]).sum(-1).argmin()])
    return np.array(angles)


@pytest.mark.parametrize("order", ORDERS)
def test_they_say_the_rotations_as_scipy_does_and_each_is_the_nearest_to_the_frame_before(order: str) -> None:
    turns = wandering(3)
    angles = euler_degrees(turns.as_quat().reshape(300, 5, 4), order)
    scipys = turns.as_euler(order, degrees=True).reshape(300, 5, 3)
    np.testing.assert_allclose(angles[0], scipys[0], atol=1e-6)
    for joint in range(5):
        np.testing.assert_allclose(angles[:, joint], nearest_one_by_one(scipys[:, joint]), atol=1e-6)
    assert np.abs(angles).max() > 180


@pytest.mark.parametrize("order", ORDERS)
def test_angles_never_jump(order: str) -> None:
    turns = np.linspace(0, 4 * np.pi, 400)
    spin = Rotation.from_euler("y", turns[:, None]) * Rotation.from_euler("x", 1.4 * np.sin(3 * turns)[:, None])
    angles = euler_degrees(spin.as_quat().astype(np.float32)[:, None], order)[:, 0]
    assert np.abs(np.diff(angles, axis=0)).max() < 60
    assert (Rotation.from_euler(order, angles, degrees=True).inv() * spin).magnitude().max() < 1e-3


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("middle", [90.0, -90.0])
def test_at_a_pole_they_still_say_the_rotation(order: str, middle: float) -> None:
    outer = np.random.default_rng(0).uniform(-180, 180, size=(20, 2))
    angles = np.stack([outer[:, 0], np.full(20, middle), outer[:, 1]], axis=-1)
    pole = Rotation.from_euler(order, angles, degrees=True)
    found = euler_degrees(pole.as_quat()[:, None], order)[:, 0]
    assert (Rotation.from_euler(order, found, degrees=True).inv() * pole).magnitude().max() < 1e-6


def test_one_frame_has_its_first_angles() -> None:
    turn = Rotation.from_euler("ZXY", [[10.0, 20.0, 30.0]], degrees=True)
    np.testing.assert_allclose(euler_degrees(turn.as_quat()[:, None], "ZXY")[0], [[10, 20, 30]], atol=1e-6)


@pytest.mark.parametrize("order", ORDERS)
def test_piece_by_piece_is_all_at_once(order: str) -> None:
    turns = wandering(5).as_quat().reshape(300, 5, 4)
    path = EulerPath(order)
    pieces = [path.next(turns[first:last]) for first, last in ((0, 1), (1, 120), (120, 121), (121, 300))]
    np.testing.assert_array_equal(np.concatenate(pieces), euler_degrees(turns, order))
