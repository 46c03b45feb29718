from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import messages, messages_jobs, replies, replies_jobs, wire
from bridge.config import Limits
from bridge.errors import InputInvalid, NotFinite, PoseBridgeError, TooShort, TrackerUnknown, UnitInvalid
from bridge.frames import JOINT_NAMES, PoseFrame, SensorNoise, Setup, Tracker, TrackerClip, TrackerFrame
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import EngineState, ErrorCode, Refused
from bridge.messages_jobs import JobState
from bridge.wire_client import decode_client, encode_client
from bridge.wire_scan import bytes_beside_readings
from bridge.wire_server import decode_server, encode_server

LIMITS = Limits()
TOKEN = bytes(range(16))


def same(one: object, other: object) -> bool:
    """Equality of dataclasses that hold arrays."""
    if isinstance(one, np.ndarray):
        return np.allclose(one, np.asarray(other), atol=1e-6) and one.shape == np.shape(other)
    if is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < 1e-6
    return one == other


def odd_setup() -> Setup:
    turned = np.array([0, 0.6, 0, 0.8], dtype=np.float32)
    trackers = (Tracker(15, np.array([0, 0.1, 0], dtype=np.float32), turned), Tracker(0), Tracker(21))
    return Setup(trackers=trackers, noise=SensorNoise(0.004, 0.02), floor_height_m=None)


def test_the_enums_are_those_of_the_contract() -> None:
    assert {f"ERROR_CODE_{code.name}": code.value for code in ErrorCode} == {
        name: value for name, value in pb.ErrorCode.items() if value}
    assert {f"ENGINE_STATE_{state.name}": state.value for state in EngineState} == {
        name: value for name, value in pb.EngineState.items() if value}
    assert {f"JOB_STATE_{state.name}": state.value for state in JobState} == {
        name: value for name, value in pb.JobState.items() if value}
    assert [f"JOINT_{name.upper()}" for name in JOINT_NAMES] == pb.Joint.keys()[1:]
    assert messages.PROTOCOL_MAX == pb.PROTOCOL_CURRENT


@pytest.mark.parametrize("setup", [Setup(), odd_setup()])
def test_a_setup_comes_back(setup: Setup) -> None:
    assert same(wire.decode_setup(wire.encode_setup(setup, "Ada")), (setup, "Ada"))


def test_frames_come_back(
    tracker_frame: Callable[..., TrackerFrame], pose_frame: Callable[..., PoseFrame]
) -> None:
    frame = replace(tracker_frame(7), position_valid=np.array([True, True, True]))
    assert same(wire.decode_tracker_frame(wire.encode_tracker_frame(frame)), frame)
    assert same(wire.decode_pose_frame(wire.encode_pose_frame(pose_frame(7))), pose_frame(7))


def test_every_client_message_comes_back(
    tracker_frame: Callable[..., TrackerFrame], standing: Callable[..., TrackerClip]
) -> None:
    bodies: list[messages.ClientBody] = [
        messages.Hello(1, 3, "secret", "blender"), messages.Ping(5), messages.OpenSession(odd_setup(), "Ada", True),
        messages.CloseSession(TOKEN), messages.LiveFrame(TOKEN, tracker_frame(2), 1),
        messages.LiveFrame(TOKEN, tracker_frame(2)), messages.SolveClip(Setup(), standing(10), "clip"),
        messages.CancelClip(9), messages.StartRecording(), messages.StopRecording(),
        messages.GetStatus(), messages.Watch(), messages.Watch((3, 1 << 40)),
        messages_jobs.SubmitJob(("/a.mcap", "/b"), "/out", ("bvh",)),
        messages_jobs.SubmitJob(("/a.json",), "/out", ("bvh",), "lift", (("rate", "30"), ("all-hypotheses", ""))),
        messages_jobs.SubmitJob(("/a.mcap",), "/out", ("bvh",), "solve", (("bvh-unit", "cm"),)),
        messages_jobs.GetJobStatus("j"), messages_jobs.GetJobResult("j"), messages_jobs.CancelJob("j"),
        messages_jobs.ListJobs(),
    ]
    for body in bodies:
        assert same(decode_client(encode_client(3, body), LIMITS), (3, body)), body


