"""What the trackers read, as rows linear in the global rotations: y_k = root + sum_i R_i a_ki (+ noise).

a_ki, the lever of joint i on tracker k, is constant for a body: the bones on the way from the pelvis to the tracker
and its mount. Any tracker on any joint is three more rows; a lost one is three rows less.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from models.kinematics.arrays import Array, library
from models.kinematics.skeleton import JOINT_COUNT, PARENTS, chain_to


@dataclass(frozen=True)
class Measurement:
    """Readings of M trackers over T frames of B windows, in the world; mounts are removed from the rotations."""

    joints: tuple[int, ...]  # M, all different
    levers: Array  # (B, M, 22, 3) metres, see `levers`
    positions: Array  # (B, T, M, 3) metres
    position_known: Array  # (B, T, M) bool
    rotations: Array  # (B, T, M, 3, 3) of the joints
    rotation_known: Array  # (B, T, M) bool
    position_sd: Array  # (B, T, M) metres per axis
    rotation_sd: Array  # (B, T, M) radians per axis
    unturned: int = 0  # so many of them, the last ones, never say a rotation

    @property
    def turned(self) -> int:
        """How many may say a rotation: the first ones."""
        return len(self.joints) - self.unturned

    def frames(self, piece: slice) -> Measurement:
        """A stretch of the frames."""
        return replace(
            self, positions=self.positions[:, piece], position_known=self.position_known[:, piece],
            rotations=self.rotations[:, piece], rotation_known=self.rotation_known[:, piece],
            position_sd=self.position_sd[:, piece], rotation_sd=self.rotation_sd[:, piece],
        )

    def single(self, who: Tensor, when: Tensor) -> Measurement:
        """Chosen frames, each as a window of its own, T = 1; who, when: (B',) window and frame."""
        parts: dict[str, Any] = {name: part[who, when][:, None] for name, part in vars(self).items()
                 if isinstance(part, Tensor) and name != "levers"}
        return replace(self, levers=self.levers[who], **parts)

    def newest(self) -> Measurement:
        """The last frame alone, T = 1."""
        return self.frames(slice(-1, None))


def levers(offsets: Tensor, joints: Sequence[int], mounts: Tensor) -> Tensor:
    """The lever of every joint on every tracker.

    Args:
        offsets: (..., 22, 3) T-pose offsets, metres.
        joints: M joints that carry a tracker.
        mounts: (..., M, 3) where on its joint each sits, metres in the joint's frame.

    Returns:
        (..., M, 22, 3).
    """
    bones, carriers = (part.to(offsets) for part in _paths(tuple(joints)))
    return bones @ offsets.unsqueeze(-3) + carriers.unsqueeze(-1) * mounts.unsqueeze(-2)


@lru_cache(maxsize=64)
def _paths(joints: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """(M, 22, 22): one where joint i is the parent of a bone on the way to tracker k; (M, 22): one at k's own joint."""
    bones = torch.zeros(len(joints), JOINT_COUNT, JOINT_COUNT)
    for tracker, joint in enumerate(joints):
        for link in chain_to(joint):
            bones[tracker, PARENTS[link], link] = 1.0
    return bones, torch.eye(JOINT_COUNT)[list(joints)]


def arms_in_world(rotations: Array, lever: Array) -> Array:
    """u_ki = R_i a_ki. rotations (B, T, 22, 3, 3), lever (B, M, 22, 3) -> (B, T, 22, 3, M), metres."""
    maths, frames = library(rotations), rotations.shape[1]
    by_joint = maths.swapaxes(rotations, 1, 2).reshape(-1, JOINT_COUNT, 3 * frames, 3)  # one product for all frames
    arms = by_joint @ maths.swapaxes(lever, 1, 2).mT
    return maths.swapaxes(arms.reshape(-1, JOINT_COUNT, frames, 3, lever.shape[1]), 1, 2)
