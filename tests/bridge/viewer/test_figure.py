from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_INDEX, Motion, Skeleton
from bridge.generated.skeleton import PARENTS
from bridge.viewer.colours import VISOR
from bridge.viewer.figure import Mesh, ball_mesh, balls, limb_mesh, limbs, size_of
from bridge.viewer.people import take_of


def test_every_bone_has_a_limb_from_joint_to_joint(swaying: Callable[..., Motion]) -> None:
    motion = swaying()
    body = take_of("a", motion).at(0.7).body
    placed = limbs(motion.skeleton).of(body)
    for row, joint in enumerate(range(1, 22)):
        turned = Rotation.from_quat(placed.wxyz[row][[1, 2, 3, 0]])
        bone = body.joints_m[joint] - body.joints_m[PARENTS[joint]]
        np.testing.assert_allclose(turned.apply([0, 1, 0]), bone / np.linalg.norm(bone), atol=1e-5)
        middle = (body.joints_m[joint] + body.joints_m[PARENTS[joint]]) / 2
        np.testing.assert_allclose(placed.positions_m[row], middle, atol=1e-5)


def test_balls_are_in_the_joints(swaying: Callable[..., Motion]) -> None:
    body = take_of("a", swaying()).at(0.3).body
    np.testing.assert_allclose(balls(Skeleton()).of(body).positions_m, body.joints_m, atol=1e-6)


def test_limbs_have_their_joints_colours_and_the_visor_its_own() -> None:
    parts = limbs(Skeleton())
    joints = np.stack([np.arange(22)] * 3, axis=-1).astype(np.uint8)
    colours = parts.coloured(joints)
    assert tuple(colours[-1]) == VISOR
    assert colours[:21, 0].tolist() == list(range(1, 22))
    assert {int(one) for one in colours[21:-1, 0]} == {
        JOINT_INDEX[name] for name in ("head", "L_wrist", "R_wrist", "L_foot", "R_foot")}


def test_a_taller_body_is_thicker() -> None:
    tall = Skeleton(Skeleton().offsets_m * 1.2)
    assert size_of(tall) == pytest.approx(1.2, abs=1e-3)
    np.testing.assert_allclose(limbs(tall).scales_m, 1.2 * limbs(Skeleton()).scales_m, rtol=1e-3)


@pytest.mark.parametrize("mesh", [limb_mesh(), ball_mesh()], ids=["limb", "ball"])
def test_a_shape_is_seen_from_outside(mesh: Mesh) -> None:
    vertices, faces = mesh
    a, b, c = (vertices[faces[:, corner]].astype(np.float64) for corner in range(3))
    normals = np.cross(b - a, c - a)
    outward = (normals * (a + b + c)).sum(-1)
    assert (outward > -1e-9).all() and (outward > 1e-6).mean() > 0.8
    assert np.abs(vertices).max() <= 1.05
