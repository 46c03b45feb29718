"""A live session without sockets."""
from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from bridge.config import Limits
from bridge.messages import LiveFrame
from bridge.wire_client import decode_client
from engine_plugins.blender.posebridge.core.client_errors import DaemonRefused
from engine_plugins.blender.posebridge.core.client_events import Failed
from engine_plugins.blender.posebridge.core.client_live import MOST_POSES, Live, Reading
from engine_plugins.blender.posebridge.core.messages import Error, ErrorCode, GoAway, PoseFrame, ServerMessage
from tests.engine_plugins.blender.posebridge.core.actor import reading

TOKEN = bytes(range(16))


def pose(sequence: int = 1, **changes: object) -> bytes:
    frame = PoseFrame(sequence, 10 * sequence, array("f", [0, 0.5, 0]), array("f", [0, 0, 0, 1] * 22),
                      array("f", [0.25] * 22), 1 << 21 | 1)
    return ServerMessage(body=replace(frame, **changes)).encode()  # type: ignore[arg-type]


@pytest.fixture
def live() -> Live:
    one = Live()
    one.open(TOKEN)
    return one


def sent(live: Live) -> LiveFrame:
    """What the daemon reads of it."""
    payload = live.next_payload()
    assert payload is not None
    _, frame = decode_client(payload, Limits())
    assert isinstance(frame, LiveFrame)
    return frame


def test_a_reading_reaches_the_daemon_as_it_was(live: Live) -> None:
    one = reading(5)
    one = replace(one, position_valid=np.array([True, False, True]), rotation_valid=np.array([True, True, False]),
                  positions_m=one.positions_m.astype(np.float64))
    live.offer(one)
    frame = sent(live)
    assert frame.session == TOKEN and frame.frame.time_ns == one.time_ns
    assert frame.frame.position_valid.tolist() == [True, False, True]
    assert frame.frame.rotation_valid.tolist() == [True, True, False]
    assert_allclose(frame.frame.positions_m[[0, 2]], one.positions_m[[0, 2]], atol=1e-6)
    assert live.next_payload() is None


def test_sequences_rise_and_acknowledge_the_newest_pose(live: Live) -> None:
    live.offer(reading(1))
    first = sent(live)
    assert first.last_result_seen is None
    live.hear(pose(first.frame.sequence))
    live.offer(reading(2))
    second = sent(live)
    assert second.frame.sequence > first.frame.sequence == second.last_result_seen
    live.open(bytes(16))
    live.offer(reading(3))
    assert sent(live).last_result_seen is None, "what an earlier session answered is nothing to this one"


def test_the_newest_reading_wins(live: Live) -> None:
    for number in (1, 2, 3):
        live.offer(reading(number))
    assert sent(live).frame.time_ns == reading(3).time_ns and live.unsent == 2


def test_poses_come_in_order_and_once(live: Live) -> None:
    for sequence in (1, 3, 2, 3, 4):
        live.hear(pose(sequence))
    assert [one.time_ns for one in live.take_poses()] == [10, 30, 40]
    assert live.take_poses() == []
    for sequence in range(5, 5 + 2 * MOST_POSES):
        live.hear(pose(sequence))
    assert len(poses := live.take_poses()) == MOST_POSES and poses[-1].time_ns == 10 * (4 + 2 * MOST_POSES)


def test_a_pose_is_read_into_arrays(live: Live) -> None:
    live.hear(pose())
    (one,) = live.take_poses()
    assert_array_equal(one.root_position_m, np.float32([0, 0.5, 0]))
    assert_array_equal(one.local_xyzw, np.tile(np.float32([0, 0, 0, 1]), (22, 1)))
    assert_array_equal(one.confidence, np.full(22, 0.25, np.float32))
    assert one.measured.nonzero()[0].tolist() == [0, 21]


@pytest.mark.parametrize("changes", [
    {"root_position_m": array("f", [0, 0])}, {"local_xyzw": array("f", [0] * 87)}, {"confidence": array("f")},
    {"root_position_m": array("f", [0, float("nan"), 0])}, {"local_xyzw": array("f", [float("inf")] * 88)},
])
def test_a_pose_that_cannot_be_is_refused(live: Live, changes: dict[str, object]) -> None:
    with pytest.raises(DaemonRefused, match="the daemon sent a pose"):
        live.hear(pose(**changes))
    assert live.take_poses() == []


def test_errors_are_told_and_only_an_unknown_session_ends(live: Live) -> None:
    (failed,) = live.hear(ServerMessage(body=Error(ErrorCode.NOT_FINITE, "NaN", sequence=3)).encode())
    assert isinstance(failed, Failed) and failed.request == 0 and live.session == TOKEN
    live.hear(ServerMessage(body=GoAway("bye")).encode())
    live.hear(ServerMessage(body=Error(ErrorCode.SESSION_UNKNOWN, "who?")).encode())
    live.offer(reading(1))
    assert live.next_payload() is None
    live.hear(pose())
    assert live.take_poses() == []


@pytest.mark.parametrize("wrong", [
    replace(reading(1), time_ns=-1), replace(reading(1), time_ns=1 << 63),
    replace(reading(1), positions_m=np.zeros((2, 3), np.float32)),
    replace(reading(1), rotations_xyzw=np.zeros((3, 3), np.float32)),
    replace(reading(1), rotation_valid=np.ones(4, np.bool_)),
])
def test_a_reading_that_does_not_agree_with_itself_is_not_taken(live: Live, wrong: Reading) -> None:
    with pytest.raises(ValueError, match="a reading of 3 trackers at"):
        live.offer(wrong)
