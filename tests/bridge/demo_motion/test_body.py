"""The demo's person: feet that stay where they stand, knees and elbows that bend the right way, the whole story."""
from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.demo_motion import demo_motion
from bridge.demo_motion.script import demo_script
from bridge.frames import JOINT_INDEX, Motion
from bridge.motion import global_rotations, joint_positions

RATE_HZ = 60.0


@pytest.fixture(scope="module")
def motion() -> Motion:
    return demo_motion(RATE_HZ)


@pytest.fixture(scope="module")
def joints(motion: Motion) -> dict[str, NDArray[np.float64]]:
    positions = joint_positions(motion).astype(np.float64)
    return {name: positions[:, row] for name, row in JOINT_INDEX.items()}


def standing(side: int, count: int) -> NDArray[np.bool_]:
    """Frames in which this foot has settled and no step of its own is on."""
    times, down = np.arange(count) / RATE_HZ, np.ones(count, dtype=bool)
    for step in demo_script().steps:
        if step.side == side:
            down &= (times < step.start_s) | (times > step.end_s + 0.14)
    return down


@pytest.mark.parametrize("side", [0, 1])
def test_a_standing_foot_does_not_slide(joints: dict[str, NDArray[np.float64]], side: int) -> None:
    toes = joints[f"{'LR'[side]}_foot"]
    both = standing(side, len(toes))[1:] & standing(side, len(toes))[:-1]
    speed = np.linalg.norm(np.diff(toes, axis=0), axis=1) * RATE_HZ
    assert speed[both].max() < 0.005
    assert toes[standing(side, len(toes)), 1] == pytest.approx(0.02, abs=0.001)


def test_nothing_is_below_the_floor(joints: dict[str, NDArray[np.float64]]) -> None:
    assert min(place[:, 1].min() for place in joints.values()) > 0.015


@pytest.mark.parametrize("side", ["L", "R"])
def test_knees_bend_forward_and_reach_the_ankle(
    motion: Motion, joints: dict[str, NDArray[np.float64]], side: str
) -> None:
    flexion = Rotation.from_quat(motion.local_xyzw[:, JOINT_INDEX[f"{side}_knee"]]).as_rotvec()
    assert flexion[:, 0].min() > -0.02
    assert 1.5 < flexion[:, 0].max() < 2.6
    assert np.abs(flexion[:, 1:]).max() < 0.35
    foot = Rotation.from_quat(global_rotations(motion.local_xyzw)[:, JOINT_INDEX[f"{side}_ankle"]])
    forward = foot.apply([0, 0, 1]) * [1, 0, 1]
    middle = (joints[f"{side}_hip"] + joints[f"{side}_ankle"]) / 2
    assert ((joints[f"{side}_knee"] - middle) * forward).sum(axis=1).min() > -0.03


@pytest.mark.parametrize(("side", "outward"), [("L", 1), ("R", -1)])
def test_elbows_flex_about_their_hinge_only(motion: Motion, side: str, outward: int) -> None:
    bend = Rotation.from_quat(motion.local_xyzw[:, JOINT_INDEX[f"{side}_elbow"]])
    forearm = bend.apply([outward, 0, 0])
    flexion = np.arctan2(forearm[:, 2], outward * forearm[:, 0])
    assert flexion.min() > -0.1
    assert flexion.max() < 2.5
    assert np.abs(forearm[:, 1]).max() < 0.2


def test_arms_hang_at_the_sides_at_first(joints: dict[str, NDArray[np.float64]]) -> None:
    for side, outward in (("L", 1), ("R", -1)):
        arm = joints[f"{side}_wrist"][0] - joints[f"{side}_shoulder"][0]
        assert arm[1] < -0.4
        assert 0.0 < outward * arm[0] < 0.2
        assert 0.0 < arm[2] < 0.25


def test_the_story_is_told(joints: dict[str, NDArray[np.float64]]) -> None:
    assert joints["pelvis"][:, 2].max() > 1.8  # walks away
    left = joints["L_hip"] - joints["R_hip"]
    heading = np.unwrap(np.arctan2(-left[:, 2], left[:, 0]))
    assert heading[int(9 * RATE_HZ)] - heading[0] == pytest.approx(np.pi, abs=0.15)  # turns round, to the left
    assert joints["R_wrist"][:, 1].max() > 1.8  # reaches up
    ahead = np.linalg.norm((joints["L_wrist"] - joints["pelvis"])[:, [0, 2]], axis=1)
    assert ahead[int(11.1 * RATE_HZ)] > 0.45  # reaches forward
    assert joints["head"][:, 1].min() < 1.0  # crouches
    assert joints["L_wrist"][:, 1].min() < 0.3
    waving = joints["R_wrist"][int(17 * RATE_HZ) : int(18.6 * RATE_HZ)]
    assert np.ptp(waving - joints["pelvis"][int(17 * RATE_HZ)], axis=0)[[0, 2]].max() > 0.15
    assert waving[:, 1].min() > joints["R_shoulder"][:, 1].max() - 0.15


def test_it_moves_smoothly(joints: dict[str, NDArray[np.float64]]) -> None:
    places = np.stack(list(joints.values()), axis=1)
    jerk = np.linalg.norm(np.diff(places, 3, axis=0), axis=-1) * RATE_HZ**3
    assert jerk.mean() < 100
    assert np.linalg.norm(np.diff(places, axis=0), axis=-1).max() * RATE_HZ < 6


def test_the_same_again_and_at_another_rate(motion: Motion) -> None:
    np.testing.assert_array_equal(demo_motion(RATE_HZ).local_xyzw, motion.local_xyzw)
    slower = demo_motion(30.0)
    np.testing.assert_allclose(slower.root_position_m, motion.root_position_m[::2], atol=0.01)