def test_jobs_of_sessions_are_spoken_of_as_ever() -> None:
    """A daemon that knows no other problem is asked in words it knows, and its answers are understood."""
    asked = pb.ClientMessage.FromString(encode_client(3, messages_jobs.SubmitJob(("/a.mcap",), "/out", ("bvh",))))
    assert asked.WhichOneof("body") == "submit_job"
    of_old = pb.ServerMessage(request_id=3, job_status=pb.JobStatus(job="j", state="JOB_STATE_DONE", out="/out"))
    _, status = decode_server(of_old.SerializeToString())
    assert isinstance(status, replies_jobs.JobStatus) and status.problem == "solve"


def test_every_server_message_comes_back(
    pose_frame: Callable[..., PoseFrame], tracker_frame: Callable[..., TrackerFrame]
) -> None:
    status = replies_jobs.JobStatus("j", JobState.RUNNING, "/o", 3, 1, 1, "/c", 5, 9, 100, 0, "lift")
    rows = np.zeros((4, 22, 4), dtype=np.float32) + np.array([0, 0, 0, 1], dtype=np.float32)
    bodies: list[replies.ServerBody] = [
        replies.Welcome(1, "0.1", 5, EngineState.READY, "m", "d", "e", replies.WireLimits(1, 2, 3, 4, 5)),
        replies.Pong(1, 2, 3, EngineState.STARTING), replies.Heartbeat(1, EngineState.DRAINING),
        replies.GoAway("bye"), replies.SessionOpened(TOKEN, "/a/b"), replies.SessionClosed(1, 2, 3, 4, 5),
        replies.Solved(pose_frame(3), 10, 20), replies.ClipProgress(1, 2),
        replies.ClipSolved(2, 6, np.ones((4, 3), "f4"), rows, np.zeros((4, 22), "f4")),
        replies.RecordingStarted(("a", "b")), replies.RecordingStopped(()),
        replies.Status(EngineState.READY, "m", "cpu", 5, 6, 1.5, 2.5, 1, 16, (
            replies.SessionStatus("Ada", 3, 7, 8, True, "/a.mcap", replies.SessionClosed(1, 2, 3, 4, 5)),),
            replies.SessionClosed(6, 7, 8, 9, 10)),
        replies.Watched(()), replies.Watched((
            replies.WatchedSession(1, "Ada", odd_setup(), None, None),
            replies.WatchedSession(2, "", None, pose_frame(3), tracker_frame(3)))),
        status, replies_jobs.JobList((status, status)), replies_jobs.JobResult(status, (
            replies_jobs.JobFile("/a", JobState.DONE, None, "", 7, (replies_jobs.JobOutput("/o/a.bvh", 3, TOKEN),)),
            replies_jobs.JobFile("/b", JobState.FAILED, ErrorCode.DISK_FULL, "full"))),
        replies.ErrorMessage(ErrorCode.BUSY, "full", 5.0), replies.ErrorMessage(ErrorCode.INVALID, "no", 0.0, 0),
    ]
    for body in bodies:
        assert same(decode_server(encode_server(9, body)), (9, body)), body


def changed(field: str, value: object) -> bytes:
    """A good SessionSetup with one field replaced."""
    message = pb.SessionSetup.FromString(wire.encode_setup(Setup()))
    message.ClearField(field)  # type: ignore[arg-type]
    message.MergeFrom(pb.SessionSetup(**{field: value}))  # type: ignore[arg-type]
    return message.SerializeToString()


@pytest.mark.parametrize(("field", "value", "error"), [
    ("offsets_m", [0.1] * 65, InputInvalid),
    ("offsets_m", [float("nan")] * 66, NotFinite),
    ("offsets_m", [0.0] * 3 + [50.0] * 63, UnitInvalid),
    ("offsets_m", [0.0] * 66, UnitInvalid),
    ("trackers", [], TooShort),
    ("trackers", [pb.Tracker(joint="JOINT_HEAD")] * 23, InputInvalid),
    ("trackers", [pb.Tracker()], TrackerUnknown),
    ("trackers", [pb.Tracker(joint="JOINT_HEAD", mount_xyzw=[0, 0, 0, 2])], UnitInvalid),
    ("trackers", [pb.Tracker(joint="JOINT_HEAD", mount_position_m=[9, 0, 0])], UnitInvalid),
    ("position_sd_m", float("inf"), NotFinite),
    ("position_sd_m", -0.1, UnitInvalid),
    ("rotation_sd_rad", 90.0, UnitInvalid),
    ("floor_height_m", float("nan"), NotFinite),
    ("name", "x" * 201, InputInvalid),
    ("name", "a\nb", InputInvalid),
])
def test_a_setup_that_cannot_be_is_refused_by_name(field: str, value: object, error: type[InputInvalid]) -> None:
    with pytest.raises(error):
        wire.decode_setup(changed(field, value))


