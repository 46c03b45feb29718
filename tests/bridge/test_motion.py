"""Forward kinematics: the T-pose, a slow plain twin, and the way back from global to local."""
from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_COUNT, JOINT_INDEX, Motion, Skeleton
from bridge.generated.skeleton import PARENTS
from bridge.motion import PIECE, global_rotations, joint_positions, local_rotations, rest_on_floor


def random_motion(frames: int = 5, seed: int = 0) -> Motion:
    local = Rotation.random(frames * JOINT_COUNT, random_state=seed).as_quat().reshape(frames, JOINT_COUNT, 4)
    root = np.random.default_rng(seed).normal(size=(frames, 3))
    return Motion(Skeleton(), 60.0, root.astype(np.float32), local.astype(np.float32))


def t_pose(frames: int = 3) -> Motion:
    local = np.tile(np.float32([0, 0, 0, 1]), (frames, JOINT_COUNT, 1))
    return Motion(Skeleton(), 60.0, np.zeros((frames, 3), np.float32), local)


def test_t_pose_has_the_left_at_plus_x_and_the_toes_forward() -> None:
    joints = joint_positions(t_pose())[0]
    assert joints[JOINT_INDEX["L_wrist"], 0] > 0.5
    assert joints[JOINT_INDEX["R_wrist"], 0] < -0.5
    assert joints[JOINT_INDEX["L_foot"], 2] > joints[JOINT_INDEX["L_ankle"], 2]
    assert joints[JOINT_INDEX["head"], 1] - joints[JOINT_INDEX["L_foot"], 1] + 0.02 == pytest.approx(
        Skeleton().standing_head_height_m
    )


def test_matches_matrices_multiplied_frame_by_frame() -> None:
    motion = random_motion()
    joints = joint_positions(motion)
    for frame in range(len(motion)):
        world = [np.eye(4)] * JOINT_COUNT
        for joint in range(JOINT_COUNT):
            step = np.eye(4)
            step[:3, :3] = Rotation.from_quat(motion.local_xyzw[frame, joint]).as_matrix()
            step[:3, 3] = motion.skeleton.offsets_m[joint] if joint else motion.root_position_m[frame]
            world[joint] = world[PARENTS[joint]] @ step if joint else step
            np.testing.assert_allclose(joints[frame, joint], world[joint][:3, 3], atol=1e-5)


def test_local_undoes_global() -> None:
    motion = random_motion()
    back = local_rotations(global_rotations(motion.local_xyzw))
    np.testing.assert_allclose(np.abs((back * motion.local_xyzw).sum(-1)), 1, atol=1e-5)


def test_rest_on_floor_puts_toes_at_sole_height() -> None:
    assert joint_positions(rest_on_floor(t_pose()))[:, JOINT_INDEX["L_foot"], 1] == pytest.approx(0.02, abs=1e-5)


def test_a_long_motion_is_as_its_parts_are() -> None:
    motion = random_motion(PIECE + 3)
    joints, world = joint_positions(motion), global_rotations(motion.local_xyzw)
    for part in (slice(0, 40), slice(PIECE - 2, PIECE + 3)):
        alone = Motion(motion.skeleton, 60.0, motion.root_position_m[part], motion.local_xyzw[part])
        np.testing.assert_array_equal(joints[part], joint_positions(alone))
        np.testing.assert_array_equal(world[part], global_rotations(alone.local_xyzw))
        np.testing.assert_array_equal(local_rotations(world)[part], local_rotations(world[part]))
