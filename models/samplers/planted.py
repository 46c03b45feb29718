"""Feet that stand: while the prior says that a foot is planted, its joint is held at one place, as by a tracker.

The place is where the joint was on the whole, found once the body is on its trackers. A foot that moved much then is
held loosely or not at all, whatever the prior says: no foot is dragged. Its height is its own too, for soles differ.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.kinematics.arrays import in_numpy
from models.kinematics.forward import speeds
from models.kinematics.skeleton import FEET
from models.samplers.measurement import Measurement, levers

LIKELY = 0.5  # probability of contact from which on a foot may stand
FAST = 0.8  # metres a second: it does not, whatever the probability
SHORTEST = 4  # frames
FADE = 5  # frames over which a stand is taken up, and let go
HELD_SD = 0.05  # metres per axis, where contact is certain
DRIFT = 0.05  # metres: a foot that strays this far from its place is held half as firmly
REACH = 3  # frames to both sides that a speed is taken over
FREE_SD = 1.0  # metres


@dataclass(frozen=True)
class Stands:
    """Where feet stand, over a sequence; FEET in order."""

    places: Tensor  # (T, 4, 3) metres
    held: Tensor  # (T, 4) bool
    sd: Tensor  # (T, 4) metres per axis

    def in_batch(self) -> Stands:
        """As a batch of one."""
        return Stands(self.places[None], self.held[None], self.sd[None])


def find_stands(contact: Tensor, places: Tensor, rate_hz: float = 60.0) -> Stands:
    """From the probability of contact (T, 4) and where the joints seem to be (T, 4, 3), metres."""
    likely = (contact > LIKELY) & (speeds(places, REACH, rate_hz) < FAST)
    found = Stands(places.clone(), torch.zeros_like(likely), torch.full_like(contact, FREE_SD))
    at, held, sd = (in_numpy(part) for part in (found.places, found.held, found.sd))  # the same memory
    sure = in_numpy(contact)
    for foot in range(places.shape[1]):
        for stretch in stretches(likely[:, foot], SHORTEST):
            stood = at[stretch, foot]
            place = _lower_median(stood)
            strayed = _lower_median(np.linalg.norm(stood - place, axis=-1)) / DRIFT
            at[stretch, foot], held[stretch, foot] = place, True
            sd[stretch, foot] = HELD_SD * (1 + strayed * strayed) / (sure[stretch, foot] * _fade(len(stood)))
    return found


def _lower_median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Along the first axis, the lower of the two in the middle."""
    ordered: NDArray[np.float32] = np.sort(values, axis=0)
    return ordered[(len(ordered) - 1) // 2]


def hold(measured: Measurement, stands: Stands, offsets: Tensor) -> Measurement:
    """The trackers of B sequences, and those feet that carry none; stands (B, T, ...), offsets (B, 22, 3) metres."""
    free = [index for index, joint in enumerate(FEET) if joint not in measured.joints]
    joints = tuple(FEET[index] for index in free)
    places, held, sd = (part[:, :, free] for part in (stands.places, stands.held, stands.sd))
    lever = levers(offsets, joints, offsets.new_zeros(1, len(joints), 3))
    unturned = torch.eye(3, device=places.device).expand(*held.shape, 3, 3)
    return replace(
        measured, joints=measured.joints + joints, levers=torch.cat([measured.levers, lever], 1),
        positions=torch.cat([measured.positions, places], 2),
        position_known=torch.cat([measured.position_known, held], 2),
        position_sd=torch.cat([measured.position_sd, sd], 2),
        rotations=torch.cat([measured.rotations, unturned], 2),
        rotation_known=torch.cat([measured.rotation_known, torch.zeros_like(held)], 2),
        rotation_sd=torch.cat([measured.rotation_sd, torch.ones_like(sd)], 2),
        unturned=measured.unturned + len(joints),
    )


def stretches(mask: Tensor, shortest: int) -> list[slice]:
    """Where a mask (T,) is true for `shortest` frames on end or more."""
    edges = torch.nn.functional.pad(mask.int(), (1, 1)).diff()
    starts, ends = (edges == 1).nonzero().flatten().tolist(), (edges == -1).nonzero().flatten().tolist()
    return [slice(start, end) for start, end in zip(starts, ends, strict=True) if end - start >= shortest]


def _fade(frames: int) -> NDArray[np.float32]:
    """(frames,) in (0, 1]: how firmly a stand of that length is held."""
    at = np.arange(frames)
    return ((np.minimum(at, at[::-1]) + 1).clip(max=FADE) / FADE).astype(np.float32)
