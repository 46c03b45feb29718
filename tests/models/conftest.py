"""Bodies that move, the trackers they wear, and priors that need no training."""
from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import matrix_to_sixd, matrix_to_xyzw, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.prior.checkpoint import Prior
from models.prior.condition import CUE_JOINTS
from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig
from models.solver import Solver

TINY = NetworkConfig(width=16, blocks=1, heads=2)


def _swaying_body(frames: int = 60, seed: int = 0, amount: float = 0.3) -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(seed)
    axes = torch.nn.functional.normalize(torch.randn(JOINT_COUNT, 3, generator=random), dim=-1)
    phase = torch.rand(JOINT_COUNT, generator=random) * 2 * math.pi
    time_s = torch.arange(frames)[:, None] / 60
    angles = amount * torch.sin(math.pi * time_s + phase)
    root = torch.stack([0.2 * time_s[:, 0], 0.95 + 0 * time_s[:, 0], 0.1 * time_s[:, 0]], dim=-1)
    return local_to_global(rotvec_to_matrix(angles[..., None] * axes)), root


def _wear(
    rotations: Tensor, root: Tensor, joints: tuple[int, ...] = CUE_JOINTS, noise: float = 0.0,
    mounts: Tensor | None = None, floor_height: float | None = 0.0, position_sd: float = 0.002,
) -> tuple[Body, Readings]:
    offsets, count = neutral_offsets(), len(joints)
    mounts = torch.zeros(count, 3) if mounts is None else mounts
    body = Body(offsets, joints, mounts, torch.eye(3).repeat(count, 1, 1), position_sd, 0.01, floor_height)
    turned = rotations[:, list(joints)]
    places = (positions_from_pelvis(rotations, offsets) + root[:, None])[:, list(joints)]
    places = places + (turned @ mounts.unsqueeze(-1)).squeeze(-1)
    places = places + noise * torch.randn(places.shape, generator=torch.Generator().manual_seed(1))
    known = torch.ones(len(root), count, dtype=torch.bool)
    return body, Readings(places, matrix_to_xyzw(turned), known, known)


def _statistics() -> Statistics:
    t_pose = matrix_to_sixd(torch.eye(3).repeat(JOINT_COUNT, 1, 1)).flatten()
    return Statistics(t_pose, 0.3, torch.linspace(0.15, 0.35, JOINT_COUNT))


@pytest.fixture
def swaying_body() -> Callable[..., tuple[Tensor, Tensor]]:
    """swaying_body(frames, seed, amount): global rotations (T, 22, 3, 3) and root (T, 3) of a smooth motion."""
    return _swaying_body


@pytest.fixture
def wear() -> Callable[..., tuple[Body, Readings]]:
    """wear(rotations, root, joints, noise, mounts, floor_height): a neutral body and what its trackers read."""
    return _wear


@pytest.fixture
def tiny_solver() -> Solver:
    """A solver with an untrained network: its guesses are small and senseless turns."""
    torch.manual_seed(0)
    network = Network(TINY)
    torch.nn.init.normal_(network.head.weight, std=0.1)
    return Solver(Prior(network.eval().requires_grad_(False), TINY, _statistics()), network)


@pytest.fixture
def t_pose_solver(tiny_solver: Solver) -> Solver:
    """A solver whose prior believes in nothing but the T-pose, facing where the head does."""
    return Solver(tiny_solver.prior, lambda motion, condition, level: torch.zeros_like(motion))
