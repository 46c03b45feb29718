"""Bytes <-> frames, the messages a session file shares with the sockets: SessionSetup, TrackerFrame, PoseFrame.

Only the wire*.py files know protobuf, and every value from outside passes bridge/checks.py in them.
What a decode_ function refuses it refuses with an InputInvalid: NotFinite, UnitInvalid, TrackerUnknown,
TooShort, TooLarge or Malformed.
"""
from __future__ import annotations

from typing import TypeVar

import numpy as np
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError, Message

from bridge import checks
from bridge.config import Limits
from bridge.errors import InputInvalid
from bridge.frames import JOINT_COUNT, PoseFrame, SensorNoise, Setup, Tracker, TrackerFrame
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import SESSION_TOKEN_BYTES

PACKAGE = "posebridge.v1"
SETUP_SCHEMA = f"{PACKAGE}.SessionSetup"
TRACKERS_SCHEMA = f"{PACKAGE}.TrackerFrame"
POSE_SCHEMA = f"{PACKAGE}.PoseFrame"

_M = TypeVar("_M", bound=Message)


def schema(name: str) -> bytes:
    """The serialized FileDescriptorSet that describes a message, for a session file's schema record."""
    if name not in (SETUP_SCHEMA, TRACKERS_SCHEMA, POSE_SCHEMA):
        raise KeyError(f"no schema {name!r}")
    described = FileDescriptorSet()
    pb.DESCRIPTOR.CopyToProto(described.file.add())
    return described.SerializeToString()


def parse(kind: type[_M], payload: bytes) -> _M:
    """The message in the bytes; Malformed if there is none."""
    message = kind()
    try:
        message.ParseFromString(payload)
    except DecodeError as error:
        raise checks.Malformed(f"{len(payload)} bytes are no {kind.DESCRIPTOR.name}") from error
    return message


def encode_setup(setup: Setup, name: str = "") -> bytes:
    return setup_message(setup, name).SerializeToString()


def decode_setup(payload: bytes, limits: Limits | None = None) -> tuple[Setup, str]:
    """The setup and the session's name."""
    return read_setup(parse(pb.SessionSetup, payload), limits or Limits())


def encode_tracker_frame(frame: TrackerFrame) -> bytes:
    """A frame as a session file holds it: without the session's token."""
    return tracker_message(frame).SerializeToString()


def decode_tracker_frame(payload: bytes) -> TrackerFrame:
    return read_tracker(parse(pb.TrackerFrame, payload))


def encode_pose_frame(pose: PoseFrame) -> bytes:
    return pose_message(pose).SerializeToString()


def decode_pose_frame(payload: bytes) -> PoseFrame:
    return read_pose(parse(pb.PoseFrame, payload))


def setup_message(setup: Setup, name: str) -> pb.SessionSetup:
    return pb.SessionSetup(
        name=name,
        offsets_m=setup.skeleton.offsets_m.ravel().tolist(),
        trackers=[_tracker_message(tracker) for tracker in setup.trackers],
        position_sd_m=setup.noise.position_sd_m,
        rotation_sd_rad=setup.noise.rotation_sd_rad,
        floor_height_m=setup.floor_height_m,
    )


def _tracker_message(tracker: Tracker) -> pb.Tracker:
    return pb.Tracker(
        joint=pb.Joint.Name(tracker.joint + 1),
        mount_position_m=tracker.mount_position_m.tolist(),
        mount_xyzw=tracker.mount_xyzw.tolist(),
    )


def read_setup(message: pb.SessionSetup, limits: Limits) -> tuple[Setup, str]:
    checks.counted(len(message.trackers), 1, limits.trackers, "trackers")
    floor = message.floor_height_m if message.HasField("floor_height_m") else None
    if floor is not None:
        checks.between(floor, -checks.REACH_M, checks.REACH_M, "the floor's height", "m")
    setup = Setup(
        skeleton=checks.skeleton(message.offsets_m),
        trackers=tuple(_read_mounted(tracker) for tracker in message.trackers),
        noise=SensorNoise(
            checks.between(message.position_sd_m, 0, 1, "the noise of positions", "m"),
            checks.between(message.rotation_sd_rad, 0, 3.2, "the noise of rotations", "rad"),
        ),
        floor_height_m=floor,
    )
    return setup, checks.text(message.name, limits.text_length, "the name")