def test_a_number_no_joint_has_is_refused() -> None:
    payload = wire.encode_setup(Setup(trackers=(Tracker(15),)))
    assert payload.count(b"\x08\x10") == 1
    with pytest.raises(TrackerUnknown, match="joint 99"):
        wire.decode_setup(payload.replace(b"\x08\x10", b"\x08\x63"))


def test_a_bad_live_frame_keeps_its_session_and_sequence(tracker_frame: Callable[..., TrackerFrame]) -> None:
    frame = tracker_frame(4)
    frame.positions_m[1, 1] = np.nan
    request, body = decode_client(encode_client(0, messages.LiveFrame(TOKEN, frame)), LIMITS)
    assert isinstance(body, Refused)
    assert (request, body.session, body.sequence, type(body.error)) == (0, TOKEN, 4, NotFinite)


def test_bad_contents_keep_their_request(standing: Callable[..., TrackerClip]) -> None:
    clip = replace(standing(4), rate_hz=float("inf"))
    request, body = decode_client(encode_client(8, messages.SolveClip(Setup(), clip)), LIMITS)
    assert request == 8 and isinstance(body, Refused) and isinstance(body.error, NotFinite)


def test_a_clip_whose_bytes_do_not_fit_is_refused(standing: Callable[..., TrackerClip]) -> None:
    message = pb.ClientMessage.FromString(encode_client(8, messages.SolveClip(Setup(), standing(4))))
    message.solve_clip.frame_count = 5
    body = decode_client(message.SerializeToString(), LIMITS)[1]
    assert isinstance(body, Refused) and "12 bytes, not 15" in str(body.error)


def test_a_large_message_may_only_be_large_by_its_readings(standing: Callable[..., TrackerClip]) -> None:
    long = encode_client(1, messages.SolveClip(Setup(), standing(5000)))
    assert len(long) > 400_000 and bytes_beside_readings(long) < 2000
    assert isinstance(decode_client(long, LIMITS)[1], messages.SolveClip)
    empties = pb.SessionSetup(trackers=[pb.Tracker()] * 100_000)
    flood = pb.ClientMessage(open_session=pb.OpenSession(setup=empties)).SerializeToString()
    body = decode_client(flood, LIMITS)[1]
    assert isinstance(body, Refused) and "bytes beside" in str(body.error)


def test_a_schema_describes_its_message() -> None:
    for name in (wire.SETUP_SCHEMA, wire.TRACKERS_SCHEMA, wire.POSE_SCHEMA):
        file = FileDescriptorSet.FromString(wire.schema(name)).file[0]
        assert name.removeprefix(f"{file.package}.") in [message.name for message in file.message_type]
    with pytest.raises(KeyError):
        wire.schema("posebridge.v1.Nothing")


small = Limits(small_message_bytes=64)  # so that the fuzz reaches the scan of large messages


@settings(max_examples=500)
@given(st.binary(max_size=200), st.sampled_from([LIMITS, small]))
def test_random_bytes_are_refused_and_never_more(payload: bytes, limits: Limits) -> None:
    assert decode_client(payload, limits)
    for decode in (decode_server, wire.decode_setup, wire.decode_tracker_frame, wire.decode_pose_frame):
        try:
            decode(payload)  # type: ignore[operator]
        except InputInvalid:
            continue


@settings(max_examples=400)
@given(st.data())
def test_damaged_messages_are_refused_and_never_more(data: st.DataObject) -> None:
    whole = [
        encode_client(1, messages.OpenSession(odd_setup(), "Ada", True)),
        encode_client(1, messages.LiveFrame(TOKEN, TrackerFrame(
            1, 2, np.ones((3, 3), "f4"), np.tile(np.float32([0, 0, 0, 1]), (3, 1)), np.ones(3, bool),
            np.ones(3, bool)), 0)),
    ]
    payload = bytearray(data.draw(st.sampled_from(whole)))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    _, body = decode_client(bytes(payload), data.draw(st.sampled_from([LIMITS, small])))
    if isinstance(body, Refused):
        assert isinstance(body.error, PoseBridgeError)
    if isinstance(body, messages.LiveFrame):
        assert np.isfinite(body.frame.positions_m).all() and np.isfinite(body.frame.rotations_xyzw).all()
