"""The nouns of the daemon: bodies, trackers, frames, clips. numpy only; no protobuf, no torch, no sockets.

Everywhere inside the project: right-handed, Y up, the T-pose faces +Z with the body's left at +X;
metres, radians, seconds; unit quaternions xyzw. Rotations are relative to the T-pose (zero pose = T-pose).
"""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bridge.generated.skeleton import JOINT_NAMES, NEUTRAL_OFFSETS_M, PARENTS, SOLE_HEIGHT_M

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

JOINT_COUNT = len(JOINT_NAMES)
JOINT_INDEX = {name: index for index, name in enumerate(JOINT_NAMES)}
SOLVER_RATE_HZ = 60.0


def _neutral_offsets() -> Floats:
    return np.array(NEUTRAL_OFFSETS_M, dtype=np.float32)


def _leg_length(offsets_m: Floats) -> float:
    joints = [JOINT_INDEX[name] for name in ("L_knee", "R_knee", "L_ankle", "R_ankle")]
    return float(np.linalg.norm(offsets_m[joints], axis=-1).sum() / 2)


def _identity_quaternion() -> Floats:
    return np.array([0, 0, 0, 1], dtype=np.float32)


@dataclass(frozen=True)
class Skeleton:
    """A body's proportions: T-pose offsets parent -> joint, (22, 3), metres; the pelvis row is zero."""

    offsets_m: Floats = field(default_factory=_neutral_offsets)

    @property
    def standing_head_height_m(self) -> float:
        """Height of the head joint over the floor in the T-pose, soles on the floor."""
        heights = np.zeros(JOINT_COUNT)
        for joint in range(1, JOINT_COUNT):
            heights[joint] = heights[PARENTS[joint]] + self.offsets_m[joint, 1]
        return float(heights[JOINT_INDEX["head"]] - heights.min()) + self.sole_height_m

    @property
    def sole_height_m(self) -> float:
        """Height of a toe base over the floor that it stands on: as much of the legs as a neutral adult's."""
        return float(SOLE_HEIGHT_M * _leg_length(self.offsets_m) / _leg_length(_neutral_offsets()))


@dataclass(frozen=True)
class Tracker:
    """A device rigidly mounted on a joint: it reads position l + R d and rotation R Q, (d, Q) in the joint's frame."""

    joint: int
    mount_position_m: Floats = field(default_factory=lambda: np.zeros(3, dtype=np.float32))
    mount_xyzw: Floats = field(default_factory=_identity_quaternion)


DEFAULT_TRACKERS = tuple(Tracker(JOINT_INDEX[name]) for name in ("head", "L_wrist", "R_wrist"))


@dataclass(frozen=True)
class SensorNoise:
    """Standard deviation of the trackers' readings, per axis."""

    position_sd_m: float = 0.002
    rotation_sd_rad: float = 0.01


@dataclass(frozen=True)
class Setup:
    """What a session is solved for: one body, its trackers (order = the order of every frame's poses), their noise."""

    skeleton: Skeleton = field(default_factory=Skeleton)
    trackers: tuple[Tracker, ...] = DEFAULT_TRACKERS
    noise: SensorNoise = field(default_factory=SensorNoise)
    floor_height_m: float | None = 0.0  # None: the height of the floor is unknown


@dataclass(frozen=True)
class TrackerFrame:
    """One reading of all M trackers at one moment, as the devices gave it (mounts not removed)."""

    sequence: int
    time_ns: int  # the client's clock
    positions_m: Floats  # (M, 3)
    rotations_xyzw: Floats  # (M, 4)
    position_valid: Flags  # (M,)
    rotation_valid: Flags  # (M,)


@dataclass(frozen=True)
class PoseFrame:
    """The body solved for one tracker frame."""

    sequence: int  # of the TrackerFrame it answers
    time_ns: int  # of the TrackerFrame it answers
    root_position_m: Floats  # (3,) the pelvis joint in the world
    local_xyzw: Floats  # (22, 4) rotation relative to the parent; row 0 is the pelvis in the world
    confidence: Floats  # (22,) 1 = within 1 cm nine times of ten, 0.5 = within 5 cm, toward 0 = a guess
    measured: Flags  # (22,) a tracker's rotation was used for this joint


@dataclass(frozen=True)
class TrackerClip:
    """T readings of M trackers at a steady rate: the input of offline solving."""

    rate_hz: float
    positions_m: Floats  # (T, M, 3)
    rotations_xyzw: Floats  # (T, M, 4)
    position_valid: Flags  # (T, M)
    rotation_valid: Flags  # (T, M)

    def __len__(self) -> int:
        return len(self.positions_m)


@dataclass(frozen=True)
class Motion:
    """A body moving at a steady rate: solved or ground truth."""

    skeleton: Skeleton
    rate_hz: float
    root_position_m: Floats  # (T, 3)
    local_xyzw: Floats  # (T, 22, 4)
    confidence: Floats | None = None  # (T, 22)
    name: str = ""
    split: int = 0  # 0 train, 1 validation, 2 test, where the source says
    kind: str = ""  # why the clip is in its split (style, combo, random), where the source says
    action: str = ""  # what is done (walk, squat), where the source says
    floor: bool = True  # False: no flat floor under the feet (climbing, terrain)

    def __len__(self) -> int:
        return len(self.root_position_m)


@dataclass(frozen=True)
class Session:
    """A captured session: who, what the trackers read, and, where known, the truth at the same times."""

    setup: Setup
    clip: TrackerClip
    name: str = ""
    truth: Motion | None = None
