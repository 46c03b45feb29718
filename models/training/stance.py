"""People who stand, and how a plan leads their feet, pelvis, legs and hands.

Frames come first, (T, ...); metres; global rotations.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import normalize

from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import about_y, heading, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import FEET, JOINT_INDEX, PELVIS, TOES, leg_length
from models.training.balance import centre_of_mass
from models.training.dataset import RATE_HZ, Clip
from models.training.limbs import bend_leg, reach_hand
from models.training.plans import Plan

SHORTEST, LONGEST = 90, 360  # frames
STILL_M = 0.05  # the feet of one who stands stay within this
SLOWEST, FASTEST = 0.5, 1.3  # metres a second, the most that the pelvis or the head is led at
BRIEFEST_S = 0.5
LIFT = 0.2  # of a step's length, that the foot is raised by
SIDES = ("L", "R")


@dataclass(frozen=True)
class Stance:
    """A stretch of a clip whose feet stand still, and where they do."""

    clip: Clip
    rotations: Tensor  # (T, 22, 3, 3)
    ankles: Tensor  # (2, 3)
    soles: Tensor  # (2, 3, 3) the ankles' rotations
    toes: Tensor  # (2, 3, 3)
    face: Tensor  # (3, 3) turn from +Z to where the pelvis faces

    @property
    def leg(self) -> Tensor:
        return leg_length(self.clip.offsets)


def find_stance(clip: Clip) -> Stance | None:
    """The beginning of a clip, if it is long enough and its feet do not move."""
    if len(clip.root) < SHORTEST or not clip.floor:
        return None
    cut = replace(clip, local_xyzw=clip.local_xyzw[:LONGEST], root=clip.root[:LONGEST])
    rotations = local_to_global(xyzw_to_matrix(cut.local_xyzw))
    feet = (positions_from_pelvis(rotations, clip.offsets) + cut.root[:, None])[:, list(FEET)]
    usual = feet.median(0).values
    strayed = (feet - usual).norm(dim=-1).max()
    apart = (usual[0] - usual[1])[[0, 2]].norm()
    if strayed > STILL_M or apart > 0.5 or cut.root[:, 1].min() < 0.85 * leg_length(clip.offsets):
        return None
    still = rotations[len(rotations) // 2]
    return Stance(cut, rotations, usual[:2], still[list(FEET[:2])], still[list(TOES)], about_y(heading(still[PELVIS])))


def course(stance: Stance, plan: Plan, random: torch.Generator) -> Tensor | None:
    """How far the plan is carried out, (T,) in [0, 1]: there, a while, and perhaps back; None in too short a time."""
    frames = len(stance.rotations)
    if plan.held:
        return torch.ones(frames)
    chance = torch.rand(5, generator=random).tolist()
    far = float(stance.leg) * max(plan.drop, plan.back or 0.0, *map(abs, (*plan.left_step, *plan.right_step)))
    far += 0.6 * (abs(plan.flexed) + abs(plan.bent) + plan.nod)
    speed = SLOWEST + (FASTEST - SLOWEST) * chance[0]
    moving = max(1.875 * far / speed, BRIEFEST_S) * RATE_HZ * (2 if any(plan.left_step + plan.right_step) else 1)
    spare = frames - moving
    if spare < 0:
        return None
    first = chance[1] * min(spare, RATE_HZ)
    last = frames - moving - chance[2] * RATE_HZ
    time = torch.arange(frames)
    share = smooth_step((time - first) / moving)
    if chance[3] < 0.7 and last > first + moving:
        share = share - smooth_step((time - last) / moving)
    return share if chance[4] < 0.7 else share.flip(0)


def smooth_step(share: Tensor) -> Tensor:
    """Least jerk from 0 to 1; its steepest slope is 1.875."""
    share = share.clamp(0, 1)
    return share**3 * (10 - 15 * share + 6 * share**2)


def feet_of(stance: Stance, plan: Plan, share: Tensor) -> tuple[Tensor, Tensor]:
    """Ankles (T, 2, 3) and their rotations (T, 2, 3, 3): the left steps first; heels rise about the toes."""
    steps = torch.tensor([plan.left_step, plan.right_step]) * stance.leg
    gone = torch.stack([smooth_step(2 * share), smooth_step(2 * share - 1)], dim=1).unsqueeze(-1)
    raised = LIFT * steps.norm(dim=-1)[:, None] * 4 * gone * (1 - gone) * torch.tensor([0.0, 1.0, 0.0])
    lifted = share[:, None, None] * torch.tensor([[heel, 0.0, 0.0] for heel in plan.heels])
    soles = stance.soles @ rotvec_to_matrix(lifted)
    ball = stance.clip.offsets[list(TOES)].unsqueeze(-1)
    over = ((stance.soles - soles) @ ball).squeeze(-1)
    return stance.ankles + (gone * steps) @ stance.face.mT + raised + over, soles


def pelvis_path(stance: Stance, plan: Plan, share: Tensor, rotations: Tensor, ankles: Tensor) -> Tensor:
    """The root (T, 3) that keeps the weight over the feet as it was, or sits where the plan says."""
    old, new = (positions_from_pelvis(each, stance.clip.offsets) for each in (stance.rotations, rotations))
    middle = ankles.mean(1) + forefoot(stance, new) - forefoot(stance, old)
    root = stance.clip.root + middle - stance.ankles.mean(0) + centre_of_mass(old) - centre_of_mass(new)
    if plan.back is not None:
        seat = ankles.mean(1) - plan.back * stance.leg * stance.face[:, 2]
        root = torch.lerp(root, seat, share.unsqueeze(-1))
    root[:, 1] = stance.clip.root[:, 1] - share * plan.drop * stance.leg
    return root


def forefoot(stance: Stance, places: Tensor) -> Tensor:
    """From the ankles' middle to that of the soles, (T, 3): under lifted heels the toes bear the body."""
    return (places[:, list(TOES)] - places[:, list(FEET[:2])]).mean(1) * 0.5


