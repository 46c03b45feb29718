"""The root's likeliest path: a dense solve agrees, what is known stays, and standing feet stand."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import FEET, JOINT_COUNT, neutral_offsets, standing_heights
from models.problems.root_path import RootConfig, root_path

SwayingBody = Callable[..., tuple[Tensor, Tensor]]


def test_a_plain_least_squares_agrees(swaying_body: SwayingBody) -> None:
    rotations, root = swaying_body(25)
    offsets, random = neutral_offsets(), torch.Generator().manual_seed(0)
    contact, sd = torch.rand(25, 4, generator=random), 0.01 + torch.rand(25, generator=random)
    config = RootConfig(change_sd=0.01, jerk_sd=0.02, slip_sd=0.01, doubt=1e6, height_sd=0.05, repeats=1)
    found = root_path(rotations, offsets, contact, root, sd, 0.1, config)
    feet = positions_from_pelvis(rotations, offsets)[:, list(FEET)].double()
    usual, sure = standing_heights(offsets)[list(FEET)].double() + 0.1, contact.double() ** 2
    eye = torch.eye(25, dtype=torch.float64)
    steps, still = eye.diff(dim=0), torch.minimum(sure[1:], sure[:-1])
    for axis in range(3):
        rows = [eye / sd[:, None], eye.diff(n=2, dim=0) / 0.01, eye.diff(n=3, dim=0) / 0.02]
        aims = [torch.zeros(len(part), dtype=torch.float64) for part in rows]
        for foot in range(4):
            weight = still[:, foot].sqrt() / 0.01
            rows.append(weight[:, None] * steps)
            aims.append(-weight * (root[:, axis].double() + feet[:, foot, axis]).diff())
            if axis == 1:
                rows.append(sure[:, foot, None].sqrt() / 0.05 * eye)
                aims.append(sure[:, foot].sqrt() / 0.05 * (usual[foot] - feet[:, foot, 1] - root[:, 1].double()))
        shift = torch.linalg.lstsq(torch.cat(rows), torch.cat(aims)[:, None]).solution[:, 0]
        assert torch.allclose(found[:, axis].double(), root[:, axis] + shift, atol=1e-5)


def test_known_places_stay_and_without_contact_so_does_the_reference(swaying_body: SwayingBody) -> None:
    rotations, root = swaying_body(50)
    sd = torch.full((50,), torch.inf)
    sd[::10] = 0.0
    assert torch.allclose(root_path(rotations, neutral_offsets(), None, root, sd, 0.0), root, atol=1e-6)
    contact = torch.ones(50, 4)
    led = root_path(rotations, neutral_offsets(), contact, root, sd, 0.0)
    assert torch.allclose(led[::10], root[::10], atol=1e-4)


def test_a_foot_that_stands_holds_a_root_that_drifts() -> None:
    rotations = torch.eye(3).expand(60, JOINT_COUNT, 3, 3)
    drift = torch.tensor([0.0, 0.9, 0.0]) + torch.linspace(0, 0.3, 60)[:, None] * torch.tensor([1.0, 0.0, 0.0])
    sd = torch.full((60,), torch.inf)
    sd[0] = 0.0
    config = RootConfig(change_sd=1e-3, doubt=0.1)
    led = root_path(rotations, neutral_offsets(), torch.ones(60, 4), drift, sd, 0.0, config)
    assert (led - drift[0]).norm(dim=-1).max() < 0.03
