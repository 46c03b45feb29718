"""A whole clip on its way to the daemon and back: numpy arrays <-> the contract's bytes."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .client_errors import DaemonRefused
from .messages import ClipSolved, SessionSetup, SolveClip

JOINT_COUNT = 22
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class SolvedClip:
    """T frames at the rate that was asked for, in project axes."""

    root_position_m: Floats  # (T, 3)
    local_xyzw: Floats  # (T, 22, 4)
    confidence: Floats  # (T, 22)


def clip_request(
    setup: SessionSetup, rate_hz: float, positions_m: ArrayLike, rotations_xyzw: ArrayLike,
    position_valid: ArrayLike, rotation_valid: ArrayLike,
) -> SolveClip:
    """Readings of shape (T, M, 3), (T, M, 4), (T, M) and (T, M), M as the setup's trackers; ValueError otherwise."""
    positions = np.ascontiguousarray(positions_m, dtype="<f4")
    rows = (len(positions), len(setup.trackers))
    rotations = np.ascontiguousarray(rotations_xyzw, dtype="<f4")
    flags = [np.ascontiguousarray(valid, dtype=np.bool_) for valid in (position_valid, rotation_valid)]
    shapes = [positions.shape, rotations.shape, *(valid.shape for valid in flags)]
    if shapes != [(*rows, 3), (*rows, 4), rows, rows]:
        raise ValueError(f"readings of {rows[1]} trackers have the shapes {shapes}")
    return SolveClip(setup, float(rate_hz), rows[0], positions.tobytes(), rotations.tobytes(), *(
        valid.tobytes() for valid in flags))


class GatheredClip:
    """Takes parts in order until all frames are there. DaemonRefused for a part that cannot be."""

    def __init__(self) -> None:
        self._parts: list[tuple[Floats, Floats, Floats]] = []
        self._have = 0

    def add(self, part: ClipSolved) -> SolvedClip | None:
        """The clip, with its last part."""
        if part.first_frame != self._have or not 0 < part.frame_count <= part.frames_total - part.first_frame:
            raise DaemonRefused(f"the daemon sent frames {part.first_frame} to {part.first_frame + part.frame_count} "
                                f"of {part.frames_total} where {self._have} was due")
        count = part.frame_count
        self._parts.append((_array(part.root_position_m, (count, 3)),
                            _array(part.local_xyzw, (count, JOINT_COUNT, 4)),
                            _array(part.confidence, (count, JOINT_COUNT))))
        self._have += count
        if self._have < part.frames_total:
            return None
        return SolvedClip(*(np.concatenate(rows) for rows in zip(*self._parts, strict=True)))


def _array(data: bytes, shape: tuple[int, ...]) -> Floats:
    if len(data) != 4 * np.prod(shape):
        raise DaemonRefused(f"the daemon sent {len(data)} bytes for numbers of the shape {shape}")
    values = np.frombuffer(data, dtype="<f4").reshape(shape)
    if not np.isfinite(values).all():
        raise DaemonRefused("the daemon sent a number that is none")
    return values
