"""Bytes -> the frames of a session file, all of a kind at once: what wire.py says of each, in a fraction of the time.

Protobuf writes the floats of a packed field as they lie in memory, and our fields of floats one after the other. So
they are cut out of every message in one piece; what is before and after is read as messages of their own, which shows
that the cut was at a field's end. All numbers are checked together. Where anything is otherwise, or refused, the
frames are read one by one: then that is what is said of them.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from google.protobuf.message import DecodeError, Message
from numpy.typing import NDArray

from bridge import checks
from bridge.errors import InputInvalid
from bridge.frames import JOINT_COUNT, Floats, PoseFrame, TrackerFrame
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import SESSION_TOKEN_BYTES
from bridge.wire import before_floats, decode_pose_frame, decode_tracker_frame, read_time

_M = TypeVar("_M", bound=Message)


class _OtherwiseError(ValueError):
    """Not as our own writers have it."""


def decode_tracker_frames(payloads: Sequence[bytes], trackers: int) -> list[TrackerFrame]:
    """Frames of so many trackers, or whatever the messages say. Raises what decode_tracker_frame does."""
    try:
        return _tracker_frames(payloads, trackers)
    except (_OtherwiseError, InputInvalid):
        return [decode_tracker_frame(payload) for payload in payloads]


def decode_pose_frames(payloads: Sequence[bytes]) -> list[PoseFrame]:
    """Raises what decode_pose_frame does."""
    try:
        return _pose_frames(payloads)
    except (_OtherwiseError, InputInvalid):
        return [decode_pose_frame(payload) for payload in payloads]


def _tracker_frames(payloads: Sequence[bytes], trackers: int) -> list[TrackerFrame]:
    fields = {"positions_m": 3 * trackers, "rotations_xyzw": 4 * trackers}
    messages, floats = _cut(pb.TrackerFrame, payloads, fields)
    if any(len(message.session) not in (0, SESSION_TOKEN_BYTES) for message in messages):
        raise _OtherwiseError
    valid = [(checks.flags(message.position_valid, trackers, "position_valid"),
              checks.flags(message.rotation_valid, trackers, "rotation_valid")) for message in messages]
    both = np.array(valid, np.bool_).reshape(-1, 2, trackers)
    positions = checks.tracked_positions(floats[0].reshape(-1, trackers, 3), both[:, 0])
    rotations = checks.tracked_rotations(floats[1].reshape(-1, trackers, 4), both[:, 1])
    return [TrackerFrame(message.sequence, read_time(message.time_ns), place, turn, *flags)
            for message, place, turn, flags in zip(messages, positions, rotations, valid, strict=True)]


def _pose_frames(payloads: Sequence[bytes]) -> list[PoseFrame]:
    fields = {"root_position_m": 3, "local_xyzw": 4 * JOINT_COUNT, "confidence": JOINT_COUNT}
    messages, (root, local, confidence) = _cut(pb.PoseFrame, payloads, fields)
    root = checks.within(root, checks.REACH_M, "root")
    local = checks.unit_rotations(local.reshape(-1, JOINT_COUNT, 4), "local_xyzw")
    confidence = np.clip(checks.finite(confidence, "confidence"), 0, 1)
    measured = [checks.flags(message.measured, JOINT_COUNT, "measured") for message in messages]
    return [PoseFrame(message.sequence, read_time(message.time_ns), *parts)
            for message, parts in zip(messages, zip(root, local, confidence, measured, strict=True), strict=True)]


def _cut(kind: type[_M], payloads: Sequence[bytes], fields: dict[str, int]) -> tuple[list[_M], list[Floats]]:
    """Messages without their floats, and those: (N, count) of each field."""
    keys = [before_floats(kind, name, count) for name, count in fields.items()]
    size = sum(map(len, keys)) + 4 * sum(fields.values())
    messages, cuts = [], []
    for payload in payloads:
        at = payload.find(keys[0])
        if at < 0 or at + size > len(payload):
            raise _OtherwiseError
        cuts.append(payload[at : at + size])
        messages.append(_rest(kind, payload[:at], payload[at + size :], fields))
    block = np.frombuffer(b"".join(cuts), np.uint8).reshape(len(payloads), size)
    return messages, _floats(block, keys, fields.values())


def _rest(kind: type[_M], before: bytes, after: bytes, fields: Iterable[str]) -> _M:
    message = kind()
    try:
        message.ParseFromString(before)
        message.MergeFromString(after)
    except DecodeError as error:
        raise _OtherwiseError from error
    if any([len(getattr(message, name)) for name in fields]):
        raise _OtherwiseError
    return message


def _floats(block: NDArray[np.uint8], keys: Sequence[bytes], counts: Iterable[int]) -> list[Floats]:
    """The numbers after each key, where all rows have the keys in their places."""
    found, at = [], 0
    for key, count in zip(keys, counts, strict=True):
        first = at + len(key)
        if not (block[:, at:first] == np.frombuffer(key, np.uint8)).all():
            raise _OtherwiseError
        at = first + 4 * count
        found.append(np.ascontiguousarray(block[:, first:at]).view("<f4").astype(np.float32, copy=False))
    return found
