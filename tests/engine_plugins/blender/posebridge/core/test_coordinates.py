"""Project axes and Blender's: the same left, the same hand, and nothing lost on the way there and back."""
from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from engine_plugins.blender.posebridge.core import coordinates as c
from engine_plugins.blender.posebridge.core.rotations import about, rotate

LEFT, UP, FORWARD = np.eye(3)
TURN = about(np.array([0.6, 0.0, 0.8]), 0.7)


def test_up_is_z_and_characters_face_minus_y() -> None:
    assert_allclose(c.point_to_blender([LEFT, UP, FORWARD]), [[1, 0, 0], [0, 0, 1], [0, -1, 0]])
    assert_allclose(c.point_from_blender([[0, 0, 1], [0, -1, 0]]), [UP, FORWARD])


def test_a_turn_to_the_left_stays_one() -> None:
    quarter = c.turn_to_blender(about(UP, np.pi / 2))
    assert_allclose(rotate(quarter, [0, -1, 0]), [1, 0, 0], atol=1e-12)  # from facing -Y to facing its left, +X


def test_turning_and_converting_may_change_places() -> None:
    point = np.array([0.3, -1.2, 2.0])
    assert_allclose(rotate(c.turn_to_blender(TURN), c.point_to_blender(point)), c.point_to_blender(rotate(TURN, point)))


def test_there_and_back_is_nothing() -> None:
    matrix = np.arange(16.0).reshape(4, 4)
    assert_allclose(c.turn_from_blender(c.turn_to_blender(TURN)), TURN)
    assert_allclose(c.object_from_blender(c.object_to_blender(matrix)), matrix)
    assert_allclose(c.wxyz_to_xyzw(c.xyzw_to_wxyz(TURN)), TURN)
    assert_allclose(c.xyzw_to_wxyz(np.array([1.0, 2, 3, 4])), [4, 1, 2, 3])


def test_an_object_s_matrix_keeps_what_is_inside_and_changes_the_world_outside() -> None:
    matrix, inside = np.eye(4), np.array([0.1, 0.2, 0.3, 1.0])
    matrix[:3, 3] = [4, 5, 6]
    assert_allclose((c.object_from_blender(matrix) @ inside)[:3], c.point_from_blender((matrix @ inside)[:3]))
