"""What a contact sheet shows, and its colours."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_INDEX, Flags, Floats, Motion, Session
from bridge.motion import joint_positions

LEFT, RIGHT, MIDDLE, TRUTH, TRACKER, LOST = "#1f6fd0", "#d9541e", "#303030", "#b8b8b8", "#0a8f4d", "#c01030"


@dataclass(frozen=True)
class Scene:
    """What is drawn, in the world: joints of the motion and of the truth, and the trackers' readings."""

    joints_m: Floats  # (T, 22, 3)
    truth_m: Floats | None  # (T, 22, 3)
    trackers_m: Floats  # (T, M, 3)
    tracker_xyzw: Floats  # (T, M, 4)
    seen: Flags  # (T, M)
    heading_rad: NDArray[np.float64]  # (T,)
    rate_hz: float
    floor_m: float | None

    def tracker_axes(self, row: int) -> Floats:
        """Of the trackers that are seen in a frame, (N, 3, 3), columns = axes."""
        turns = self.tracker_xyzw[row][self.seen[row]]
        axes = Rotation.from_quat(turns).as_matrix() if len(turns) else np.zeros((0, 3, 3))
        return axes.astype(np.float32)


def scene_of(motion: Motion, session: Session | None, truth: Motion | None) -> Scene:
    joints = joint_positions(motion)
    count, clip = len(motion), session.clip if session else None
    left = (joints[:, JOINT_INDEX["L_hip"]] - joints[:, JOINT_INDEX["R_hip"]]).astype(np.float64)
    frame = np.minimum(np.arange(count), len(clip) - 1) if clip else np.arange(0)
    trackers = clip.positions_m[frame] if clip else np.zeros((count, 0, 3), np.float32)
    turns = clip.rotations_xyzw[frame] if clip else np.zeros((count, 0, 4), np.float32)
    return Scene(
        joints_m=joints,
        truth_m=joint_positions(truth)[:count] if truth is not None else None,
        trackers_m=trackers,
        tracker_xyzw=turns,
        seen=clip.position_valid[frame] if clip else np.zeros((count, 0), dtype=bool),
        heading_rad=np.arctan2(-left[:, 2], left[:, 0]),
        rate_hz=motion.rate_hz,
        floor_m=(session.setup.floor_height_m if session else 0.0) if motion.floor else None,
    )


def colour_of(joint_name: str) -> str:
    return {"L": LEFT, "R": RIGHT}[joint_name[0]] if joint_name[1] == "_" else MIDDLE
