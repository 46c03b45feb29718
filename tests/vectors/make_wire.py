"""Write the shared cases of the wire: each message as bytes (wire/NAME.bin) and as JSON (wire.json).

    python tests/vectors/make_wire.py

Every codec of the contract, in any language, must read the bytes into these values and write these values as these
bytes. A case with "refused" is a message that parses and must be refused with that ErrorCode. Floats are float32.
"""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from bridge.generated import posebridge_pb2 as pb
from bridge.generated.skeleton import NEUTRAL_OFFSETS_M

FOLDER = Path(__file__).resolve().parent
TOKEN = bytes(range(16))
HALF = float(np.float32(np.sqrt(0.5)))
TURNED = [0.0, HALF, 0.0, HALF]  # 90 degrees to the left
HEAD, LEFT, RIGHT = [0.005, 1.52, 0.0], [-0.075, 1.385, -0.68], [-0.075, 1.385, 0.68]


def setup() -> pb.SessionSetup:
    trackers = [pb.Tracker(joint=joint, mount_position_m=[0, 0, 0], mount_xyzw=[0, 0, 0, 1])
                for joint in ("JOINT_HEAD", "JOINT_L_WRIST", "JOINT_R_WRIST")]
    return pb.SessionSetup(
        name="Ada", offsets_m=[value for offset in NEUTRAL_OFFSETS_M for value in offset], trackers=trackers,
        position_sd_m=0.002, rotation_sd_rad=0.01, floor_height_m=0.0)


def frame(**changes: object) -> pb.ClientMessage:
    """The tracker frame of the worked example in posebridge.proto."""
    fields: dict[str, object] = {
        "session": TOKEN, "sequence": 300, "time_ns": 5_000_000_000, "last_result_seen": 299,
        "positions_m": [*HEAD, *LEFT, *RIGHT], "rotations_xyzw": TURNED * 3, "position_valid": 7, "rotation_valid": 7,
    }
    return pb.ClientMessage(tracker_frame=pb.TrackerFrame(**{**fields, **changes}))  # type: ignore[arg-type]


def pose(received_ns: int = 77_000_000_000, sent_ns: int = 77_009_000_000) -> pb.ServerMessage:
    """The answer to it."""
    return pb.ServerMessage(pose_frame=pb.PoseFrame(
        sequence=300, time_ns=5_000_000_000, root_position_m=[0.0, 0.94, 0.0],
        local_xyzw=TURNED + [0.0, 0.0, 0.0, 1.0] * 21, confidence=[0.5] * 22, measured=1 << 15 | 1 << 20 | 1 << 21,
        server_received_ns=received_ns, server_sent_ns=sent_ns))


def clip() -> pb.ClientMessage:
    """Two frames; the right hand is lost in the second."""
    positions = np.array([[HEAD, LEFT, RIGHT], [HEAD, LEFT, [0, 0, 0]]], dtype="<f4")
    rotations = np.tile(np.array(TURNED, dtype="<f4"), (2, 3, 1))
    rotations[1, 2] = [0, 0, 0, 1]
    seen = bytes([1, 1, 1, 1, 1, 0])
    return pb.ClientMessage(request_id=8, solve_clip=pb.SolveClip(
        setup=setup(), rate_hz=59.94, frame_count=2, positions_m=positions.tobytes(),
        rotations_xyzw=rotations.tobytes(), position_valid=seen, rotation_valid=seen))


def opening(**changes: object) -> pb.ClientMessage:
    message = setup()
    for field, value in changes.items():
        message.ClearField(field)  # type: ignore[arg-type]
        message.MergeFrom(pb.SessionSetup(**{field: value}))  # type: ignore[arg-type]
    return pb.ClientMessage(request_id=3, open_session=pb.OpenSession(setup=message, record=True))


