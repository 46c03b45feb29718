from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from bridge.engine.echo import EchoEngine
from bridge.frames import JOINT_INDEX, Motion, Setup, Tracker, TrackerClip
from bridge.motion import joint_positions
from bridge.simulate import simulate_trackers

HEAD = JOINT_INDEX["head"]


def test_the_head_follows_its_tracker_whatever_its_mount(swaying: Callable[..., Motion]) -> None:
    mount = Rotation.from_euler("xyz", [20, 30, 40], degrees=True).as_quat().astype(np.float32)
    setup = Setup(trackers=(Tracker(20), Tracker(HEAD, np.array([0, 0.1, 0.05], dtype=np.float32), mount)))
    moving = swaying(seconds=1.0)
    clip = simulate_trackers(moving, setup, seed=0)
    solved = list(EchoEngine().solve_clip(setup, clip))[-1].motion
    assert solved is not None and len(solved) == len(clip)
    assert_allclose(joint_positions(solved)[:, HEAD], joint_positions(moving)[:, HEAD], atol=0.02)


def test_a_live_pose_is_the_clips_last(standing: Callable[..., TrackerClip]) -> None:
    engine = EchoEngine()
    engine.open(4, Setup())
    clip = standing(41)
    pose = engine.solve_live([4], [clip], [1.0])[0]
    whole = list(engine.solve_clip(Setup(), clip))[-1].motion
    assert whole is not None
    assert_allclose(pose.root_position_m, whole.root_position_m[-1])
    assert_allclose(pose.root_position_m, [0.041, 0.981, 0.041], atol=1e-3)  # 41 mm from the T-pose, on every axis
    assert pose.measured[HEAD] and pose.measured.sum() == 1


def test_without_a_head_it_stands_at_the_origin(standing: Callable[..., TrackerClip]) -> None:
    engine = EchoEngine()
    engine.open(0, Setup(trackers=(Tracker(20),)))
    lonely = standing(41)
    window = TrackerClip(60.0, lonely.positions_m[:, :1], lonely.rotations_xyzw[:, :1], lonely.position_valid[:, :1],
                         lonely.rotation_valid[:, :1])
    pose = engine.solve_live([0], [window], [0.0])[0]
    assert_allclose(pose.root_position_m, 0, atol=1e-6)
    assert not pose.measured.any()
