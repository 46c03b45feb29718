"""Simulated trackers: mounts, noise of the stated size, losses where and as long as asked."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_COUNT, JOINT_INDEX, Motion, SensorNoise, Setup, Skeleton, Tracker
from bridge.motion import global_rotations, joint_positions
from bridge.simulate import Dropouts, Loss, as_session, simulate_trackers


def tumbling(frames: int = 600) -> Motion:
    turns = Rotation.random(frames * JOINT_COUNT, random_state=2).as_quat().reshape(frames, JOINT_COUNT, 4)
    root = np.random.default_rng(2).normal(size=(frames, 3))
    return Motion(Skeleton(), 60.0, root.astype(np.float32), turns.astype(np.float32))


def test_a_mounted_tracker_reads_where_it_sits() -> None:
    motion, mount = tumbling(20), Rotation.from_euler("xyz", [0.3, -0.5, 1.0])
    tracker = Tracker(JOINT_INDEX["pelvis"], np.float32([0.1, 0.2, 0.3]), mount.as_quat().astype(np.float32))
    clip = simulate_trackers(motion, Setup(trackers=(tracker,), noise=SensorNoise(0, 0)))
    for frame in range(20):
        pelvis = Rotation.from_quat(motion.local_xyzw[frame, 0])
        expected = motion.root_position_m[frame] + pelvis.as_matrix() @ [0.1, 0.2, 0.3]
        np.testing.assert_allclose(clip.positions_m[frame, 0], expected, atol=1e-5)
        assert (Rotation.from_quat(clip.rotations_xyzw[frame, 0]).inv() * pelvis * mount).magnitude() < 1e-5


def test_noise_has_the_stated_size() -> None:
    motion = tumbling()
    setup = Setup(noise=SensorNoise(0.01, 0.05))
    clip = simulate_trackers(motion, setup, seed=4)
    joints = [tracker.joint for tracker in setup.trackers]
    assert (clip.positions_m - joint_positions(motion)[:, joints]).std() == pytest.approx(0.01, rel=0.05)
    true = Rotation.from_quat(global_rotations(motion.local_xyzw)[:, joints].reshape(-1, 4))
    error = (true.inv() * Rotation.from_quat(clip.rotations_xyzw.reshape(-1, 4))).as_rotvec()
    assert error.std() == pytest.approx(0.05, rel=0.05)


def test_the_same_seed_gives_the_same_readings() -> None:
    motion, losses = tumbling(), Dropouts(0.3)
    first, again, other = (simulate_trackers(motion, Setup(), seed, losses) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.positions_m, again.positions_m)
    assert (first.positions_m != other.positions_m).any()


def test_a_loss_hides_one_tracker_for_its_span() -> None:
    clip = simulate_trackers(tumbling(120), Setup(), losses=[Loss(1, 0.5, 1.0)])
    np.testing.assert_array_equal(np.flatnonzero(~clip.position_valid[:, 1]), np.arange(30, 60))
    assert clip.position_valid[:, [0, 2]].all()
    np.testing.assert_array_equal(clip.rotation_valid, clip.position_valid)
    assert not clip.positions_m[30:60, 1].any()


def test_dropouts_take_the_share_asked_for_from_the_hands() -> None:
    clip = simulate_trackers(tumbling(60 * 300), Setup(), seed=3, losses=Dropouts(0.3))
    assert clip.position_valid[:, 0].all()
    assert 1 - clip.position_valid[:, 1:].mean() == pytest.approx(0.3, abs=0.06)
    bursts = np.diff(np.flatnonzero(np.diff(clip.position_valid[:, 1].astype(int))))[::2] / 60
    assert bursts.min() > 0.45


def test_a_session_knows_the_body_the_truth_and_whether_there_is_a_floor() -> None:
    motion = replace(tumbling(10), skeleton=Skeleton(Skeleton().offsets_m * 1.1), floor=False, name="climb")
    session = as_session(motion)
    assert session.setup.floor_height_m is None
    assert session.setup.skeleton is motion.skeleton
    assert session.truth is motion
    assert session.name == "climb"
