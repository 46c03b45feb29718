from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bridge.frames import JOINT_INDEX, Motion, PoseFrame, Setup, TrackerFrame
from bridge.motion import joint_positions
from bridge.simulate import Loss, as_session
from bridge.viewer.people import moment_of, take_of

HEAD, LEFT = JOINT_INDEX["head"], JOINT_INDEX["L_wrist"]


def test_a_take_is_at_the_nearest_frame_and_stays_at_its_ends(swaying: Callable[..., Motion]) -> None:
    motion = swaying(rate_hz=50.0, seconds=1.0)
    take, joints = take_of("a", motion), joint_positions(swaying(rate_hz=50.0, seconds=1.0))
    for time_s, frame in ((-1.0, 0), (0.0, 0), (0.109, 5), (0.111, 6), (9.0, 49)):
        np.testing.assert_array_equal(take.at(time_s).body.joints_m, joints[frame])
    assert take.duration_s == pytest.approx(0.98)


def test_what_trackers_see_is_measured_and_what_they_lose_is_lost(swaying: Callable[..., Motion]) -> None:
    motion = swaying()
    session = as_session(motion, losses=[Loss(1, 0.5, 1.0)])
    take = take_of("a", motion, session, truth=motion)
    before, lost = take.at(0.2), take.at(0.7)
    assert before.measured is not None and lost.measured is not None and lost.lost is not None
    assert before.measured[[HEAD, LEFT]].all() and before.measured.sum() == 3
    assert lost.measured[HEAD] and not lost.measured[LEFT] and np.flatnonzero(lost.lost).tolist() == [LEFT]
    assert lost.trackers is not None and lost.trackers.seen.tolist() == [True, False, True]


def test_the_distance_to_the_truth_is_known_where_the_truth_is(swaying: Callable[..., Motion]) -> None:
    motion = swaying()
    aside = replace(motion, root_position_m=motion.root_position_m + np.array([0.03, 0, 0.04], np.float32))
    assert take_of("a", motion, truth=aside).at(0.5).apart_cm == pytest.approx(5.0, abs=1e-3)
    assert take_of("a", motion).at(0.5).apart_cm is None


def test_the_truth_has_a_clock_of_its_own(swaying: Callable[..., Motion]) -> None:
    moment = take_of("a", swaying(60.0), truth=swaying(30.0)).at(0.5)
    assert moment.apart_cm == pytest.approx(0, abs=1e-3)


def test_a_live_answer_is_the_same_moment(
    pose_frame: Callable[..., PoseFrame], tracker_frame: Callable[..., TrackerFrame]
) -> None:
    setup, pose = Setup(), pose_frame(4)
    frame = replace(tracker_frame(4), position_valid=np.array([True, False, False]),
                    rotation_valid=np.array([True, False, True]))  # the last is an inertial one
    measured = np.zeros(22, bool)
    measured[HEAD] = True
    moment = moment_of(setup.skeleton, setup.trackers, replace(pose, measured=measured), frame)
    np.testing.assert_allclose(moment.body.joints_m[0], pose.root_position_m)
    assert moment.lost is not None and np.flatnonzero(moment.lost).tolist() == [LEFT]
    assert moment.trackers is not None and moment.trackers.positions_m is frame.positions_m
    assert moment.trackers.seen.tolist() == [True, False, False]
