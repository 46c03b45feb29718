from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.vmc.axes import flipped_positions, flipped_rotations


def test_there_and_back_is_nothing() -> None:
    random = np.random.default_rng(0)
    places, turns = random.normal(size=(5, 3)).astype("f4"), Rotation.random(5, random).as_quat().astype("f4")
    np.testing.assert_array_equal(flipped_positions(flipped_positions(places)), places)
    np.testing.assert_array_equal(flipped_rotations(flipped_rotations(turns)), turns)


def test_a_turned_point_is_the_same_point_in_both() -> None:
    random = np.random.default_rng(1)
    points, turns = random.normal(size=(9, 3)), Rotation.random(9, random)
    there = Rotation.from_quat(flipped_rotations(turns.as_quat()))
    turned = flipped_positions(turns.apply(points))
    np.testing.assert_allclose(there.apply(flipped_positions(points)), turned, atol=1e-6)


def test_the_left_hand_is_where_unity_has_left() -> None:
    assert flipped_positions(np.array([0.7, 1.4, 0.0]))[0] < 0
