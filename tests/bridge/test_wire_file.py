"""Frames of a file read at once against the same read one by one, as our writers have them and otherwise."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
from google.protobuf.message import Message

from bridge import wire
from bridge.errors import InputInvalid, NotFinite, UnitInvalid
from bridge.frames import JOINT_COUNT, PoseFrame, TrackerFrame
from bridge.generated import posebridge_pb2 as pb
from bridge.wire_file import decode_pose_frames, decode_tracker_frames

COUNT = 3
Change = Callable[[bytes], bytes]


def turns(rng: np.random.Generator, count: int) -> np.ndarray:
    xyzw = rng.normal(size=(count, 4))
    return np.asarray(xyzw / np.linalg.norm(xyzw, axis=-1, keepdims=True), np.float32)


def tracker_frames(seed: int, count: int = 9) -> list[bytes]:
    """With times and numbers of many lengths, and lost trackers that hold anything."""
    rng, payloads = np.random.default_rng(seed), []
    for row in range(count):
        valid = rng.random((2, COUNT)) < 0.7
        positions = rng.normal(size=(COUNT, 3)).astype(np.float32)
        positions[~valid[0]] = np.nan
        frame = TrackerFrame(7**row, 11**row, positions, turns(rng, COUNT), *valid)
        payloads.append(wire.encode_tracker_frame(frame))
    return payloads


def pose_frames(seed: int, count: int = 9) -> list[bytes]:
    rng = np.random.default_rng(seed)
    return [wire.encode_pose_frame(PoseFrame(
        7**row, 11**row, rng.normal(size=3).astype(np.float32), turns(rng, JOINT_COUNT),
        rng.random(JOINT_COUNT).astype(np.float32), rng.random(JOINT_COUNT) < 0.3)) for row in range(count)]


def same(found: object, wanted: object) -> None:
    assert type(found) is type(wanted)
    for field in fields(wanted):  # type: ignore[arg-type]
        one, other = getattr(found, field.name), getattr(wanted, field.name)
        np.testing.assert_allclose(one, other, rtol=0, atol=6e-8)
        assert np.asarray(one).dtype == np.asarray(other).dtype


def again(payload: bytes, kind: type[Message], **change: object) -> bytes:
    """The message with other values in it."""
    message = kind.FromString(payload)
    for name, value in change.items():
        message.ClearField(name)
        message.MergeFrom(kind(**{name: value}))
    return message.SerializeToString()


def turned_round(payload: bytes) -> bytes:
    """The same message with its fields in another order: what is first comes last."""
    message = pb.TrackerFrame.FromString(payload)
    first = pb.TrackerFrame(sequence=message.sequence, time_ns=message.time_ns)
    message.ClearField("sequence")
    message.ClearField("time_ns")
    return message.SerializeToString() + first.SerializeToString()


def in_halves(payload: bytes) -> bytes:
    """The same message, its positions in two fields."""
    message = pb.TrackerFrame.FromString(payload)
    positions = message.positions_m[:]
    message.ClearField("positions_m")
    halves = (pb.TrackerFrame(positions_m=part).SerializeToString() for part in (positions[:4], positions[4:]))
    return b"".join([*halves, message.SerializeToString()])


def with_more_before(payload: bytes) -> bytes:
    """The same message; what begins like positions is in the session's token before it."""
    token = wire.before_floats(pb.TrackerFrame, "positions_m", 3 * COUNT).ljust(16, b"x")
    return again(payload, pb.TrackerFrame, session=token)


@pytest.mark.parametrize("change", [None, turned_round, in_halves, with_more_before])
def test_tracker_frames_are_what_each_is_alone(change: Change | None) -> None:
    payloads = tracker_frames(seed=1)
    if change:
        payloads[4] = change(payloads[4])
    for found, payload in zip(decode_tracker_frames(payloads, COUNT), payloads, strict=True):
        same(found, wire.decode_tracker_frame(payload))


def test_pose_frames_are_what_each_is_alone() -> None:
    payloads = pose_frames(seed=2)
    for found, payload in zip(decode_pose_frames(payloads), payloads, strict=True):
        same(found, wire.decode_pose_frame(payload))


def test_no_frames_are_none() -> None:
    assert decode_tracker_frames([], COUNT) == [] and decode_pose_frames([]) == []


def test_a_frame_of_fewer_trackers_is_told_as_it_is() -> None:
    payloads = tracker_frames(seed=3)
    assert [len(frame.positions_m) for frame in decode_tracker_frames(payloads, 2)] == [COUNT] * len(payloads)


@pytest.mark.parametrize(("change", "error", "said"), [
    ({"rotations_xyzw": [0.5] * 4 * COUNT, "rotation_valid": 7}, None, ""),
    ({"rotations_xyzw": [0.6] * 4 * COUNT, "rotation_valid": 7}, UnitInvalid, "length 1.2"),
    ({"positions_m": [np.inf] * 3 * COUNT, "position_valid": 1}, NotFinite, "inf"),
    ({"positions_m": [2000.0] * 3 * COUNT, "position_valid": 1}, UnitInvalid, "2000 m"),
    ({"position_valid": 8}, InputInvalid, "marks row 3"), ({"session": b"short"}, InputInvalid, "5"),
    ({"time_ns": -1}, InputInvalid, "time_ns is -1"), ({"rotations_xyzw": []}, InputInvalid, "0 numbers"),
])
def test_what_is_refused_of_one_is_refused_of_all(
    change: dict[str, object], error: type[InputInvalid] | None, said: str
) -> None:
    payloads = tracker_frames(seed=4)
    payloads[5] = again(payloads[5], pb.TrackerFrame, **change)
    if error is None:
        same(decode_tracker_frames(payloads, COUNT)[5], wire.decode_tracker_frame(payloads[5]))
        return
    with pytest.raises(error, match=said):
        decode_tracker_frames(payloads, COUNT)


@pytest.mark.parametrize("cut", [1, 100, 400])
def test_bytes_that_are_no_message_are_refused(cut: int) -> None:
    payloads = pose_frames(seed=5)
    payloads[2] = payloads[2][cut:]
    with pytest.raises(InputInvalid):
        decode_pose_frames(payloads)


def test_a_pose_that_is_none_is_refused() -> None:
    payloads = pose_frames(seed=6)
    payloads[3] = again(payloads[3], pb.PoseFrame, confidence=[np.nan] * JOINT_COUNT)
    with pytest.raises(NotFinite, match="confidence"):
        decode_pose_frames(payloads)
