"""Two-bone limbs: targets reached exactly, bones of their own length, the joint on the side of the pole."""
from __future__ import annotations

import numpy as np
import pytest

from bridge.demo_motion.limbs import REACH, Limb, bend_to, blend, unit

ARM = Limb(np.array([0.255, -0.015, -0.025]), np.array([0.25, 0.01, -0.005]), np.array([0.0, -1.0, 0.0]))


def test_the_limb_ends_at_the_target_with_its_joint_towards_the_pole() -> None:
    rng = np.random.default_rng(1)
    targets = unit(rng.normal(size=(200, 3))) * rng.uniform(0.1, 0.48, size=(200, 1))
    poles = rng.normal(size=(200, 3))
    upper, lower = bend_to(ARM, targets, poles)
    middle = upper.apply(ARM.upper_m)
    np.testing.assert_allclose(middle + lower.apply(ARM.lower_m), targets, atol=1e-9)
    along = unit(targets)
    off_line = middle - along * (middle * along).sum(axis=1, keepdims=True)
    assert ((off_line * poles).sum(axis=1) > 0).all()


def test_the_hinge_turns_forward_for_an_elbow_behind() -> None:
    upper, lower = bend_to(ARM, np.array([[0.4, 0.0, 0.1]]), np.array([[0.0, 0.0, -1.0]]))
    bend = (upper.inv() * lower).as_rotvec()[0]
    assert bend[1] < -0.5
    assert abs(bend[0]) < 0.1


def test_a_target_out_of_reach_is_approached_with_an_almost_straight_limb() -> None:
    upper, lower = bend_to(ARM, np.array([[0.0, 2.0, 0.0]]), np.array([[1.0, 0.0, 0.0]]))
    end = upper.apply(ARM.upper_m) + lower.apply(ARM.lower_m)
    np.testing.assert_allclose(end, [[0, REACH * sum(ARM.lengths_m), 0]], atol=1e-9)


def test_blending_goes_the_shortest_way() -> None:
    upper, lower = bend_to(ARM, np.array([[0.3, 0.1, 0.1]]), np.array([[0.0, -1.0, 0.0]]))
    half = blend(upper, lower, np.array([0.5]))
    whole = (upper.inv() * lower).magnitude()
    assert (upper.inv() * half).magnitude() == pytest.approx(whole / 2)
    assert (blend(upper, lower, np.array([1.0])).inv() * lower).magnitude() == pytest.approx(0, abs=1e-9)
