"""Motions through the mender: known frames come back exactly, at the file's own rate."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.commands.masks import parse_missing
from bridge.engine.mending import Mender, walked
from bridge.errors import InputInvalid, ModelMissing, TooShort
from bridge.frames import JOINT_COUNT, JOINT_INDEX, Motion, Skeleton
from bridge.motion import global_rotations


def ignored(share: float) -> None:
    assert 0 <= share <= 1


def moving(frames: int = 120, rate_hz: float = 60.0) -> Motion:
    time = np.arange(frames) / rate_hz
    axes = np.random.default_rng(0).normal(size=(JOINT_COUNT, 3)) * 0.15
    turns = np.sin(3 * time)[:, None, None] * axes
    local = Rotation.from_rotvec(turns.reshape(-1, 3)).as_quat().reshape(frames, JOINT_COUNT, 4).astype(np.float32)
    root = np.stack([0.2 * time, 0.95 + 0 * time, 0.1 * time], 1).astype(np.float32)
    return Motion(Skeleton(), rate_hz, root, local, name="sway")


@pytest.fixture(scope="module")
def mender() -> Mender:
    return Mender()


@pytest.mark.parametrize("rate_hz", [60.0, 30.0, 100.0])
def test_complete_changes_only_what_is_missing(mender: Mender, rate_hz: float) -> None:
    motion = moving(120, rate_hz)
    broken = replace(motion, local_xyzw=motion.local_xyzw.copy())
    arm = [JOINT_INDEX[name] for name in ("L_shoulder", "L_elbow", "L_wrist")]
    broken.local_xyzw[40:70, arm] = [0, 0, 0, 1]
    made = mender.complete(broken, [parse_missing("L_arm", "41-70")], ignored)
    assert made.rate_hz == rate_hz
    assert len(made) == 120
    others = [joint for joint in range(JOINT_COUNT) if joint not in arm]
    assert np.array_equal(made.local_xyzw[:, others], motion.local_xyzw[:, others])
    assert np.array_equal(made.local_xyzw[:40], motion.local_xyzw[:40])
    assert np.array_equal(made.root_position_m, motion.root_position_m)
    steps = np.abs(np.diff(global_rotations(made.local_xyzw)[:, arm], axis=0)).max()
    assert steps < 0.15 * 60 / rate_hz


def test_joints_beyond_a_missing_one_keep_their_way_in_the_world(mender: Mender) -> None:
    motion = moving()
    made = mender.complete(motion, [parse_missing("L_elbow", "30-60")], ignored)
    wrist = JOINT_INDEX["L_wrist"]
    one, other = (Rotation.from_quat(global_rotations(each.local_xyzw)[:, wrist]) for each in (made, motion))
    assert (one * other.inv()).magnitude().max() < 1e-3


def test_a_pelvis_that_is_never_known_is_refused(mender: Mender) -> None:
    with pytest.raises(InputInvalid, match="pelvis"):
        mender.complete(moving(), [parse_missing("pelvis", None)], ignored)
    with pytest.raises(TooShort):
        mender.complete(moving(2), [parse_missing("head", None)], ignored)


def test_inbetween_goes_through_its_keys(mender: Mender) -> None:
    motion, keys = moving(61, 30.0), np.array([0, 20, 45, 60])
    made = mender.inbetween(motion, keys, ignored)
    assert made.rate_hz == 60
    assert len(made) == 121
    assert np.array_equal(made.local_xyzw[keys * 2], motion.local_xyzw[keys])
    assert np.allclose(made.root_position_m[keys * 2], motion.root_position_m[keys], atol=1e-5)
    with pytest.raises(InputInvalid, match="key frames"):
        mender.inbetween(motion, np.array([5]), ignored)
    with pytest.raises(InputInvalid, match="key frames"):
        mender.inbetween(replace(motion, rate_hz=240.0), np.array([0, 1, 2]), ignored)


def test_clean_finds_the_noise_and_leaves_true_motion(mender: Mender) -> None:
    motion = moving(200)
    same, joints_deg, root_m = mender.clean(motion, 1.0, ignored)
    assert np.abs(same.root_position_m - motion.root_position_m).max() < 0.002
    assert joints_deg.max() < 0.1
    assert root_m < 1e-3
    random = np.random.default_rng(1)
    shaken = Rotation.from_quat(motion.local_xyzw.reshape(-1, 4)) * Rotation.from_rotvec(
        np.radians(5) * random.normal(size=(200 * JOINT_COUNT, 3)))
    noisy = replace(motion, local_xyzw=shaken.as_quat().reshape(motion.local_xyzw.shape).astype(np.float32))
    _, found, _ = mender.clean(noisy, 1.0, ignored)
    assert found.mean() == pytest.approx(5, rel=0.15)


@pytest.mark.parametrize("rate_hz", [24.0, 50.0])
def test_clean_takes_as_much_out_of_what_was_captured_more_slowly(mender: Mender, rate_hz: float) -> None:
    motion = moving(96, rate_hz)
    turned = Rotation.from_rotvec(np.random.default_rng(1).normal(0, 0.07, (96 * JOINT_COUNT, 3)))
    local = (Rotation.from_quat(motion.local_xyzw.reshape(-1, 4)) * turned).as_quat().astype(np.float32)
    noisy = replace(motion, local_xyzw=local.reshape(motion.local_xyzw.shape))
    same, _, _ = mender.clean(motion, 1.0, ignored)
    made, found_deg, _ = mender.clean(noisy, 1.0, ignored)
    assert len(made) == 96 and made.rate_hz == rate_hz
    assert found_deg.mean() == pytest.approx(4.0, rel=0.25)
    was, off, stirred = (apart_deg(one, motion).mean() for one in (noisy, made, same))
    assert off < 0.55 * was and stirred < 0.05 * was, (was, off, stirred)


def apart_deg(one: Motion, other: Motion) -> np.ndarray:
    """Of the joints' rotations in the world, (T * 22,)."""
    turns = [Rotation.from_quat(global_rotations(each.local_xyzw).reshape(-1, 4)) for each in (one, other)]
    return np.degrees((turns[0].inv() * turns[1]).magnitude())


def test_generate_starts_on_the_body_and_pose_it_is_given(mender: Mender) -> None:
    start = moving(1)
    made = mender.generate(start.skeleton, 1.0, 3, start, None, ignored)
    assert len(made) == 60
    turned = Rotation.from_quat(made.local_xyzw[0]) * Rotation.from_quat(start.local_xyzw[0]).inv()
    assert turned.magnitude().max() < 0.2


def test_a_path_is_walked_from_end_to_end() -> None:
    places = walked(np.array([[0, 0], [0, 3], [4, 3]], np.float32), 100)
    assert np.allclose(places[0], 0)
    assert np.allclose(places[-1], [4, 0, 3])
    assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() < 2 * 7 / 99


def test_no_prior_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Mender(tmp_path / "none.safetensors")
