"""Who is solved for: proportions, trackers and mounts; and what its trackers' readings mean to solver and prior."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.rotations import xyzw_to_matrix
from models.kinematics.skeleton import HEAD, arm_length, leg_length, standing_height
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues
from models.samplers.measurement import Measurement, levers
from models.samplers.windows import hold_ends

CUE_PLACE_SD = 0.03  # metres: a place less sure than that tells the prior nothing, see training/simulate.py
CUE_TURN_SD = 0.15  # radians, likewise


@dataclass(frozen=True)
class Body:
    """One person and their trackers."""

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

    positions: Tensor  # (T, M, 3) metres
    xyzw: Tensor  # (T, M, 4) unit
    position_known: Tensor  # (T, M) bool
    rotation_known: Tensor  # (T, M) bool

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def parts(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        return self.positions, self.xyzw, self.position_known, self.rotation_known

    def frames(self, start: int, end: int) -> Readings:
        """A stretch of the readings."""
        return Readings(*(part[start:end] for part in self.parts))

    def held(self, frames: int) -> Readings:
        """With the last reading repeated until there are `frames`."""
        return Readings(*(hold_ends(part, frames) for part in self.parts))


def measure(bodies: list[Body], readings: list[Readings]) -> Measurement:
    """Stack windows of equal length, of bodies whose `kind` is the same, as one measurement.

    What a lost tracker's reading holds, NaN too, is replaced.
    """
    first = bodies[0]
    mounts = torch.stack([body.mounts for body in bodies])
    turned = torch.stack([body.mount_rotations for body in bodies])
    parts = zip(*(reading.parts for reading in readings), strict=True)
    positions, xyzw, position_known, rotation_known = (torch.stack(part) for part in parts)
    unturned = xyzw.new_tensor([0.0, 0.0, 0.0, 1.0])
    return Measurement(
        joints=first.joints,
        levers=levers(torch.stack([body.offsets for body in bodies]), first.joints, mounts),
        positions=torch.where(position_known.unsqueeze(-1), positions, 0.0),
        position_known=position_known,
        rotations=xyzw_to_matrix(torch.where(rotation_known.unsqueeze(-1), xyzw, unturned)) @ turned.mT[:, None],
        rotation_known=rotation_known,
        position_sd=_told([body.position_sd for body in bodies], position_known),
        rotation_sd=_told([body.rotation_sd for body in bodies], position_known),
    )


def _told(sds: list[float], like: Tensor) -> Tensor:
    """What each body was told of its sensors, (B, T, M)."""
    return torch.tensor(sds, device=like.device).view(-1, 1, 1).expand(like.shape)


def offsets_of(bodies: list[Body]) -> Tensor:
    """(B, 22, 3) metres."""
    return torch.stack([body.offsets for body in bodies])


def floor_heights(bodies: list[Body]) -> Tensor:
    """(B,) metres, NaN where no floor is known."""
    heights = [torch.nan if body.floor_height is None else body.floor_height for body in bodies]
    return torch.tensor(heights).to(bodies[0].offsets)


def cues_of(bodies: list[Body], measured: Measurement) -> Cues:
    """What the prior may know of the readings: rotations, and places in units of each body."""
    offsets, floors = offsets_of(bodies), floor_heights(bodies)
    mounts = torch.stack([body.mounts for body in bodies])
    places = measured.positions - (measured.rotations @ mounts[:, None].unsqueeze(-1)).squeeze(-1)
    placed = measured.position_known & measured.rotation_known & (measured.position_sd < CUE_PLACE_SD)
    turned = measured.rotation_known & (measured.rotation_sd < CUE_TURN_SD)
    rotation, rotation_known = _of_joints(CUE_JOINTS, measured.joints, measured.rotations, turned)
    others, others_known = _of_joints(OTHER_JOINTS, measured.joints, measured.rotations, turned)
    place, place_known = _of_joints(CUE_JOINTS, measured.joints, places, placed)
    head, hands = place[:, :, 0], place[:, :, 1:]
    height = (head[..., 1] - floors.nan_to_num()[:, None]) / standing_height(offsets, HEAD)[:, None]
    return Cues(
        rotations=rotation,
        rotation_known=rotation_known,
        height=height,
        height_known=place_known[..., 0] & ~floors.isnan()[:, None],
        hands=(hands - head[:, :, None]) / arm_length(offsets)[:, None, None, None],
        hands_known=place_known[..., 1:] & place_known[..., :1],
        path=head * head.new_tensor([1.0, 0.0, 1.0]) / leg_length(offsets)[:, None, None],
        path_known=place_known[..., 0],
        others=others,
        others_known=others_known,
    )


def _of_joints(asked: tuple[int, ...], joints: tuple[int, ...], values: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
    """The columns of the joints asked for, in that order; absent trackers are unknown."""
    if joints == asked:
        return values, known
    columns = [joints.index(joint) if joint in joints else 0 for joint in asked]
    present = torch.tensor([joint in joints for joint in asked], device=known.device)
    return values[:, :, columns], known[:, :, columns] & present
