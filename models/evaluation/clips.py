"""Clips to be measured on: true motion on a body of any proportions, and what its trackers read."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.body import Body, Readings
from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import matrix_to_xyzw, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.scaling import scale_body
from models.prior.condition import CUE_JOINTS
from models.training.dataset import Clip


@dataclass(frozen=True)
class SensorConfig:
    """The simulated trackers' noise. The solver is told the same, but never less than its floor."""

    position_sd: float = 0.0  # metres
    rotation_sd: float = 0.0  # radians
    told_position_sd: float = 0.002
    told_rotation_sd: float = 0.01
    seed: int = 0


@dataclass(frozen=True)
class Trial:
    """One clip on one body: the truth and the readings."""

    body: Body
    readings: Readings
    rotations: Tensor  # (T, 22, 3, 3) global
    places: Tensor  # (T, 22, 3) metres
    source: str
    floor: bool


def make_trial(clip: Clip, body_name: str, sensors: SensorConfig) -> Trial:
    """The clip on a named body (see kinematics/scaling.py), worn with three trackers."""
    offsets, root = scale_body(clip.offsets, clip.root, body_name)
    rotations = local_to_global(xyzw_to_matrix(clip.local_xyzw))
    places = positions_from_pelvis(rotations, offsets) + root[:, None]
    joints, random = list(CUE_JOINTS), torch.Generator().manual_seed(sensors.seed)
    count = len(joints)
    position_noise = sensors.position_sd * torch.randn(len(root), count, 3, generator=random)
    rotation_noise = sensors.rotation_sd * torch.randn(len(root), count, 3, generator=random)
    known = torch.ones(len(root), count, dtype=torch.bool)
    body = Body(
        offsets, CUE_JOINTS, torch.zeros(count, 3), torch.eye(3).expand(count, 3, 3),
        max(sensors.position_sd, sensors.told_position_sd), max(sensors.rotation_sd, sensors.told_rotation_sd),
        0.0 if clip.floor else None,
    )
    turned = matrix_to_xyzw(rotations[:, joints] @ rotvec_to_matrix(rotation_noise))
    readings = Readings(places[:, joints] + position_noise, turned, known, known)
    return Trial(body, readings, rotations, places, clip.source, clip.floor)
