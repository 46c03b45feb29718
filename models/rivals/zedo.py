"""ZeDO (Jiang et al. 2023, arXiv 2307.03833) on our prior: joints onto rays, one denoising step, a thousand times.

As published: a pose is placed and turned to fit the keypoints; then, a thousand times, every seen joint goes to the
nearest place on its ray, the prior denoises the result once at a small and falling level, and the pelvis is put where
the rays want it by least squares. Hypotheses begin with different poses, middles of K-means.

Adapted: joints that moved are made a pose again by turning each joint to where its own bones point now (a Gauss-Newton
step of each by itself); joints without a keypoint stay where they are. The poses that K-means divides are the prior's
own draws, as the prior is all that there is of its training data.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, heading, matrix_to_sixd, normalized, rotvec_to_matrix, sixd_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT, PARENTS
from models.prior.denoiser import make_denoiser
from models.problems.cues import believed_cues
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.rivals.sightlines import STRIDE, Sight, Windows, windows_of
from models.solver import Solver

DRAW_LEVELS = (8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.1, 0.03)
STILL = 0.05  # square metres: what holds joints, the more the shorter their bones; with less, noise bends them


@dataclass(frozen=True)
class ZedoConfig:
    """Iterations as published, and so is the first level: a signal's noise at t = 0.1 of the chain that is usual for
    scores (beta from 0.1 to 20). The last one and the share of noise were chosen by eye, on two clips
    of the test split: in the method's favour, if anything."""

    iterations: int = 1000
    first_level: float = 0.3  # falls to the last one in equal steps: below that nothing holds a pose against noise
    last_level: float = 0.2
    noise: float = 1.0  # share of a level's noise that is added before it is denoised
    stride: int = STRIDE
    drawn: int = 64  # poses that K-means divides
    seed: int = 0


@torch.no_grad()
def lift_zedo(
    solver: Solver, offsets: Tensor, seen: Sequence[Seen], config: ZedoConfig, hypotheses: int = 1
) -> list[Lifted]:
    """Hypotheses, those whose keypoints miss least first; one alone begins with the mean pose."""
    windows = windows_of(solver, offsets, seen, config.stride)
    poses: list[Tensor | None] = [None]
    if hypotheses > 1:
        poses = list(drawn_poses(solver, offsets, config.drawn, hypotheses, config.seed))
    found = [_hypothesis(windows, pose, len(seen[0]), config, number) for number, pose in enumerate(poses)]
    return sorted(found, key=lambda one: -one.score)


def _hypothesis(windows: Windows, pose: Tensor | None, length: int, config: ZedoConfig, number: int) -> Lifted:
    random = torch.Generator().manual_seed(config.seed + number)
    rotations, sight = windows.begun(pose), windows.sight
    for level in torch.linspace(config.first_level, config.last_level, config.iterations).tolist():
        rotations = onto_rays(rotations, windows.offsets, sight, windows.seen.joints, windows.seen.mounts)
        x = matrix_to_sixd(rotations).flatten(-2)
        if config.noise:
            x = x + config.noise * level * torch.randn(x.shape, generator=random)
        x = windows.denoiser(rotations)(x, level)
        rotations = sixd_to_matrix(x.unflatten(-1, (-1, 6)))
    return windows.lifted(rotations, length, config.iterations)


def onto_rays(rotations: Tensor, offsets: Tensor, sight: Sight, joints: Sequence[int], mounts: Tensor) -> Tensor:
    """A step towards the pose (B, T, 22, 3, 3) whose seen joints are where their rays pass nearest."""
    points = sight.points(rotations)
    there = points + sight.place(points)[:, :, None]
    along = normalized(torch.cat([sight.plane, torch.ones_like(sight.plane[..., :1])], -1))
    off = along * (along * there).sum(-1, keepdim=True) - there
    wished = (points + torch.where(sight.confidence[..., None] > 0, off, 0.0)) @ sight.turn  # from the pelvis as it was
    places = positions_from_pelvis(rotations, offsets)
    mounted = mounts.norm(dim=-1) > 0
    carriers = torch.tensor(joints)
    places[:, :, carriers[~mounted]] = wished[:, :, ~mounted]
    bones = torch.cat([offsets[1:], mounts[mounted]])
    owners = torch.cat([torch.tensor(PARENTS[1:]), carriers[mounted]])
    ends = torch.cat([places[:, :, 1:], wished[:, :, mounted]], 2)
    return turned_to(rotations, bones, owners, ends - places[:, :, owners])


def turned_to(rotations: Tensor, bones: Tensor, owners: Tensor, wanted: Tensor) -> Tensor:
    """Each joint (B, T, 22, 3, 3) turned to where the bones (N, 3) that it owns should point, (B, T, N, 3)."""
    arms = (rotations[:, :, owners] @ bones[..., None])[..., 0]
    aims = normalized(wanted) * bones.norm(dim=-1, keepdim=True)
    own = torch.nn.functional.one_hot(owners, JOINT_COUNT).to(arms)  # (N, 22)
    torque = torch.einsum("btna,nj->btja", torch.linalg.cross(arms, aims), own)
    inertia = torch.einsum("btn,nj->btj", arms.square().sum(-1), own)[..., None, None] * torch.eye(3)
    inertia = inertia - torch.einsum("btna,btnc,nj->btjac", arms, arms, own) + STILL * torch.eye(3)
    return rotvec_to_matrix(torch.linalg.solve(inertia, torque[..., None])[..., 0]) @ rotations


@torch.no_grad()
def drawn_poses(solver: Solver, offsets: Tensor, drawn: int, count: int, seed: int) -> Tensor:
    """Middles of K-means over poses that the prior draws, of heading zero: (count, 22, 3, 3).

    By where joints are from the pelvis; a middle is the pose that is nearest to it.
    """
    random = torch.Generator().manual_seed(seed)
    frames = solver.prior.config.frames
    still = torch.eye(3).expand(drawn, frames, JOINT_COUNT, 3, 3)
    cues = believed_cues(still, torch.zeros(drawn, frames, 3), offsets, None, placed=False)
    denoiser = make_denoiser(solver.forward, solver.prior.statistics, cues)
    x, level = DRAW_LEVELS[0] * torch.randn(drawn, frames, 6 * JOINT_COUNT, generator=random), DRAW_LEVELS[0]
    for lower in (*DRAW_LEVELS[1:], 0.0):  # DDIM without noise
        clean = denoiser(x, level)
        x, level = clean + (x - clean) * (lower / level), lower
    poses = sixd_to_matrix(x[:, frames // 2].unflatten(-1, (-1, 6)))
    poses = about_y(-heading(poses[:, HEAD]))[:, None] @ poses
    return poses[middles(positions_from_pelvis(poses, offsets).flatten(1), count, random)]


def middles(points: Tensor, count: int, random: torch.Generator, rounds: int = 20) -> Tensor:
    """The points (N, D) nearest to the means of K-means (Lloyd 1982), all different, (count,)."""
    means = points[torch.randperm(len(points), generator=random)[:count]]
    for _ in range(rounds):
        nearest = torch.cdist(points, means).argmin(1)
        means = torch.stack([points[nearest == group].mean(0) if (nearest == group).any() else means[group]
                             for group in range(count)])
    away, chosen = torch.cdist(means, points), list[int]()
    for row in away:
        row[chosen] = torch.inf
        chosen.append(int(row.argmin()))
    return torch.tensor(chosen)
