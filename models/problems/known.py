"""What is known of a motion: rotations of some joints in some frames, and the root in some; and how the prior hears it.

What is not known may hold anything finite: what is believed so far, as a rule.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import heading
from models.kinematics.skeleton import (
    HEAD,
    JOINT_COUNT,
    PARENT_OR_SELF,
    PARENTS,
    arm_length,
    chain_to,
    leg_length,
    standing_height,
)
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues


@dataclass(frozen=True)
class Known:
    """A motion at 60 Hz, and what of it is known."""

    rotations: Tensor  # (T, 22, 3, 3) global
    rotation_known: Tensor  # (T, 22) bool
    root: Tensor  # (T, 3) metres
    root_known: Tensor  # (T,) bool
    offsets: Tensor  # (22, 3) metres
    floor: float | None = 0.0  # its height, metres; None where there is none

    def __len__(self) -> int:
        return len(self.root)

    def believed(self, rotations: Tensor, root: Tensor) -> Known:
        """With what is believed where nothing is known."""
        joints, frames = self.rotation_known[..., None, None], self.root_known[:, None]
        return replace(self, rotations=torch.where(joints, self.rotations, rotations),
                       root=torch.where(frames, self.root, root))

    def frames(self, piece: slice) -> Known:
        """A stretch of it."""
        return replace(self, rotations=self.rotations[piece], rotation_known=self.rotation_known[piece],
                       root=self.root[piece], root_known=self.root_known[piece])

    def without(self, joints: Sequence[int], frames: slice) -> Known:
        """As if these joints were not known in these frames."""
        known = self.rotation_known.clone()
        known[frames, list(joints)] = False
        return replace(self, rotation_known=known)

    def only(self, frames: Sequence[int]) -> Known:
        """As if but these frames nothing were known."""
        kept = torch.zeros(len(self), dtype=torch.bool)
        kept[list(frames)] = True
        return replace(self, rotation_known=self.rotation_known & kept[:, None], root_known=self.root_known & kept)

    @property
    def local_known(self) -> Tensor:
        """Which rotations relative to the parent are known, (T, 22); the pelvis has its own."""
        parents = self.rotation_known[:, list(PARENT_OR_SELF)]
        return self.rotation_known & parents

    @property
    def placed(self) -> Tensor:
        """Which joints' places over the pelvis are known, (T, 22): the rotations of all that bear them are."""
        return (self.rotation_known[:, None] | ~_bearers().to(self.rotation_known.device)).all(-1)


def cues_of(known: Known, cut: Tensor) -> Cues:
    """Cues of windows, whose frames are `cut` (B, T).

    The head's height and way, and the hands, are told where all that bears them is known.
    """
    turns, turned = known.rotations[cut], known.rotation_known[cut]
    from_pelvis, placed = positions_from_pelvis(turns, known.offsets), known.placed[cut]
    head, hands = from_pelvis[:, :, HEAD] + known.root[cut], list(CUE_JOINTS[1:])
    head_known = placed[..., HEAD] & turned[..., HEAD] & known.root_known[cut]
    on_floor = known.floor is not None
    over = head - head.new_tensor([0.0, known.floor or 0.0, 0.0])
    return Cues(
        rotations=turns[:, :, list(CUE_JOINTS)], rotation_known=turned[..., list(CUE_JOINTS)],
        height=over[..., 1] / standing_height(known.offsets, HEAD), height_known=head_known & on_floor,
        hands=(from_pelvis[:, :, hands] - from_pelvis[:, :, HEAD, None]) / arm_length(known.offsets),
        hands_known=placed[..., hands] & turned[..., hands] & (placed & turned)[..., HEAD, None],
        path=over * over.new_tensor([1.0, 0.0, 1.0]) / leg_length(known.offsets), path_known=head_known,
        others=turns[:, :, list(OTHER_JOINTS)], others_known=turned[..., list(OTHER_JOINTS)],
        heading=heading(turns[:, turns.shape[1] // 2, HEAD]),
    )


@cache
def _bearers() -> Tensor:
    """(22, 22) bool: row j is true at the joints whose rotations the place of j over the pelvis follows from."""
    bears = torch.zeros(JOINT_COUNT, JOINT_COUNT, dtype=torch.bool, device="cpu")
    for joint in range(JOINT_COUNT):
        bears[joint, [PARENTS[link] for link in chain_to(joint)]] = True
    return bears