def jobs() -> dict[str, Message]:
    status = pb.JobStatus(
        job="bcd7e97248ecbc551873", state="JOB_STATE_FAILED", out="/takes/solved", files_total=2, files_done=1,
        files_failed=1, submitted_ms=1_700_000_000_000, ended_ms=1_700_000_009_000, problem="solve")
    running = pb.JobStatus(
        job="583b5b29f9a18620ae47", state="JOB_STATE_RUNNING", out="/takes/more", files_total=1, file="/takes/b.csv",
        frames_done=300, frames_total=1230, submitted_ms=1_700_000_001_000, problem="solve")
    files = [
        pb.JobFile(file="/takes/a.mcap", state="JOB_STATE_DONE", frames=1230, outputs=[pb.JobOutput(
            path="/takes/solved/a.bvh", size_bytes=775_296, sha256=bytes(range(32)))]),
        pb.JobFile(file="/takes/bad.mcap", state="JOB_STATE_FAILED", code="ERROR_CODE_INVALID", message="no session"),
    ]
    asked: dict[str, Message] = {
        "submit_job": pb.ClientMessage(request_id=10, submit_job=pb.SubmitJob(
            files=["/takes/a.mcap", "/takes/bad.mcap"], out="/takes/solved", formats=["bvh", "npz"])),
        "submit_problem": pb.ClientMessage(request_id=15, submit_problem=pb.SubmitProblem(
            problem="lift", files=["/takes/seen.json"], out="/takes/lifted", formats=["bvh"], options=[
                pb.JobOption(name="rate", value="30"), pb.JobOption(name="all-hypotheses")])),
        "get_job_status": pb.ClientMessage(request_id=11, get_job_status=pb.GetJobStatus(job=status.job)),
        "get_job_result": pb.ClientMessage(request_id=12, get_job_result=pb.GetJobResult(job=status.job)),
        "cancel_job": pb.ClientMessage(request_id=13, cancel_job=pb.CancelJob(job=running.job)),
        "list_jobs": pb.ClientMessage(request_id=14, list_jobs=pb.ListJobs()),
    }
    return asked | {
        "job_status": pb.ServerMessage(request_id=11, job_status=running),
        "job_result": pb.ServerMessage(request_id=12, job_result=pb.JobResult(status=status, files=files)),
        "job_list": pb.ServerMessage(request_id=14, job_list=pb.JobList(jobs=[status, running])),
    }


def accepted() -> dict[str, Message]:
    solved = pb.ClipSolved(
        first_frame=0, frame_count=1, frames_total=2, root_position_m=np.array([0, 0.94, 0], dtype="<f4").tobytes(),
        local_xyzw=np.array(TURNED + [0, 0, 0, 1] * 21, dtype="<f4").tobytes(),
        confidence=np.full(22, 0.5, dtype="<f4").tobytes())
    welcome = pb.Welcome(
        protocol=1, version="0.1.0", live_port=40001, engine="ENGINE_STATE_READY", model="default", device="cpu",
        detail="2 threads", limits=pb.Limits(sessions=16, trackers=22, clip_frames=216000, live_message_bytes=4096,
                                             control_message_bytes=67108864))
    status = pb.Status(
        engine="ENGINE_STATE_READY", model="default", device="cpu", up_ns=3_600_000_000_000, ticks=216_000,
        tick_p50_ms=3.5, tick_p95_ms=4.25, clips_waiting=1, sessions_most=16, sessions=[pb.SessionStatus(
            name="Ada", trackers=3, open_ns=60_000_000_000, silent_ns=11_000_000, connected=True,
            recording="/recordings/ada.mcap", account=pb.SessionClosed(frames=3600, answered=3590, superseded=9))],
        account=pb.SessionClosed(frames=7200, answered=7100, superseded=90, late=3, invalid=2))
    refusal = pb.Error(code="ERROR_CODE_BUSY", message="all 16 sessions are taken", retry_after_s=5.0)
    return {
        "setup": setup(),
        "hello": pb.ClientMessage(request_id=1, hello=pb.Hello(
            protocol_min=1, protocol_max=1, token="secret", client="vector")),
        "ping": pb.ClientMessage(request_id=2, ping=pb.Ping(client_sent_ns=123_456_789_012_345)),
        "open_session": opening(),
        "close_session": pb.ClientMessage(request_id=4, close_session=pb.CloseSession(session=TOKEN)),
        "tracker_frame": frame(),
        "tracker_frame_hand_lost": frame(position_valid=5, rotation_valid=5),
        "solve_clip": clip(),
        "cancel_clip": pb.ClientMessage(request_id=9, cancel_clip=pb.CancelClip(clip_request_id=8)),
        "start_recording": pb.ClientMessage(request_id=5, start_recording=pb.StartRecording()),
        "stop_recording": pb.ClientMessage(request_id=6, stop_recording=pb.StopRecording()),
        "get_status": pb.ClientMessage(request_id=7, get_status=pb.GetStatus()),
        "status": pb.ServerMessage(request_id=7, status=status),
        "watch": pb.ClientMessage(request_id=10, watch=pb.Watch(known=[2])),
        "watched": pb.ServerMessage(request_id=10, watched=pb.Watched(sessions=[
            pb.WatchedSession(number=2, pose=pose(0, 0).pose_frame,
                              trackers=frame(session=b"", last_result_seen=None).tracker_frame),
            pb.WatchedSession(number=3, setup=setup())])),
        **jobs(),
        "welcome": pb.ServerMessage(request_id=1, welcome=welcome),
        "pong": pb.ServerMessage(request_id=2, pong=pb.Pong(
            client_sent_ns=123_456_789_012_345, server_received_ns=77, server_sent_ns=78,
            engine="ENGINE_STATE_STARTING")),
        "heartbeat": pb.ServerMessage(heartbeat=pb.Heartbeat(server_time_ns=77, engine="ENGINE_STATE_READY")),
        "session_opened": pb.ServerMessage(request_id=3, session_opened=pb.SessionOpened(
            session=TOKEN, recording="/recordings/ada.mcap")),
        "session_closed": pb.ServerMessage(request_id=4, session_closed=pb.SessionClosed(
            frames=300, answered=290, superseded=9, late=2, invalid=1)),
        "pose_frame": pose(),
        "clip_progress": pb.ServerMessage(request_id=8, clip_progress=pb.ClipProgress(frames_done=1, frames_total=2)),
        "clip_solved": pb.ServerMessage(request_id=8, clip_solved=solved),
        "go_away": pb.ServerMessage(go_away=pb.GoAway(reason="it was stopped")),
        "error": pb.ServerMessage(request_id=3, error=refusal),
        "error_of_a_frame": pb.ServerMessage(error=pb.Error(
            code="ERROR_CODE_NOT_FINITE", message="a tracker's position is NaN", sequence=300)),
    }


