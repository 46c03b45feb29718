"""A known walk that cameras look at, and the shipped prior."""
from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from bridge.demo_motion.shipped import demo_session
from bridge.engine.solver import load_solver_prior
from models.kinematics.camera import Camera, project
from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import xyzw_to_matrix
from models.problems.seen import Seen
from models.solver import Solver, solver_of

JOINTS = (0, 1, 2, 4, 5, 7, 8, 9, 12, 15, 16, 17, 18, 19, 20, 21)


@dataclass(frozen=True)
class Walk:
    """What really happened."""

    rotations: Tensor  # (T, 22, 3, 3)
    root: Tensor  # (T, 3)
    offsets: Tensor  # (22, 3)

    @property
    def places(self) -> Tensor:
        return positions_from_pelvis(self.rotations, self.offsets) + self.root[:, None]


@pytest.fixture(scope="session")
def solver() -> Solver:
    torch.set_num_threads(1)
    return solver_of(load_solver_prior(None))


@pytest.fixture(scope="session")
def walk() -> Walk:
    truth = demo_session().truth
    assert truth is not None
    cut = slice(240, 340)
    rotations = local_to_global(xyzw_to_matrix(torch.from_numpy(truth.local_xyzw[cut]).float()))
    return Walk(rotations, torch.from_numpy(truth.root_position_m[cut]).float(),
                torch.from_numpy(truth.skeleton.offsets_m).float())


def camera_at(angle: float, walk: Walk, height: float = 1.4, far: float = 4.0) -> Camera:
    """Looks at the middle of the walk."""
    target = walk.root.mean(0)
    place = target + far * torch.tensor([math.sin(angle), 0.0, math.cos(angle)])
    place[1] = height
    ahead = torch.nn.functional.normalize(target - place, dim=0)
    right = torch.nn.functional.normalize(torch.linalg.cross(ahead, torch.tensor([0.0, 1.0, 0.0])), dim=0)
    turn = torch.stack([right, torch.linalg.cross(ahead, right), ahead])
    return Camera(torch.tensor([1000.0, 1000.0]), torch.tensor([640.0, 360.0]), torch.zeros(8), turn[None],
                  -(turn @ place)[None], (1280, 720))


def look(walk: Walk, angle: float, noise_px: float = 3.0, seed: int = 0) -> Seen:
    """Noisy keypoints of it."""
    camera = camera_at(angle, walk)
    exact = project(camera, walk.places[:, list(JOINTS)])
    pixels = exact + noise_px * torch.randn(exact.shape, generator=torch.Generator().manual_seed(seed))
    return Seen(camera, JOINTS, torch.zeros(len(JOINTS), 3), pixels, torch.ones(exact.shape[:2]), noise_px)
