"""Bytes <-> clips: numbers travel as little-endian float32 bytes, since a repeated field costs a hundred times more."""
from __future__ import annotations

import numpy as np

from bridge import checks
from bridge.config import Limits
from bridge.frames import JOINT_COUNT, Flags, Floats, TrackerClip
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import SolveClip
from bridge.replies import ClipSolved
from bridge.wire import read_setup, setup_message

RATES_HZ = (1.0, 2000.0)


def clip_message(body: SolveClip) -> pb.SolveClip:
    return pb.SolveClip(
        setup=setup_message(body.setup, body.name),
        rate_hz=body.clip.rate_hz,
        frame_count=len(body.clip),
        positions_m=_bytes(body.clip.positions_m),
        rotations_xyzw=_bytes(body.clip.rotations_xyzw),
        position_valid=_flag_bytes(body.clip.position_valid),
        rotation_valid=_flag_bytes(body.clip.rotation_valid),
    )


def read_clip(message: pb.SolveClip, limits: Limits) -> SolveClip:
    """The clip, its rows as many as the setup's trackers; see bridge/checks.py for what is refused."""
    setup, name = read_setup(message.setup, limits)
    shape = (checks.counted(message.frame_count, 2, limits.clip_frames, "frames"), len(setup.trackers))
    position_valid = checks.flag_bytes(message.position_valid, shape, "position_valid")
    rotation_valid = checks.flag_bytes(message.rotation_valid, shape, "rotation_valid")
    positions = checks.float_bytes(message.positions_m, (*shape, 3), "positions_m")
    rotations = checks.float_bytes(message.rotations_xyzw, (*shape, 4), "rotations_xyzw")
    clip = TrackerClip(
        rate_hz=checks.between(message.rate_hz, *RATES_HZ, "the clip's rate", "Hz"),
        positions_m=checks.tracked_positions(positions, position_valid),
        rotations_xyzw=checks.tracked_rotations(rotations, rotation_valid),
        position_valid=position_valid,
        rotation_valid=rotation_valid,
    )
    return SolveClip(setup, clip, name)


def solved_message(body: ClipSolved) -> pb.ClipSolved:
    return pb.ClipSolved(
        first_frame=body.first_frame,
        frame_count=len(body.root_position_m),
        frames_total=body.frames_total,
        root_position_m=_bytes(body.root_position_m),
        local_xyzw=_bytes(body.local_xyzw),
        confidence=_bytes(body.confidence),
    )


def read_solved(message: pb.ClipSolved) -> ClipSolved:
    count = checks.counted(message.frame_count, 1, message.frames_total - message.first_frame, "frames of a part")
    root = checks.float_bytes(message.root_position_m, (count, 3), "root_position_m")
    local = checks.float_bytes(message.local_xyzw, (count, JOINT_COUNT, 4), "local_xyzw")
    confidence = checks.float_bytes(message.confidence, (count, JOINT_COUNT), "confidence")
    return ClipSolved(
        first_frame=message.first_frame,
        frames_total=message.frames_total,
        root_position_m=checks.within(root, checks.REACH_M, "the root"),
        local_xyzw=checks.unit_rotations(local, "local_xyzw"),
        confidence=np.clip(checks.finite(confidence, "confidence"), 0, 1),
    )


def _bytes(values: Floats) -> bytes:
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def _flag_bytes(values: Flags) -> bytes:
    return np.ascontiguousarray(values, dtype=np.uint8).tobytes()