def refused() -> dict[str, tuple[str, Message]]:
    nan, infinite = float("nan"), float("inf")
    return {
        "no_body": ("MALFORMED", pb.ClientMessage(request_id=3)),
        "frame_nan": ("NOT_FINITE", frame(positions_m=[nan, 1.0, 0.0, *LEFT, *RIGHT])),
        "frame_infinite_rotation": ("NOT_FINITE", frame(rotations_xyzw=[*TURNED, 0, 0, infinite, 1, *TURNED])),
        "frame_too_far": ("OUT_OF_RANGE", frame(positions_m=[5, 1520, 0, *LEFT, *RIGHT])),
        "frame_not_unit": ("OUT_OF_RANGE", frame(rotations_xyzw=[*TURNED, *TURNED, 0, 0, 0, 0])),
        "frame_counts": ("INVALID", frame(rotations_xyzw=TURNED * 2)),
        "frame_mask": ("INVALID", frame(position_valid=8)),
        "frame_token": ("INVALID", frame(session=b"short")),
        "frame_empty": ("TOO_SHORT", frame(positions_m=[], rotations_xyzw=[])),
        "setup_joint": ("JOINT_UNKNOWN", opening(trackers=[pb.Tracker()])),
        "setup_no_trackers": ("TOO_SHORT", opening(trackers=[])),
        "setup_centimetres": ("OUT_OF_RANGE", opening(offsets_m=[
            100 * value for offset in NEUTRAL_OFFSETS_M for value in offset])),
        "job_without_files": ("TOO_SHORT", pb.ClientMessage(request_id=3, submit_job=pb.SubmitJob(
            out="/takes", formats=["bvh"]))),
        "job_nul": ("INVALID", pb.ClientMessage(request_id=3, submit_job=pb.SubmitJob(
            files=["/takes/a\0.mcap"], out="/takes", formats=["bvh"]))),
        "job_many_options": ("TOO_LARGE", pb.ClientMessage(request_id=3, submit_problem=pb.SubmitProblem(
            problem="clean", files=["/takes/a.bvh"], out="/takes", formats=["bvh"],
            options=[pb.JobOption(name="strength", value="2")] * 65))),
        "setup_offsets": ("INVALID", opening(offsets_m=[0.0] * 65)),
    }


def cases() -> list[tuple[dict[str, object], bytes]]:
    """Each case's entry in wire.json and its bytes."""
    listed = [(name, message, {}) for name, message in accepted().items()]
    listed += [(name, message, {"refused": f"ERROR_CODE_{code}"}) for name, (code, message) in refused().items()]
    return [
        ({"name": name, "message": message.DESCRIPTOR.name, **extra,
          "fields": MessageToDict(message, preserving_proto_field_name=True)}, message.SerializeToString())
        for name, message, extra in listed
    ]


def index() -> str:
    """The text of wire.json."""
    lines = ",\n".join(json.dumps(entry) for entry, _ in cases())
    return f'{{"protocol": {pb.PROTOCOL_CURRENT}, "cases": [\n{lines}\n]}}\n'


def main() -> None:
    (FOLDER / "wire").mkdir(exist_ok=True)
    (FOLDER / "wire.json").write_text(index())
    for entry, payload in cases():
        (FOLDER / "wire" / f"{entry['name']}.bin").write_bytes(payload)


if __name__ == "__main__":
    main()
