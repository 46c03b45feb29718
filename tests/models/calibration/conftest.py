"""People whose bones are not those that were told."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.factors import PARTS, with_values
from models.calibration.posture import Column, Postures
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_xyzw
from models.kinematics.skeleton import neutral_offsets, standing_height
from models.prior.condition import CUE_JOINTS

NEUTRAL = Body(neutral_offsets(), CUE_JOINTS, torch.zeros(3, 3), torch.eye(3).repeat(3, 1, 1), 0.002, 0.01, 0.0)


def _values(body: Body = NEUTRAL, **scales: float) -> Tensor:
    values = torch.zeros(len(PARTS) + 3 * len(body.joints), dtype=torch.float64)
    for name, scale in scales.items():
        values[list(PARTS).index(name.replace("_", " "))] = torch.tensor(scale).log()
    return values


def _worn(rotations: Tensor, values: Tensor, body: Body = NEUTRAL, noise: float = 0.0) -> Readings:
    """What a person reads whose errors are `values`, one foot always on the floor."""
    true = with_values(body, values)
    places = positions_from_pelvis(rotations, true.offsets)
    places = places + torch.tensor([0.0, 1.0, 0.0]) * _root_height(rotations, true)[:, None, None]
    joints = list(body.joints)
    read = places[:, joints] + (rotations[:, joints] @ true.mounts.unsqueeze(-1)).squeeze(-1)
    read = read + noise * torch.randn(read.shape, generator=torch.Generator().manual_seed(0))
    known = torch.ones(read.shape[:2], dtype=torch.bool)
    return Readings(read, matrix_to_xyzw(rotations[:, joints] @ body.mount_rotations), known, known)


def _root_height(rotations: Tensor, body: Body) -> Tensor:
    feet = positions_from_pelvis(rotations, body.offsets)[:, [7, 8, 10, 11], 1]
    resting = torch.stack([standing_height(body.offsets, joint) for joint in (7, 8, 10, 11)])
    return -(feet - resting).amin(-1)


def _postures(rotations: Tensor, readings: Readings, sd: float = 0.0, height_sd: float = 0.002) -> Postures:
    joint_sd = torch.full(rotations.shape[:2], sd)
    column = Column(rotations, joint_sd, torch.zeros(len(rotations)), torch.full((len(rotations),), height_sd))
    certain = torch.zeros(len(rotations))
    return Postures(rotations, joint_sd, readings.positions, readings.position_known, certain, column)


@pytest.fixture
def neutral() -> Body:
    """The neutral body as told, with three trackers on a known floor."""
    return NEUTRAL


@pytest.fixture
def unfloored() -> Body:
    return replace(NEUTRAL, floor_height=None)


@pytest.fixture
def errors_of() -> Callable[..., Tensor]:
    """errors_of(torso=1.1, upper_arms=0.9): the unknowns (15,) of a body whose true parts are that much longer."""
    return _values


@pytest.fixture
def worn() -> Callable[..., Readings]:
    """worn(rotations, values, body, noise): readings of a body wrong by `values`, with a foot on the floor."""
    return _worn


@pytest.fixture
def known_postures() -> Callable[..., Postures]:
    """known_postures(rotations, readings, sd, height_sd): postures guessed exactly, and said to be."""
    return _postures
