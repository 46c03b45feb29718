"""Random bodies as batches of windows, and what trackers on them measure."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor

from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.samplers.measurement import Measurement, levers


@dataclass(frozen=True)
class Scene:
    """The truth, a guess of it, and the measurement."""

    rotations: Tensor  # (B, T, 22, 3, 3) global, the truth
    root: Tensor  # (B, T, 3)
    offsets: Tensor  # (B, 22, 3)
    guess: Tensor  # (B, T, 22, 3, 3) the truth, each joint turned a little
    variance: Tensor  # (B, T, 22)
    measured: Measurement

    @property
    def joint_levers(self) -> Tensor:
        """(B, 22, 22, 3) of every joint."""
        return levers(self.offsets, range(JOINT_COUNT), self.offsets.new_zeros(JOINT_COUNT, 3))

    def tracker_places(self, rotations: Tensor, root: Tensor) -> Tensor:
        """Where the trackers would be on another pose, (B, T, M, 3)."""
        arms = torch.einsum("btixy,bmiy->btmx", rotations, self.measured.levers)
        return arms + root.unsqueeze(2)


def _scene(
    joints: Sequence[int] = (15, 20, 21), batch: int = 2, frames: int = 3, seed: int = 0, away: float = 0.15,
    mount: float = 0.05, position_sd: float = 0.002, dtype: torch.dtype = torch.float64,
) -> Scene:
    random = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=random, dtype=torch.float64).to(dtype)

    offsets = neutral_offsets().to(dtype) * (1 + 0.1 * draw(batch, JOINT_COUNT, 1))
    rotations = local_to_global(rotvec_to_matrix(0.4 * draw(batch, frames, JOINT_COUNT, 3)))
    root, mounts, picked = draw(batch, frames, 3), mount * draw(len(joints), 3), list(joints)
    places = positions_from_pelvis(rotations, offsets[:, None])[:, :, picked] + root.unsqueeze(2)
    known = torch.ones(batch, frames, len(picked), dtype=torch.bool)
    measured = Measurement(
        tuple(joints), levers(offsets, joints, mounts),
        places + (rotations[:, :, picked] @ mounts.unsqueeze(-1)).squeeze(-1), known,
        rotations[:, :, picked], known, torch.full(known.shape, position_sd, dtype=dtype),
        torch.full(known.shape, 0.01, dtype=dtype),
    )
    guess = rotvec_to_matrix(away * draw(batch, frames, JOINT_COUNT, 3)) @ rotations
    variance = (0.1 + 0.1 * torch.rand(batch, frames, JOINT_COUNT, generator=random)).square().to(dtype)
    return Scene(rotations, root, offsets, guess, variance, measured)


@pytest.fixture
def scene() -> Callable[..., Scene]:
    """scene(joints, batch, frames, seed, away, mount, position_sd, dtype): random bodies with exact trackers."""
    return _scene


@pytest.fixture
def lose() -> Callable[..., Measurement]:
    """lose(measured, tracker, frames): the measurement with a tracker lost, its readings left as they were."""

    def lost(measured: Measurement, tracker: int | slice, frames: slice = slice(None)) -> Measurement:
        position_known, rotation_known = measured.position_known.clone(), measured.rotation_known.clone()
        position_known[:, frames, tracker] = False
        rotation_known[:, frames, tracker] = False
        return replace(measured, position_known=position_known, rotation_known=rotation_known)

    return lost
