"""What the daemon holds as arrays, as the maths' tensors, and what was solved as arrays again."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bridge.frames import SOLVER_RATE_HZ, Motion, Setup, TrackerClip
from bridge.resample import frame_times
from models.body import Body, Readings
from models.finish import Solution
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw, xyzw_to_matrix

PIECE = 10_000  # frames whose rotations are rewritten in one go: an hour of them would take a gigabyte


@dataclass(frozen=True)
class Moved:
    """Of a solution what becomes a motion, with any dimensions in front."""

    root: Tensor  # (..., T, 3)
    local: Tensor  # (..., T, 22, 4) xyzw
    confidence: Tensor  # (..., T, 22)

    @staticmethod
    def of(solution: Solution) -> Moved:
        pieces = solution.rotations.split(PIECE, dim=-4)
        local = torch.cat([matrix_to_xyzw(global_to_local(piece)) for piece in pieces], dim=-3)
        return Moved(solution.root, local, solution.confidence)

    def cpu(self) -> Moved:
        return Moved(self.root.cpu(), self.local.cpu(), self.confidence.cpu())

    def clip(self, row: int, frames: int) -> Moved:
        """The first frames of one of many."""
        return Moved(self.root[row, :frames], self.local[row, :frames], self.confidence[row, :frames])


def body_of(setup: Setup) -> Body:
    """A session's set-up as tensors."""
    trackers = setup.trackers
    mounts = np.stack([tracker.mount_xyzw for tracker in trackers])
    return Body(
        offsets=_tensor(setup.skeleton.offsets_m),
        joints=tuple(tracker.joint for tracker in trackers),
        mounts=_tensor(np.stack([tracker.mount_position_m for tracker in trackers])),
        mount_rotations=xyzw_to_matrix(_tensor(mounts)),
        position_sd=setup.noise.position_sd_m,
        rotation_sd=setup.noise.rotation_sd_rad,
        floor_height=setup.floor_height_m,
    )


def readings_of(clip: TrackerClip) -> Readings:
    """A clip's readings as tensors."""
    return Readings(
        _tensor(clip.positions_m), _tensor(clip.rotations_xyzw),
        torch.from_numpy(np.ascontiguousarray(clip.position_valid)),
        torch.from_numpy(np.ascontiguousarray(clip.rotation_valid)),
    )


def motion_of(moved: Moved, setup: Setup, clip: TrackerClip) -> Motion:
    """What was solved at 60 Hz, at the clip's own rate and length."""
    solved = Motion(setup.skeleton, SOLVER_RATE_HZ, moved.root.numpy(), moved.local.numpy(),
                    confidence=moved.confidence.numpy())
    if abs(clip.rate_hz - SOLVER_RATE_HZ) < 1e-6:
        return solved
    from bridge.resample_motion import motion_at  # its splines take most of a second, in which nobody is served

    last = (len(solved) - 1) / SOLVER_RATE_HZ
    at = motion_at(solved, np.minimum(frame_times(len(clip), clip.rate_hz), last))
    return Motion(setup.skeleton, clip.rate_hz, at.root_position_m, at.local_xyzw, at.confidence)


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
