"""What of a body is unknown: the logarithm of each part's scale and where each tracker sits; and what is known before.

N numbers, all zero for the body as told: the logarithms of the scales of PARTS, in their order, then the mounts' errors
of the M trackers, three metres each in the joint's frame. People differ in stature and, less, in proportions, so the
scales of all parts go together, and those of upper arm and forearm more so.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.body import Body
from models.kinematics.skeleton import JOINT_COUNT

PARTS = {
    "torso": (3, 6, 9, 12),
    "neck": (15,),
    "shoulders": (13, 14, 16, 17),
    "upper arms": (18, 19),
    "forearms": (20, 21),
    "legs": (1, 2, 4, 5, 7, 8, 10, 11),
}
ARMS = ("upper arms", "forearms")


@dataclass(frozen=True)
class FactorPrior:
    """How far people and devices are from what was told, as standard deviations."""

    stature_sd: float = 0.08  # of the logarithm of the whole body's scale
    part_sd: float = 0.04  # of each part's, on top
    arm_share: float = 0.6  # of the arms' own variance: what upper arm and forearm have in common
    mount_sd: float = 0.005  # metres per axis; 0.015 blames right mounts for wrong guesses, +0.1 cm MPJPE

    def covariance(self, trackers: int) -> Tensor:
        """(N, N) float64."""
        arms = torch.tensor([name in ARMS for name in PARTS], dtype=torch.float64)
        own = 1 - self.arm_share * arms
        parts = self.stature_sd**2 + self.part_sd**2 * (torch.diag(own) + self.arm_share * torch.outer(arms, arms))
        mounts = self.mount_sd**2 * torch.eye(3 * trackers, dtype=torch.float64)
        return torch.block_diag(parts, mounts)


def part_masks() -> Tensor:
    """(parts, 22) float64: one at the joints whose offsets a part's scale stretches."""
    masks = torch.zeros(len(PARTS), JOINT_COUNT, dtype=torch.float64)
    for row, joints in enumerate(PARTS.values()):
        masks[row, list(joints)] = 1.0
    return masks


def joint_scales(values: Tensor) -> Tensor:
    """The factor of every joint's offset for unknowns (N,), (22,) float64."""
    return (values[: len(PARTS)].double() @ part_masks()).exp()


def with_values(body: Body, values: Tensor) -> Body:
    """The body as it is if the unknowns are `values` (N,)."""
    mounts = values[len(PARTS) :].view(-1, 3)
    scaled = body.offsets * joint_scales(values).to(body.offsets)[:, None]
    return replace(body, offsets=scaled, mounts=body.mounts + mounts.to(body.mounts))


def values_count(body: Body) -> int:
    """N."""
    return len(PARTS) + 3 * len(body.joints)
