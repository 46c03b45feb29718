"""Bodies that are solved together: what of them stays the same from frame to frame, worked out once; and what their
trackers' readings mean to solver and prior."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.body import Body, Readings
from models.kinematics.arrays import Array, alike, finite_or_zero, in_numpy, library
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
    offsets: Array  # (B, 22, 3) metres
    mounts: Array  # (B, M, 3) metres
    mount_rotations: Array  # (B, M, 3, 3)
    levers: Array  # (B, M, 22, 3) of the trackers, see measurement.py
    joint_levers: Array  # (B, 22, 22, 3) of every joint
    toe_levers: Array  # (B, 2, 22, 3)
    position_sd: Array  # (B,) metres, told
    rotation_sd: Array  # (B,) radians, told
    floor: Array  # (B,) metres, NaN where none is known
    head_height: Array  # (B,) metres over the floor, standing
    foot_heights: Array  # (B, 4) of FEET, likewise
    toe_heights: Array  # (B, 2) of TOES
    arm: Array  # (B,) metres
    leg: Array  # (B,) metres


    def rows(self, which: Tensor) -> Group:
        """The bodies at places (B',), which says on what device."""
        tensors = ((name, part) for name, part in vars(self).items() if isinstance(part, Tensor))
        rows: dict[str, Any] = {name: part.to(which.device)[which] for name, part in tensors}
        return replace(self, **rows)


def group_of(bodies: Sequence[Body], like: Array = None) -> Group:
    """The bodies as one group, of tensors or of what `like` is; the same ones again cost nothing."""
    of_tensors, of_numpy = _group_of(tuple(bodies))
    return of_tensors if like is None or isinstance(like, Tensor) else of_numpy


@lru_cache(maxsize=REMEMBERED)
def _group_of(bodies: tuple[Body, ...]) -> tuple[Group, Group]:
    with torch.inference_mode(False):  # it may be needed where there are gradients
        joints = bodies[0].joints
        offsets, mounts = torch.stack([body.offsets for body in bodies]), torch.stack([body.mounts for body in bodies])
        standing = standing_heights(offsets)
        floors = [torch.nan if body.floor_height is None else body.floor_height for body in bodies]
        group = Group(
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
        tensors = {name: in_numpy(part) for name, part in vars(group).items() if isinstance(part, Tensor)}
        return group, Group(**(vars(group) | tensors))


def measure(bodies: Sequence[Body], readings: Sequence[Readings]) -> Measurement:
    """Stack windows of equal length, of bodies whose `kind` is the same, as one measurement.

    What a lost tracker's reading holds, NaN too, is replaced.
    """
    parts, maths = zip(*(reading.parts for reading in readings), strict=True), library(readings[0].positions)
    return measured_by(group_of(bodies, readings[0].positions), Readings(*(maths.stack(part) for part in parts)))


def measured_by(group: Group, readings: Readings) -> Measurement:
    """The same of stacked readings, (B, T, M, ...)."""
    maths = library(readings.positions)
    positions, xyzw, position_known, rotation_known = readings.parts
    turned = xyzw_to_matrix(maths.where(rotation_known[..., None], xyzw, alike(_UNTURNED, xyzw)))
    by_tracker = maths.swapaxes(turned, 1, 2)
    count, trackers, frames = by_tracker.shape[:3]
    unmounted = by_tracker.reshape(count, trackers, 3 * frames, 3) @ group.mount_rotations.mT
    return Measurement(
        joints=group.joints,
        levers=group.levers,
        positions=maths.where(position_known[..., None], positions, 0.0),
        position_known=position_known,
        rotations=maths.swapaxes(unmounted.reshape(by_tracker.shape), 1, 2),
        rotation_known=rotation_known,
        position_sd=maths.broadcast_to(group.position_sd[:, None, None], position_known.shape),
        rotation_sd=maths.broadcast_to(group.rotation_sd[:, None, None], rotation_known.shape),
    )


_UNTURNED = np.array([0.0, 0.0, 0.0, 1.0], np.float32)


def cues_of(group: Group, measured: Measurement) -> Cues:
    """What the prior may know of the readings: rotations, and places in units of each body."""
    maths = library(measured.positions)
    places = measured.positions - (measured.rotations * group.mounts[:, None, :, None]).sum(-1)
    placed = measured.position_known & measured.rotation_known & (measured.position_sd < CUE_PLACE_SD)
    turned = measured.rotation_known & (measured.rotation_sd < CUE_TURN_SD)
    rotation, rotation_known = _of_joints(CUE_JOINTS, measured.joints, measured.rotations, turned)
    others, others_known = _of_joints(OTHER_JOINTS, measured.joints, measured.rotations, turned)
    place, place_known = _of_joints(CUE_JOINTS, measured.joints, places, placed)
    head, hands = place[:, :, 0], place[:, :, 1:]
    height = (head[..., 1] - finite_or_zero(group.floor)[:, None]) / group.head_height[:, None]
    return Cues(
        rotations=rotation,
        rotation_known=rotation_known,
        height=height,
        height_known=place_known[..., 0] & ~maths.isnan(group.floor)[:, None],
        hands=(hands - head[:, :, None]) / group.arm[:, None, None, None],
        hands_known=place_known[..., 1:] & place_known[..., :1],
        path=head * alike(_ON_FLOOR, head) / group.leg[:, None, None],
        path_known=place_known[..., 0],
        others=others,
        others_known=others_known,
    )


_ON_FLOOR = np.array([1.0, 0.0, 1.0], np.float32)


def _of_joints(asked: tuple[int, ...], joints: tuple[int, ...], values: Array, known: Array) -> tuple[Array, Array]:
    """The columns of the joints asked for, in that order; absent trackers are unknown."""
    if joints == asked:
        return values, known
    spread, shape = library(values).broadcast_to, (*known.shape[:2], len(asked))
    if not set(asked) & set(joints):
        return spread(values[:, :, :1], (*shape, *values.shape[3:])), spread(known[:, :, :1] & ~known[:, :, :1], shape)
    columns = [joints.index(joint) if joint in joints else 0 for joint in asked]
    present = alike(np.array([joint in joints for joint in asked]), known)
    return values[:, :, columns], known[:, :, columns] & present
