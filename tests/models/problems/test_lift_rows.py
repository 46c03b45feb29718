"""A lifted motion's rows go with what lasts, bones and focal lengths, as finite differences say."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.problems.lift_body import BONES
from models.problems.lift_rows import FLOOR_SD, STAND_SD, LiftRows, missed
from models.problems.seen import Seen
from models.samplers.linear_rows import LinearRows
from tests.models.samplers.test_linear_rows import camera

B, T, JOINTS = 2, 3, (15, 20, 7, 1, 12, 16)
VIEWS, SMALL = 2, 1e-6


def values() -> Tensor:
    return 0.1 * torch.randn(len(BONES) + VIEWS, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


STOOD = (0.03, 0.02, 0.01, 0.0)


def rows(
    at: Tensor, asked: bool = True, floor: float | None = 0.1, stood: tuple[float, ...] = STOOD
) -> LinearRows:
    """Of two cameras that see somebody whose feet are over the floor and under it."""
    random = torch.Generator().manual_seed(1)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=random, dtype=torch.float64)

    sure = torch.ones(T, len(JOINTS), dtype=torch.float64)
    seen = [Seen(camera(), JOINTS, 0.1 * drawn(len(JOINTS), 3), 600 + 100 * drawn(T, len(JOINTS), 2), sure)] * VIEWS
    turns, root = rotvec_to_matrix(0.5 * drawn(B, T, JOINT_COUNT, 3)), 0.5 * drawn(B, T, 3)
    contact = torch.full((B, T, 4), 0.5, dtype=torch.float64)
    lift_rows = LiftRows(neutral_offsets().double(), seen, floor, at, asked, stood)
    return lift_rows.of(torch.arange(T).expand(B, T), contact)(turns, root)


@pytest.mark.parametrize("floor", [0.1, None])
def test_rows_go_with_what_lasts_as_finite_differences_say(floor: float | None) -> None:
    at = values()
    lasting = rows(at, floor=floor).lasting
    assert lasting is not None and lasting.shape[-1] == len(at)
    for unknown, step in enumerate(SMALL * torch.eye(len(at), dtype=torch.float64)):
        low, high = (rows(at + way * step, asked=False, floor=floor).residual for way in (-1, 1))
        torch.testing.assert_close(lasting[..., unknown], (low - high) / (2 * SMALL), atol=1e-4, rtol=1e-5)
        assert float(lasting[..., unknown].abs().max()) > 1


def test_a_camera_s_focal_length_is_its_own_view_s() -> None:
    lasting = rows(values()).lasting
    assert lasting is not None
    one, other = lasting[..., len(BONES) :].unbind(-1)
    count = 2 * len(JOINTS)
    assert not one[..., count:].any() and not other[..., :count].any() and not other[..., 2 * count :].any()


def test_nothing_lasts_where_nothing_is_asked() -> None:
    plain, asked = rows(values(), asked=False), rows(values())
    assert plain.lasting is None
    for name in ("residual", "moves", "weight"):
        torch.testing.assert_close(getattr(plain, name), getattr(asked, name))
    assert replace(asked, lasting=None).joined(plain).lasting is None


@pytest.mark.parametrize("floor", [-3.0, 3.0])
def test_standing_feet_are_asked_to_be_as_high_as_they_stand(floor: float) -> None:
    """Who stands half surely; toes below the floor are asked to come out of it, whatever they do standing."""
    usual, higher = (rows(values(), floor=floor, stood=stood) for stood in ((0.0,) * 4, STOOD))
    risen, weight = (higher.residual - usual.residual)[..., -4:], torch.full((4,), (0.5 / STAND_SD) ** 2).double()
    below = torch.tensor([0.0, 0.0, 1.0, 1.0]).double() * (floor > 0) / FLOOR_SD**2
    torch.testing.assert_close(risen, (torch.tensor(STOOD) * weight / (weight + below)).expand_as(risen))
    torch.testing.assert_close(higher.weight, usual.weight)


def test_what_is_missed_is_what_rows_cost() -> None:
    """Two cameras; one keypoint is not seen, and said to be nowhere near; some miss by much."""
    random = torch.Generator().manual_seed(2)
    turns = rotvec_to_matrix(0.5 * torch.randn(1, T, JOINT_COUNT, 3, generator=random, dtype=torch.float64))
    root = 0.5 * torch.randn(1, T, 3, generator=random, dtype=torch.float64)
    points = 600 + 100 * torch.randn(T, len(JOINTS), 2, generator=random, dtype=torch.float64)
    sure = torch.rand(T, len(JOINTS), generator=random, dtype=torch.float64)
    sure[1, 2], points[1, 2] = 0.0, 1e6
    one = Seen(camera(), JOINTS, 0.1 * torch.ones(len(JOINTS), 3, dtype=torch.float64), points, sure, sd=60.0)
    seen, offsets = [one, replace(one, points=points + 50.0)], neutral_offsets().double()
    at = LiftRows(offsets, seen, None, values()).of(torch.arange(T)[None], torch.zeros(1, T, 4))
    cost = at(turns, root).believed(2.0).cost[0]
    torch.testing.assert_close(missed(seen, offsets, values(), turns[0], root[0], 2.0), cost)
