from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from bridge.frames import TrackerClip
from bridge.resample import sample_readings, unit_quaternions


def clip(turns: np.ndarray, valid: np.ndarray) -> TrackerClip:
    """(T, 4) of one tracker, which moves a metre a frame."""
    positions = np.arange(3 * len(turns), dtype="f4").reshape(-1, 1, 3) / 3
    return TrackerClip(60.0, positions, turns[:, None].astype("f4"), valid[:, None], valid[:, None])


def test_between_two_rotations_the_shorter_way_is_taken_whatever_their_signs() -> None:
    angles = np.array([0.0, 0.2, 0.5, 0.4])
    turns = Rotation.from_rotvec(angles[:, None] * [0, 1, 0]).as_quat()
    signs = np.array([1, -1, -1, 1])[:, None]
    times_s, at_s = np.array([0.0, 0.1, 0.2, 0.4]), np.array([-1.0, 0.0, 0.05, 0.1, 0.15, 0.3, 0.4, 9.0])
    found = sample_readings(clip(turns * signs, np.ones(4, bool)), times_s, at_s)
    wanted = Rotation.from_rotvec(np.interp(at_s, times_s, angles)[:, None] * [0, 1, 0])
    off = (Rotation.from_quat(found.rotations_xyzw[:, 0]) * wanted.inv()).magnitude()
    assert off.max() < 1e-3  # linear between neighbours and then unit, which is the sphere's own way for small steps
    assert_allclose(np.linalg.norm(found.rotations_xyzw, axis=-1), 1, atol=1e-6)
    assert_allclose(found.positions_m[:, 0, 0], np.interp(at_s, times_s, np.arange(4)), atol=1e-6)


def test_what_was_lost_is_not_invented() -> None:
    valid = np.array([True, False, True, True])
    still, at_s = np.tile([0, 0, 0, 1], (4, 1)), np.array([0, 0.5, 1, 1.5, 2, 2.5])
    found = sample_readings(clip(still, valid), np.arange(4.0), at_s)
    assert found.position_valid[:, 0].tolist() == found.rotation_valid[:, 0].tolist() == [
        True, False, False, False, True, True]


def test_a_quaternion_of_no_length_is_the_identity() -> None:
    found = unit_quaternions(np.array([[0, 0, 0, 0], [0, 0, 2, 0]], dtype="f4"))
    assert found.dtype == np.float32 and found.tolist() == [[0, 0, 0, 1], [0, 0, 1, 0]]
