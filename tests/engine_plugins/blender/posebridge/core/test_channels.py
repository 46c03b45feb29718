"""Channels of a retargeted motion: what numbers each rotation mode gets, and where locations go."""
from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from engine_plugins.blender.posebridge.core.channels import Channel, channels, rotation_numbers
from engine_plugins.blender.posebridge.core.retarget import Retargeted

TURNS = Rotation.random(20, rng=np.random.default_rng(2))


def keyed() -> Retargeted:
    """Two bones of twenty frames: a root bone that travels, a pelvis that hangs on it turned by a quarter."""
    basis = np.stack([TURNS.as_quat(), TURNS.inv().as_quat()], axis=1)
    rest = Rotation.from_euler("x", [[0], [90]], degrees=True).as_quat()
    way = np.linspace([0, 0, 0], [1, 2, 3], 20)
    return Retargeted(("root", "hips"), basis, rest, 1, way, 0, 2 * way)


def by_name(rows: list[Channel]) -> dict[tuple[str, str], np.ndarray]:
    names = dict.fromkeys((row.bone, row.name) for row in rows)
    return {name: np.stack([row.values for row in rows if (row.bone, row.name) == name], axis=-1) for name in names}


def test_each_mode_has_its_property() -> None:
    found = by_name([*channels(keyed(), {"root": "ZXY", "hips": "AXIS_ANGLE"}, frozenset())])
    shapes = {name: values.shape[1] for name, values in found.items()}
    assert shapes == {("root", "rotation_euler"): 3, ("root", "location"): 3, ("hips", "rotation_axis_angle"): 4,
                      ("hips", "location"): 3}


def test_quaternions_begin_with_w() -> None:
    assert_allclose(rotation_numbers(TURNS.as_quat(), "QUATERNION"), np.roll(TURNS.as_quat(), 1, axis=1))


def test_angle_and_axis_make_the_rotation_and_none_is_about_y() -> None:
    numbers = rotation_numbers(np.concatenate([TURNS.as_quat(), [[0, 0, 0, 1.0]]]), "AXIS_ANGLE")
    found = Rotation.from_rotvec(numbers[:-1, :1] * numbers[:-1, 1:])
    assert (TURNS.inv() * found).magnitude().max() < 1e-6
    assert_allclose(numbers[-1], [0, 0, 1, 0])


def test_a_location_goes_along_its_parent_s_axes_where_the_bone_wants_that() -> None:
    plain, turned = (by_name([*channels(keyed(), {}, axes)]) for axes in (frozenset(), frozenset({"hips"})))
    assert_allclose(plain["hips", "location"][-1], [1, 2, 3])
    assert_allclose(turned["hips", "location"][-1], [1, -3, 2], atol=1e-12)
    assert_allclose(turned["root", "location"][-1], [2, 4, 6])
