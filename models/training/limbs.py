"""Two-bone limbs put where a hand or foot has to be: (T, ...) over frames, global rotations, metres."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import JOINT_INDEX

STRAIGHT = 0.999  # of the limb's length that it is stretched to at most


@dataclass(frozen=True)
class Leg:
    """A solved leg."""

    thigh: Tensor  # (T, 3, 3)
    shank: Tensor  # (T, 3, 3)
    missed: Tensor  # (T,) metres from the ankle to where it should be


def bend_leg(hip: Tensor, ankle: Tensor, ahead: Tensor, offsets: Tensor, side: str) -> Leg:
    """The leg from `hip` to `ankle`, both (T, 3), whose knee points `ahead` (T, 3). offsets (22, 3)."""
    thigh, shank = (offsets[JOINT_INDEX[f"{side}_{name}"]] for name in ("knee", "ankle"))
    way = ankle - hip
    reach = way.norm(dim=-1, keepdim=True)
    along, out = _triangle(reach, thigh.norm(), shank.norm())
    down = way / reach
    forward = normalize(ahead - (ahead * down).sum(-1, keepdim=True) * down, dim=-1)
    knee = along * down + out * forward
    hinge = torch.linalg.cross(forward, down)
    foot = down * torch.minimum(reach, STRAIGHT * (thigh.norm() + shank.norm()))
    missed = (foot - way).norm(dim=-1)
    return Leg(_bone_to(thigh, knee, hinge), _bone_to(shank, foot - knee, hinge), missed)


def _triangle(reach: Tensor, upper: Tensor, lower: Tensor) -> tuple[Tensor, Tensor]:
    """Where the middle joint is: along the line between the ends, and off it."""
    reach = torch.minimum(reach, STRAIGHT * (upper + lower))
    along = (reach.square() + upper.square() - lower.square()) / (2 * reach)
    return along, (upper.square() - along.square()).clamp(min=0).sqrt()


def _bone_to(rest: Tensor, bone: Tensor, hinge: Tensor) -> Tensor:
    """The rotation that takes a bone (3,) of the T-pose to `bone` (T, 3) and the body's left to the hinge (T, 3)."""
    return _frame(bone, hinge) @ _frame(rest, torch.tensor([1.0, 0.0, 0.0])).mT


def _frame(bone: Tensor, hinge: Tensor) -> Tensor:
    along = normalize(bone, dim=-1)
    across = normalize(hinge - (hinge * along).sum(-1, keepdim=True) * along, dim=-1)
    return torch.stack([across, along, torch.linalg.cross(across, along)], dim=-1)


def reach_hand(rotations: Tensor, offsets: Tensor, way: Tensor, side: str) -> Tensor:
    """Bring a wrist to `way` (T, 3) from its shoulder: the elbow opens or closes, then the arm swings.

    rotations (T, 22, 3, 3) -> the same with shoulder, elbow and wrist turned; both keep their twist, so that the arm
    looks as it did. Out of reach, it points there.
    """
    shoulder, elbow, wrist = (JOINT_INDEX[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
    upper = rotations[:, shoulder] @ offsets[elbow]
    fore = rotations[:, elbow] @ offsets[wrist]
    hinge = rotations[:, shoulder, :, 1] * (-1.0 if side == "L" else 1.0)
    axis = normalize(torch.linalg.cross(normalize(upper, dim=-1), normalize(fore, dim=-1)) + 0.02 * hinge, dim=-1)
    bend = _angle_of(way.norm(dim=-1), upper.norm(dim=-1), fore.norm(dim=-1)) - _between(upper, fore)
    fold = rotvec_to_matrix(axis * bend.unsqueeze(-1))
    swing = _shortest_turn(upper + (fold @ fore.unsqueeze(-1)).squeeze(-1), way)
    made = rotations.clone()
    made[:, shoulder] = swing @ rotations[:, shoulder]
    made[:, [elbow, wrist]] = (swing @ fold)[:, None] @ rotations[:, [elbow, wrist]]
    return made


def _angle_of(reach: Tensor, upper: Tensor, lower: Tensor) -> Tensor:
    """How far a limb is bent, 0 straight, when its ends are `reach` apart."""
    reach = torch.minimum(reach, STRAIGHT * (upper + lower)).clamp(min=0.1)
    return torch.acos(((reach.square() - upper.square() - lower.square()) / (2 * upper * lower)).clamp(-1, 1))


def _between(one: Tensor, other: Tensor) -> Tensor:
    return torch.atan2(torch.linalg.cross(one, other).norm(dim=-1), (one * other).sum(-1))


def _shortest_turn(one: Tensor, other: Tensor) -> Tensor:
    axis = torch.linalg.cross(one, other)
    return rotvec_to_matrix(normalize(axis, dim=-1) * _between(one, other).unsqueeze(-1))
