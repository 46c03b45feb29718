"""The guess that bones are measured against knows nothing of bones."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.guess import LEAST_TURN_SD, guess_sequence, onto_trackers, postures_at
from models.kinematics.rotations import rotvec_to_matrix
from models.solver import Solver

Sway = Callable[..., tuple[Tensor, Tensor]]


def test_neither_bones_nor_places_change_it(
    tiny_solver: Solver, swaying_body: Sway, neutral: Body, errors_of: Callable[..., Tensor],
    worn: Callable[..., Readings],
) -> None:
    readings = worn(swaying_body(80)[0], errors_of())
    other = replace(neutral, offsets=1.4 * neutral.offsets, floor_height=None)
    far = replace(readings, positions=readings.positions + torch.tensor([0.3, 0.2, 0.1]) * torch.randn(80, 3, 3))
    one, another = guess_sequence(tiny_solver, neutral, readings), guess_sequence(tiny_solver, other, far)
    assert one[0].shape == (80, 22, 3, 3) and one[1].shape == (80, 22)
    torch.testing.assert_close(one, another)


def test_it_has_the_rotations_that_were_read_and_only_those(
    swaying_body: Sway, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings]
) -> None:
    rotations = swaying_body(10)[0]
    mounts = rotvec_to_matrix(torch.tensor([[0.1, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, -0.7]]))
    body = replace(neutral, mount_rotations=mounts)
    readings = worn(rotations, errors_of(), body)
    readings = replace(readings, rotation_known=torch.tensor([True, True, False]).expand(10, 3))
    readings.xyzw[:, 2] = torch.nan
    straight, sd = torch.eye(3).expand(10, 22, 3, 3), torch.full((10, 22), 0.2)
    turned, sure = onto_trackers(straight, sd, body, readings)
    torch.testing.assert_close(turned[:, [15, 20]], rotations[:, [15, 20]], atol=1e-5, rtol=0)
    untold = [joint for joint in range(22) if joint not in (15, 20)]
    assert torch.equal(turned[:, untold], straight[:, untold])
    assert torch.equal(sure[:, [15, 20]], torch.full((10, 2), LEAST_TURN_SD))
    assert torch.equal(sure[:, untold], sd[:, untold])


def test_postures_are_the_frames_asked_for(
    swaying_body: Sway, errors_of: Callable[..., Tensor], worn: Callable[..., Readings]
) -> None:
    rotations, frames = swaying_body(30)[0], torch.tensor([3, 20])
    readings = worn(rotations, errors_of())
    postures = postures_at(frames, rotations, torch.full((30, 22), 0.1), readings)
    assert len(postures) == 2
    assert torch.equal(postures.rotations, rotations[frames])
    assert torch.equal(postures.positions, readings.positions[frames])
