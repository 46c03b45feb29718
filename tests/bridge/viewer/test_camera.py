from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bridge.frames import Floats, Motion, Skeleton
from bridge.motion import joint_positions
from bridge.viewer.camera import ASPECT, FOV_RAD, heading_rad, view_of

HALF = np.float32(np.sqrt(0.5))


def standing(x_m: float = 0.0, turned: tuple[float, ...] = (0, 0, 0, 1)) -> Floats:
    local = np.tile(np.array([0, 0, 0, 1], np.float32), (1, 22, 1))
    local[0, 0] = turned
    return joint_positions(Motion(Skeleton(), 60.0, np.array([[x_m, 0.94, 0]], np.float32), local))


def test_a_body_faces_forward_and_then_left() -> None:
    assert heading_rad(standing()[0]) == pytest.approx(0, abs=1e-3)
    assert heading_rad(standing(turned=(0, HALF, 0, HALF))[0]) == pytest.approx(np.pi / 2, abs=1e-3)


@pytest.mark.parametrize("ahead", [0.0, 2.0, -1.3])
@pytest.mark.parametrize("people", [(0.0,), (-1.3, 1.3), (-3.0, 0.0, 3.0)])
def test_everybody_is_in_the_picture(people: tuple[float, ...], ahead: float) -> None:
    joints = np.concatenate([standing(x) for x in people])
    view = view_of(joints, ahead)
    forward = view.look_at_m - view.position_m
    forward = forward / np.linalg.norm(forward)
    right = np.cross(forward, [0, 1, 0])
    right /= np.linalg.norm(right)
    seen = joints.reshape(-1, 3) - view.position_m
    depth = seen @ forward
    half = np.tan(FOV_RAD / 2)
    assert (depth > 1).all()
    assert (np.abs(seen @ np.cross(right, forward)) < half * depth).all()
    assert (np.abs(seen @ right) < ASPECT * half * depth).all()


def test_it_stands_ahead_of_them_and_not_behind(swaying: Callable[..., Motion]) -> None:
    view = view_of(standing(), 0.0)
    assert view.position_m[2] > 2 and view.position_m[1] > 1
