"""Frames as they came, one by one <-> clips and motions at a steady rate."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bridge.errors import InputInvalid, TooShort
from bridge.frames import JOINT_COUNT, Motion, PoseFrame, Skeleton, TrackerClip, TrackerFrame
from bridge.resample import sample_readings, unit_quaternions

LEAST_FRAMES = 3
STEADY = 0.1  # of a frame's time: how far a frame may lie from a steady beat and still be taken as on it
GAP = 2.5  # frames' time: nothing is known of a tracker between two readings further apart than this
LONGEST_GAP_S = 30.0  # beyond it a session is not one take, or its clock was set
NS = 1e9

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Beat:
    """The steady times that stand for the times of arrival."""

    rate_hz: float
    arrived_s: Times  # (N,) from the first frame
    steady_s: Times  # (T,)
    on_beat: bool  # arrived_s and steady_s are the same but for jitter


def clip_frames(clip: TrackerClip, start_ns: int = 0) -> Iterator[TrackerFrame]:
    """The clip's readings as single frames, numbered from 1, the first at `start_ns`."""
    for row in range(len(clip)):
        yield TrackerFrame(
            sequence=row + 1,
            time_ns=start_ns + round(row * NS / clip.rate_hz),
            positions_m=clip.positions_m[row],
            rotations_xyzw=clip.rotations_xyzw[row],
            position_valid=clip.position_valid[row],
            rotation_valid=clip.rotation_valid[row],
        )


def motion_poses(motion: Motion, start_ns: int = 0) -> Iterator[PoseFrame]:
    """The motion as single poses, numbered and timed like `clip_frames`; what has no confidence is certain."""
    certain, unmeasured = np.ones(JOINT_COUNT, dtype=np.float32), np.zeros(JOINT_COUNT, dtype=bool)
    for row in range(len(motion)):
        yield PoseFrame(
            sequence=row + 1,
            time_ns=start_ns + round(row * NS / motion.rate_hz),
            root_position_m=motion.root_position_m[row],
            local_xyzw=motion.local_xyzw[row],
            confidence=certain if motion.confidence is None else motion.confidence[row],
            measured=unmeasured,
        )


def beat_of(times_ns: Sequence[int]) -> Beat:
    """The steady rate of increasing times: their median spacing. Raises TooShort, InputInvalid."""
    if len(times_ns) < LEAST_FRAMES:
        raise TooShort(f"{len(times_ns)} frames, {LEAST_FRAMES} are needed")
    arrived = (np.array(times_ns, dtype=np.int64) - times_ns[0]) / NS
    widest = int(np.argmax(np.diff(arrived)))
    if arrived[widest + 1] - arrived[widest] > LONGEST_GAP_S:
        gap, allowed = arrived[widest + 1] - arrived[widest], f"at most {LONGEST_GAP_S:.0f} s are allowed"
        raise InputInvalid(f"nothing was read for {gap:.0f} s after {arrived[widest]:.2f} s; {allowed}")
    rate = _round_rate(1 / float(np.median(np.diff(arrived))))
    exact = _round_rate((len(arrived) - 1) / arrived[-1])
    steady = np.arange(len(arrived)) / exact
    if np.abs(arrived - steady).max() <= STEADY / exact:
        return Beat(exact, arrived, steady, on_beat=True)
    count = int(np.floor(arrived[-1] * rate + 1e-6)) + 1
    return Beat(rate, arrived, np.arange(count) / rate, on_beat=False)


def clip_of(frames: Sequence[TrackerFrame], beat: Beat | None = None) -> TrackerClip:
    """Frames in order of time as a clip at a steady rate: as they are where they are on a beat, else sampled anew.

    In a gap in the frames every tracker is lost. Raises InputInvalid, TooShort.
    """
    beat = beat or beat_of([frame.time_ns for frame in frames])
    if len({frame.positions_m.shape for frame in frames}) > 1:
        raise InputInvalid("the number of trackers changes from frame to frame")
    clip = TrackerClip(
        rate_hz=beat.rate_hz,
        positions_m=np.stack([frame.positions_m for frame in frames]),
        rotations_xyzw=np.stack([frame.rotations_xyzw for frame in frames]),
        position_valid=np.stack([frame.position_valid for frame in frames]),
        rotation_valid=np.stack([frame.rotation_valid for frame in frames]),
    )
    if beat.on_beat:
        return clip
    sampled = sample_readings(clip, beat.arrived_s, beat.steady_s)
    known = ~_in_gap(beat)[:, None]
    return replace(sampled, position_valid=sampled.position_valid & known,
                   rotation_valid=sampled.rotation_valid & known)


def motion_of(poses: Sequence[PoseFrame], skeleton: Skeleton, beat: Beat, start_ns: int, name: str = "") -> Motion:
    """Poses, in order of time, at the beat's steady times."""
    times = (np.array([pose.time_ns for pose in poses], dtype=np.int64) - start_ns) / NS
    root = np.stack([pose.root_position_m for pose in poses])
    local = np.stack([pose.local_xyzw for pose in poses])
    if len(times) != len(beat.steady_s) or not np.allclose(times, beat.arrived_s, atol=1e-6) or not beat.on_beat:
        root, local = between(times, root, beat.steady_s), unit_quaternions(between(times, local, beat.steady_s))
    return Motion(skeleton, beat.rate_hz, root, local, name=name)


def between(times_s: Times, values: NDArray[np.float32], at_s: Times) -> NDArray[np.float32]:
    """Linear between rows; quaternions (last axis 4) along the shorter way."""
    after = np.minimum(np.maximum(np.searchsorted(times_s, at_s), 1), len(times_s) - 1)
    before = np.maximum(after - 1, 0)
    share = np.clip((at_s - times_s[before]) / np.maximum(times_s[after] - times_s[before], 1e-9), 0, 1)
    share = share.reshape(-1, *[1] * (values.ndim - 1)).astype(np.float32)
    last = values[after]
    if values.shape[-1] == 4:
        last = np.where((last * values[before]).sum(-1, keepdims=True) < 0, -last, last)
    return np.asarray((1 - share) * values[before] + share * last, dtype=np.float32)


def _in_gap(beat: Beat) -> NDArray[np.bool_]:
    """(T,) steady times that lie between two arrivals too far apart and on neither of them."""
    after = np.clip(np.searchsorted(beat.arrived_s, beat.steady_s), 1, len(beat.arrived_s) - 1)
    before = after - 1
    wide = beat.arrived_s[after] - beat.arrived_s[before] > GAP / beat.rate_hz
    near = np.minimum(beat.steady_s - beat.arrived_s[before], beat.arrived_s[after] - beat.steady_s)
    return np.asarray(wide & (near > 0.5 / beat.rate_hz))


def _round_rate(rate_hz: float) -> float:
    """A rate within a thousandth of a whole number is that number: clocks jitter, devices are set to whole rates."""
    whole = round(rate_hz)
    return float(whole) if whole and abs(rate_hz - whole) < 1e-3 * whole else rate_hz
