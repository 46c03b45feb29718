"""How trackers are turned on the body, from a T-pose: in it head and hands are level and face ahead, about.

What a tracker reads instead is the person's error or the mount's. Most mounts are as they were told, and one that is
not may be far off: so a small difference is the person's, a large one the mount's (a prior of two normal parts).
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.known_pose import t_pose_heading
from models.kinematics.rotations import about_y, matrix_to_rotvec, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import HEAD, L_WRIST, R_WRIST

LEVEL_SD = {HEAD: 0.12, L_WRIST: 0.25, R_WRIST: 0.25}  # radians per axis: how exactly people hold them in a T-pose


@dataclass(frozen=True)
class TurnPrior:
    """How mounts are turned against what was told."""

    wrong: float = 0.1  # share of mounts that are not as told
    wrong_sd: float = 0.5  # radians per axis, of those
    right_sd: float = 0.02

    @property
    def sd(self) -> float:
        """Radians per axis, of any mount."""
        return (self.wrong * self.wrong_sd**2 + (1 - self.wrong) * self.right_sd**2) ** 0.5


@dataclass(frozen=True)
class Turns:
    """What is believed of M mounts' rotations."""

    rotations: Tensor  # (M, 3, 3) tracker in the joint's frame
    sd: Tensor  # (M,) radians per axis
    shown: Tensor  # (M,) bool: whether the pose says anything of them


def told_turns(body: Body, prior: TurnPrior) -> Turns:
    """Nothing but what was told."""
    count = len(body.joints)
    return Turns(body.mount_rotations, torch.full((count,), prior.sd), torch.zeros(count, dtype=torch.bool))


def t_pose_turns(body: Body, readings: Readings, prior: TurnPrior) -> Turns:
    """After a T-pose; trackers that are neither on the head nor on a wrist keep what was told."""
    facing = about_y(t_pose_heading(body, readings).median())
    read = xyzw_to_matrix(readings.xyzw[len(readings) // 2]) @ body.mount_rotations.mT  # (M, 3, 3)
    seen = matrix_to_rotvec(facing.T @ read)
    person = torch.tensor([LEVEL_SD.get(joint, torch.inf) for joint in body.joints])
    share, sd = share_of_mount(seen.norm(dim=-1), person, prior)
    return Turns(rotvec_to_matrix(seen * share[:, None]) @ body.mount_rotations, sd, person.isfinite())


def share_of_mount(angle: Tensor, person_sd: Tensor, prior: TurnPrior) -> tuple[Tensor, Tensor]:
    """How much of a difference of `angle` (M,) radians is the mount's, (M,), and what is left of its sd, (M,)."""
    usual, far = prior.right_sd**2, prior.wrong_sd**2
    noise = person_sd.square()
    odds = (1 - prior.wrong) / prior.wrong * ((noise + far) / (noise + usual)) ** 1.5
    odds = odds * torch.exp(-(angle.square() / 2) * (1 / (noise + usual) - 1 / (noise + far)))
    wrong = torch.where(person_sd.isinf(), prior.wrong, 1 / (1 + odds))
    as_usual, as_far = usual / (usual + noise), far / (far + noise)
    share = wrong * as_far + (1 - wrong) * as_usual
    left = wrong * far * (1 - as_far) + (1 - wrong) * usual * (1 - as_usual)
    between = wrong * (1 - wrong) * ((as_far - as_usual) * angle).square() / 3
    return share, (left + between).sqrt()
