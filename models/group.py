"""Bodies that are solved together: what of them stays the same from frame to frame, worked out once; and what their
trackers' readings mean to solver and prior."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from models.body import Body, Readings
from models.kinematics.rotations import xyzw_to_matrix
from models.kinematics.skeleton import (
    FEET,
    HEAD,
    JOINT_COUNT,
    TOES,
    arm_length,
    leg_length,
    standing_heights,
)
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues
from models.samplers.measurement import Measurement, levers

CUE_PLACE_SD = 0.03  # metres: a place less sure than that tells the prior nothing, see training/simulate.py
CUE_TURN_SD = 0.15  # radians, likewise
REMEMBERED = 64  # groups: the sessions of a daemon are the same ones tick after tick


@dataclass(frozen=True)
class Group:
    """B bodies of one kind."""

    joints: tuple[int, ...]  # M, of the trackers
    offsets: Tensor  # (B, 22, 3) metres
    mounts: Tensor  # (B, M, 3) metres
    mount_rotations: Tensor  # (B, M, 3, 3)
    levers: Tensor  # (B, M, 22, 3) of the trackers, see measurement.py
    joint_levers: Tensor  # (B, 22, 22, 3) of every joint
    toe_levers: Tensor  # (B, 2, 22, 3)
    position_sd: Tensor  # (B,) metres, told
    rotation_sd: Tensor  # (B,) radians, told
    floor: Tensor  # (B,) metres, NaN where none is known
    head_height: Tensor  # (B,) metres over the floor, standing
    foot_heights: Tensor  # (B, 4) of FEET, likewise
    toe_heights: Tensor  # (B, 2) of TOES
    arm: Tensor  # (B,) metres
    leg: Tensor  # (B,) metres


def group_of(bodies: Sequence[Body]) -> Group:
    """The bodies as one group; the same ones again cost nothing."""
    return _group_of(tuple(bodies))


@lru_cache(maxsize=REMEMBERED)
def _group_of(bodies: tuple[Body, ...]) -> Group:
    with torch.inference_mode(False):  # it may be needed where there are gradients
        joints = bodies[0].joints
        offsets, mounts = torch.stack([body.offsets for body in bodies]), torch.stack([body.mounts for body in bodies])
        standing = standing_heights(offsets)
        floors = [torch.nan if body.floor_height is None else body.floor_height for body in bodies]
        return Group(
            joints, offsets, mounts, torch.stack([body.mount_rotations for body in bodies]),
            levers=levers(offsets, joints, mounts),
            joint_levers=levers(offsets, range(JOINT_COUNT), offsets.new_zeros(JOINT_COUNT, 3)),
            toe_levers=levers(offsets, TOES, offsets.new_zeros(len(TOES), 3)),
            position_sd=torch.tensor([body.position_sd for body in bodies]),
            rotation_sd=torch.tensor([body.rotation_sd for body in bodies]),
            floor=torch.tensor(floors).to(offsets), head_height=standing[:, HEAD],
            foot_heights=standing[:, list(FEET)], toe_heights=standing[:, list(TOES)],
            arm=arm_length(offsets), leg=leg_length(offsets),
        )


def measure(bodies: Sequence[Body], readings: Sequence[Readings]) -> Measurement:
    """Stack windows of equal length, of bodies whose `kind` is the same, as one measurement.

    What a lost tracker's reading holds, NaN too, is replaced.
    """
    group = group_of(bodies)
    parts = zip(*(reading.parts for reading in readings), strict=True)
    positions, xyzw, position_known, rotation_known = (torch.stack(part) for part in parts)
    unturned = xyzw.new_tensor([0.0, 0.0, 0.0, 1.0])
    turned = xyzw_to_matrix(torch.where(rotation_known.unsqueeze(-1), xyzw, unturned))
    return Measurement(
        joints=group.joints,
        levers=group.levers,
        positions=torch.where(position_known.unsqueeze(-1), positions, 0.0),
        position_known=position_known,
        rotations=turned @ group.mount_rotations.mT[:, None],
        rotation_known=rotation_known,
        position_sd=group.position_sd[:, None, None].expand(position_known.shape),
        rotation_sd=group.rotation_sd[:, None, None].expand(rotation_known.shape),
    )


def cues_of(bodies: Sequence[Body], measured: Measurement) -> Cues:
    """What the prior may know of the readings: rotations, and places in units of each body."""
    group = group_of(bodies)
    places = measured.positions - (measured.rotations @ group.mounts[:, None].unsqueeze(-1)).squeeze(-1)
    placed = measured.position_known & measured.rotation_known & (measured.position_sd < CUE_PLACE_SD)
    turned = measured.rotation_known & (measured.rotation_sd < CUE_TURN_SD)
    rotation, rotation_known = _of_joints(CUE_JOINTS, measured.joints, measured.rotations, turned)
    others, others_known = _of_joints(OTHER_JOINTS, measured.joints, measured.rotations, turned)
    place, place_known = _of_joints(CUE_JOINTS, measured.joints, places, placed)
    head, hands = place[:, :, 0], place[:, :, 1:]
    height = (head[..., 1] - group.floor.nan_to_num()[:, None]) / group.head_height[:, None]
    return Cues(
        rotations=rotation,
        rotation_known=rotation_known,
        height=height,
        height_known=place_known[..., 0] & ~group.floor.isnan()[:, None],
        hands=(hands - head[:, :, None]) / group.arm[:, None, None, None],
        hands_known=place_known[..., 1:] & place_known[..., :1],
        path=head * head.new_tensor([1.0, 0.0, 1.0]) / group.leg[:, None, None],
        path_known=place_known[..., 0],
        others=others,
        others_known=others_known,
    )


def _of_joints(asked: tuple[int, ...], joints: tuple[int, ...], values: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
    """The columns of the joints asked for, in that order; absent trackers are unknown."""
    if joints == asked:
        return values, known
    if not set(asked) & set(joints):
        return values[:, :, :1].expand(-1, -1, len(asked), -1, -1), torch.zeros_like(known[:, :, :1]).expand(
            -1, -1, len(asked))
    columns = [joints.index(joint) if joint in joints else 0 for joint in asked]
    present = torch.tensor([joint in joints for joint in asked], device=known.device)
    return values[:, :, columns], known[:, :, columns] & present
