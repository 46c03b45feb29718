"""What the rivals are told: rotations, places in metres and velocities of head and wrists.

The file's rule is the opposite of prior/condition.py's: lengths are raw, as published. A rival knows the size of its
user from nothing else, or is told the bones.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.body import Body
from models.group import group_of
from models.kinematics.arrays import picked
from models.kinematics.rotations import about_y, heading, matrix_to_sixd
from models.prior.condition import CUE_JOINTS, TURN_GAIN, known_twice, masked, nearest_known, turns_between
from models.samplers.measurement import Measurement
from models.samplers.streaming import RATE_HZ

SIGHT_WIDTH = 60
BONES_WIDTH = 66
BONE_GAIN = 10.0  # brings the differences between bodies to the size of the other inputs


@dataclass(frozen=True)
class Sight:
    """A batch of windows as head and wrists see them, in the world; the floor is at zero."""

    rotations: Tensor  # (B, T, 3, 3, 3) of the joints of CUE_JOINTS
    rotation_known: Tensor  # (B, T, 3) bool
    places: Tensor  # (B, T, 3, 3) metres
    place_known: Tensor  # (B, T, 3) bool

    def windows(self, at: Tensor) -> Sight:
        """Windows of the only sequence there is: at (B, W) frames -> Sight of B windows."""
        return Sight(self.rotations[0, at], self.rotation_known[0, at], self.places[0, at], self.place_known[0, at])


def sight_of(bodies: list[Body], measured: Measurement) -> Sight:
    """What three of the trackers say; all three joints must have one.

    Raises:
        ValueError: names the trackers there are.
    """
    if not set(CUE_JOINTS) <= set(measured.joints):
        raise ValueError(f"the rivals need trackers on the joints {CUE_JOINTS}; there are {measured.joints}")
    columns = [measured.joints.index(joint) for joint in CUE_JOINTS]
    mounts = torch.stack([body.mounts for body in bodies])
    floor = torch.nn.functional.pad(group_of(bodies).floor.nan_to_num()[:, None], (1, 1))  # (B, 3)
    places = measured.positions - (measured.rotations @ mounts[:, None].unsqueeze(-1)).squeeze(-1)
    known = measured.rotation_known
    return Sight(
        rotations=measured.rotations[:, :, columns],
        rotation_known=known[:, :, columns],
        places=places[:, :, columns] - floor[:, None, None],
        place_known=(measured.position_known & known)[:, :, columns],
    )


def head_frame(sight: Sight, at: int) -> tuple[Tensor, Tensor]:
    """The turn that brings the head's heading at frame `at` to zero, (B, 3, 3), and what lies under it, (B, 3) metres.

    A head that is lost there is looked for in the nearest frame.
    """
    turned = picked(sight.rotations[:, :, 0], nearest_known(sight.rotation_known[..., 0], at))
    under = picked(masked(sight.places, sight.place_known)[:, :, 0], nearest_known(sight.place_known[..., 0], at))
    return about_y(-heading(turned)), under * under.new_tensor([1.0, 0.0, 1.0])


def encode_sight(sight: Sight, turn: Tensor, under: Tensor) -> Tensor:
    """The network's input in the head's frame, (B, T, SIGHT_WIDTH): presence, rotations, turns, places, velocities."""
    turned = turn[:, None, None]
    places = (turned @ (sight.places - under[:, None, None]).unsqueeze(-1)).squeeze(-1)
    velocities = torch.cat([torch.zeros_like(places[:, :1]), places.diff(dim=1) * RATE_HZ], dim=1)
    parts = [
        masked(matrix_to_sixd(turned @ sight.rotations), sight.rotation_known),
        masked(TURN_GAIN * turns_between(sight.rotations), known_twice(sight.rotation_known)),
        masked(places, sight.place_known),
        masked(velocities, known_twice(sight.place_known)),
    ]
    presence = [sight.rotation_known.to(places), sight.place_known.to(places)]
    return torch.cat([*presence, *(part.flatten(-2) for part in parts)], dim=-1)


def with_bones(told: Tensor, offsets: Tensor) -> Tensor:
    """The input (B, T, C) and the user's bones (B, 22, 3), (B, T, C + BONES_WIDTH)."""
    bones = BONE_GAIN * offsets.flatten(1)[:, None].expand(-1, told.shape[1], -1)
    return torch.cat([told, bones], dim=-1)