def _read_mounted(message: pb.Tracker) -> Tracker:
    position = checks.shaped(message.mount_position_m or [0, 0, 0], (3,), "a mount's position")
    rotation = checks.shaped(message.mount_xyzw or [0, 0, 0, 1], (4,), "a mount's rotation")
    return Tracker(
        checks.joint_row(message.joint),
        checks.within(position, checks.MOUNT_M, "a mount's position"),
        checks.unit_rotations(rotation, "a mount's rotation"),
    )


def tracker_message(frame: TrackerFrame, session: bytes = b"", last_result_seen: int | None = None) -> pb.TrackerFrame:
    return pb.TrackerFrame(
        session=session,
        sequence=frame.sequence,
        time_ns=frame.time_ns,
        last_result_seen=last_result_seen,
        positions_m=frame.positions_m.ravel().tolist(),
        rotations_xyzw=frame.rotations_xyzw.ravel().tolist(),
        position_valid=checks.bits(frame.position_valid),
        rotation_valid=checks.bits(frame.rotation_valid),
    )


def read_tracker(message: pb.TrackerFrame) -> TrackerFrame:
    if message.session and len(message.session) != SESSION_TOKEN_BYTES:
        raise InputInvalid(f"a session's token has {SESSION_TOKEN_BYTES} bytes, not {len(message.session)}")
    positions, rotations = message.positions_m[:], message.rotations_xyzw[:]
    count = checks.counted(len(positions) // 3, 1, 32, "trackers")
    position_valid = checks.flags(message.position_valid, count, "position_valid")
    rotation_valid = checks.flags(message.rotation_valid, count, "rotation_valid")
    return TrackerFrame(
        sequence=message.sequence,
        time_ns=read_time(message.time_ns),
        positions_m=checks.live_positions(positions, position_valid),
        rotations_xyzw=checks.live_rotations(rotations, rotation_valid),
        position_valid=position_valid,
        rotation_valid=rotation_valid,
    )


def read_time(time_ns: int) -> int:
    if time_ns < 0:
        raise InputInvalid(f"time_ns is {time_ns}; it must not be negative")
    return time_ns


def pose_message(pose: PoseFrame) -> pb.PoseFrame:
    message = pb.PoseFrame()
    write_pose(message, pose)
    return message


def write_pose(message: pb.PoseFrame, pose: PoseFrame, received_ns: int = 0, sent_ns: int = 0) -> None:
    """Into an empty message."""
    message.MergeFromString(b"".join([
        _ROOT, checks.shaped(pose.root_position_m, (3,), "root").tobytes(),
        _LOCAL, checks.shaped(pose.local_xyzw, (JOINT_COUNT, 4), "local_xyzw").tobytes(),
        _CONFIDENCE, checks.shaped(pose.confidence, (JOINT_COUNT,), "confidence").tobytes()]))
    message.sequence = pose.sequence
    message.time_ns = pose.time_ns
    message.measured = checks.bits(pose.measured)
    message.server_received_ns = received_ns
    message.server_sent_ns = sent_ns


def before_floats(kind: type[Message], field: str, count: int) -> bytes:
    """What protobuf writes before so many floats of a packed field: its key and length. The floats follow as they lie
    in memory, and to hand them over so takes a fifth of the time of a list of numbers."""
    return kind(**{field: [0.0] * count}).SerializeToString()[: -4 * count]


_ROOT = before_floats(pb.PoseFrame, "root_position_m", 3)
_LOCAL = before_floats(pb.PoseFrame, "local_xyzw", 4 * JOINT_COUNT)
_CONFIDENCE = before_floats(pb.PoseFrame, "confidence", JOINT_COUNT)


def read_pose(message: pb.PoseFrame) -> PoseFrame:
    rotations = checks.shaped(message.local_xyzw, (JOINT_COUNT, 4), "local_xyzw")
    confidence = checks.finite(checks.shaped(message.confidence, (JOINT_COUNT,), "confidence"), "confidence")
    return PoseFrame(
        sequence=message.sequence,
        time_ns=read_time(message.time_ns),
        root_position_m=checks.within(checks.shaped(message.root_position_m, (3,), "root"), checks.REACH_M, "root"),
        local_xyzw=checks.unit_rotations(rotations, "local_xyzw"),
        confidence=np.clip(confidence, 0, 1),
        measured=checks.flags(message.measured, JOINT_COUNT, "measured"),
    )
