from __future__ import annotations

import math

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.samplers.measurement_rotations import right_jacobian_inverse, rotation_rows
from tests.models.samplers.differences import assert_moves_are_differences
from tests.models.samplers.test_linear_rows import B, T, body

TURNED = (0, 15, 20)


def measured(angle: float) -> tuple[Tensor, Tensor, Tensor]:
    """The body, and rotations so far from its joints."""
    rotations, root, _, _ = body()
    random = torch.Generator().manual_seed(2)
    axes = torch.nn.functional.normalize(torch.randn(B, T, len(TURNED), 3, generator=random).double(), dim=-1)
    return rotations, root, rotvec_to_matrix(angle * axes) @ rotations[:, :, list(TURNED)]


def test_rows_go_as_finite_differences_say_near_and_far() -> None:
    known = torch.ones(B, T, len(TURNED), dtype=torch.bool)
    for angle in (0.01, 1.0, 2.5):
        rotations, root, told = measured(angle)
        assert_moves_are_differences(lambda turned, _, told=told: rotation_rows(TURNED, told, known, 0.1, turned),
                                     rotations, root, atol=1e-5)


def test_a_whole_step_leads_there() -> None:
    """About one axis the rows are linear, however far: the turn that they ask for is the turn that is missing."""
    rotations, _, told = measured(2.0)
    rows = rotation_rows(TURNED, told, torch.ones(B, T, len(TURNED), dtype=torch.bool), 0.1, rotations)
    missing = rows.residual.unflatten(-1, (-1, 3))
    torch.testing.assert_close(rotvec_to_matrix(missing) @ rotations[:, :, list(TURNED)], told)
    torch.testing.assert_close((right_jacobian_inverse(missing) @ missing[..., None])[..., 0], missing)


def test_rows_are_what_a_plain_loop_finds() -> None:
    rotations, _, told = measured(0.7)
    known = torch.rand(B, T, len(TURNED), generator=torch.Generator().manual_seed(3)) < 0.5
    rows = rotation_rows(TURNED, told, known, 0.1, rotations)
    for window in range(B):
        for frame in range(T):
            for row, joint in enumerate(TURNED):
                three = slice(3 * row, 3 * row + 3)
                missed = matrix_to_rotvec(told[window, frame, row] @ rotations[window, frame, joint].T)
                torch.testing.assert_close(rows.residual[window, frame, three], missed)
                weight = torch.full((3,), 100.0 if known[window, frame, row] else 0.0).double()
                torch.testing.assert_close(rows.weight[window, frame, three], weight)
                others = rows.moves[window, frame, three].clone()
                others[:, 3 * joint : 3 * joint + 3] = 0
                assert not others.any()


def test_the_jacobian_has_no_edge_at_zero_or_at_half_a_turn() -> None:
    axis = torch.tensor([0.6, 0.0, 0.8]).double()
    for angle in (0.0, 1e-5, 0.99e-4, 1.01e-4, 1e-2):
        expected = torch.eye(3).double() + torch.linalg.cross(axis.expand(3, 3), torch.eye(3).double()).mT * angle / 2
        torch.testing.assert_close(right_jacobian_inverse(angle * axis), expected, atol=angle**2, rtol=0)
    assert right_jacobian_inverse(math.pi * axis).isfinite().all()
