"""Who is solved for: proportions, trackers and mounts; and what the trackers read."""
from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from models.kinematics.arrays import Array
from models.samplers.windows import hold_ends


@dataclass(frozen=True, eq=False)
class Body:
    """One person and their trackers. Two are the same if they are one object."""

    offsets: Tensor  # (22, 3) metres
    joints: tuple[int, ...]  # M, the joint each tracker is on, all different
    mounts: Tensor  # (M, 3) metres in the joint's frame
    mount_rotations: Tensor  # (M, 3, 3) tracker in the joint's frame
    position_sd: float
    rotation_sd: float
    floor_height: float | None

    def __post_init__(self) -> None:
        if len(set(self.joints)) != len(self.joints):
            raise ValueError(f"two trackers on one joint: {self.joints}; each joint carries at most one")

    @property
    def kind(self) -> tuple[int, ...]:
        """Bodies of one kind can be solved together: trackers on the same joints."""
        return self.joints


@dataclass(frozen=True)
class Readings:
    """T readings of a body's M trackers."""

    positions: Array  # (T, M, 3) metres
    xyzw: Array  # (T, M, 4) unit
    position_known: Array  # (T, M) bool
    rotation_known: Array  # (T, M) bool

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def parts(self) -> tuple[Array, Array, Array, Array]:
        return self.positions, self.xyzw, self.position_known, self.rotation_known

    def frames(self, start: int, end: int) -> Readings:
        """A stretch of the readings."""
        return Readings(*(part[start:end] for part in self.parts))

    def every(self, step: int) -> Readings:
        """Every so manieth frame."""
        return Readings(*(part[::step] for part in self.parts))

    def in_batch(self) -> Readings:
        """As a batch of one."""
        return Readings(*(part[None] for part in self.parts))

    def held(self, frames: int) -> Readings:
        """With the last reading repeated until there are `frames`."""
        return Readings(*(hold_ends(part, frames) for part in self.parts))
