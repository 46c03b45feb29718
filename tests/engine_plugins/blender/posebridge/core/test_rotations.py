"""Quaternions against scipy's, and the laws that rig work leans on."""
from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation, Slerp

from engine_plugins.blender.posebridge.core import rotations as r

RNG = np.random.default_rng(5)
MANY = RNG.normal(size=(200, 4))
MANY /= np.linalg.norm(MANY, axis=-1, keepdims=True)
OTHERS, VECTORS = np.roll(MANY, 7, axis=0), RNG.normal(size=(200, 3))


def apart_rad(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    return (Rotation.from_quat(first) * Rotation.from_quat(last).inv()).magnitude()


def test_products_turns_and_matrices_are_scipy_s() -> None:
    scipy, others = Rotation.from_quat(MANY), Rotation.from_quat(OTHERS)
    assert apart_rad(r.multiply(MANY, OTHERS), (scipy * others).as_quat()).max() < 1e-9
    assert apart_rad(r.inverse(MANY), scipy.inv().as_quat()).max() < 1e-9
    assert_allclose(r.rotate(MANY, VECTORS), scipy.apply(VECTORS), atol=1e-12)
    assert_allclose(r.to_matrix(MANY), scipy.as_matrix(), atol=1e-12)
    assert apart_rad(r.from_matrix(scipy.as_matrix()), MANY).max() < 1e-9


def test_half_turns_survive_matrices() -> None:
    halves = np.concatenate([np.eye(4)[:3], r.unit(np.array([[1.0, 1, 0, 0], [-1, 2, 3, 0]]))])
    assert apart_rad(r.from_matrix(Rotation.from_quat(halves).as_matrix()), halves).max() < 1e-7


def test_the_shortest_turn_takes_one_direction_to_another_about_an_axis_across() -> None:
    ends = np.roll(VECTORS, 3, axis=0)
    turns = r.between(VECTORS, ends)
    assert_allclose(r.rotate(turns, r.unit(VECTORS)), r.unit(ends), atol=1e-9)
    assert np.abs(np.sum(turns[:, :3] * VECTORS, axis=-1)).max() < 1e-9


def test_opposite_directions_are_half_a_turn_apart_and_no_direction_turns_nothing() -> None:
    axes = np.concatenate([np.eye(3), VECTORS[:5]])
    assert_allclose(r.rotate(r.between(axes, -axes), r.unit(axes)), -r.unit(axes), atol=1e-6)
    assert_allclose(r.between(np.zeros(3), np.eye(3)[0]), r.IDENTITY)


def test_slerp_is_scipy_s_whatever_the_signs() -> None:
    signs = np.where(np.arange(200) % 2, 1.0, -1.0)[:, None]
    for share in (0.0, 0.3, 1.0):
        wanted = [Slerp([0, 1], Rotation.from_quat([first, last]))(share).as_quat()
                  for first, last in zip(MANY, OTHERS, strict=True)]
        assert apart_rad(r.slerp(MANY, OTHERS * signs, share), np.array(wanted)).max() < 1e-7
    assert apart_rad(r.slerp(MANY, MANY, 0.4), MANY).max() < 1e-7


def test_a_turn_is_its_swing_after_its_twist() -> None:
    axes = r.unit(VECTORS)
    twist = r.twist_about(MANY, axes)
    swing = r.multiply(MANY, r.inverse(twist))
    assert_allclose(np.cross(twist[:, :3], axes), 0, atol=1e-9)  # about the axis
    assert_allclose(np.sum(swing[:, :3] * axes, axis=-1), 0, atol=1e-9)  # across it
    assert_allclose(r.twist_about(np.array([1.0, 0, 0, 0]), np.eye(3)[1]), r.IDENTITY)  # half a swing has none


def test_continuous_signs_change_no_rotation() -> None:
    angles = np.linspace(0, 12, 50)
    path = r.about(np.eye(3)[1], angles)[:, None] * RNG.choice([-1.0, 1.0], size=(50, 1, 1))
    smooth = r.continuous(path)
    assert (np.sum(smooth[1:] * smooth[:-1], axis=-1) > 0).all()
    assert apart_rad(smooth[:, 0], path[:, 0]).max() < 1e-9
    assert len(r.continuous(path[:1])) == 1