def with_legs(
    stance: Stance, plan: Plan, share: Tensor, rotations: Tensor, root: Tensor, ankles: Tensor
) -> tuple[Tensor, Tensor]:
    """Legs from the pelvis to the ankles, and by how many metres the worst one misses."""
    made, missed = rotations.clone(), []
    for number, side in enumerate(SIDES):
        joints = [JOINT_INDEX[f"{side}_{name}"] for name in ("hip", "knee")]
        hip = root + rotations[:, PELVIS] @ stance.clip.offsets[joints[0]]
        outwards = about_y(share * plan.opened * (1 if side == "L" else -1))
        ahead = (outwards @ normalize(stance.rotations[:, joints[0], :, 2], dim=-1).unsqueeze(-1)).squeeze(-1)
        level = (normalize(ankles[:, number] - hip, dim=-1) * stance.face[:, 2]).sum(-1).clamp(min=0)
        ahead = ahead + level[:, None] * torch.tensor([0.0, 1.0, 0.0])
        leg = bend_leg(hip, ankles[:, number], ahead, stance.clip.offsets, side)
        made[:, joints] = torch.stack([leg.thigh, leg.shank], dim=1)
        missed.append(leg.missed.max())
    return made, torch.stack(missed).max()


def with_hand(stance: Stance, plan: Plan, share: Tensor, rotations: Tensor, root: Tensor, side: str) -> Tensor:
    """The arm of a side led to where the plan has the hand."""
    offsets = stance.clip.offsets
    places = positions_from_pelvis(rotations, offsets) + root[:, None]
    shoulder, wrist = (places[:, JOINT_INDEX[f"{side}_{name}"]] for name in ("shoulder", "wrist"))
    middle = stance.ankles.mean(0) * torch.tensor([1.0, 0.0, 1.0])
    target = middle + stance.face @ (torch.tensor(plan.hands[side]) * stance.leg)
    return reach_hand(rotations, offsets, torch.lerp(wrist, target, share.unsqueeze(-1)) - shoulder, side)
