from __future__ import annotations

import torch

from models.kinematics.rotations import rotvec_to_matrix
from models.samplers.linear_rows import points_of
from models.samplers.measurement_imu import acceleration_rows, orientation_rows
from tests.models.samplers.differences import assert_moves_are_differences
from tests.models.samplers.test_linear_rows import FREEDOMS, JOINTS, SMALL, B, T, body, moved

RATE = 60.0


def test_orientations_go_as_finite_differences_say() -> None:
    rotations, root, _, _ = body()
    random = torch.Generator().manual_seed(1)
    mounts = rotvec_to_matrix(torch.randn(B, 2, 3, generator=random).double())
    told = rotvec_to_matrix(torch.randn(B, T, 2, 3, generator=random).double())
    known = torch.ones(B, T, 2, dtype=torch.bool)
    assert_moves_are_differences(lambda turned, _: orientation_rows((4, 20), mounts, told, known, 0.1, turned),
                                 rotations, root, atol=1e-5)


def test_a_sensor_that_reads_its_joint_misses_nothing() -> None:
    rotations, _, _, _ = body()
    mounts = rotvec_to_matrix(torch.randn(B, 2, 3, generator=torch.Generator().manual_seed(1)).double())
    told = rotations[:, :, [4, 20]] @ mounts[:, None]
    rows = orientation_rows((4, 20), mounts, told, torch.ones(B, T, 2, dtype=torch.bool), 0.1, rotations)
    assert rows.residual.abs().max() < 1e-7


def test_accelerations_go_as_finite_differences_of_their_own_frame_say() -> None:
    rotations, root, _, lever = body()
    told = torch.zeros(B, T, len(JOINTS), 3).double()

    def missed(turned: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """With the frames beside the middle one, of three, as they were."""
        held, there = rotations.clone(), root.clone()
        held[:, 1], there[:, 1] = turned[:, 1], at[:, 1]
        return acceleration_rows(told, told[..., 0] == 0, 0.5, RATE, held, there, lever).residual[:, 1]

    moves = acceleration_rows(told, told[..., 0] == 0, 0.5, RATE, rotations, root, lever).moves[:, 1]
    for freedom in range(FREEDOMS):
        one, other = (missed(*moved(rotations, root, freedom, by)) for by in (SMALL, -SMALL))
        torch.testing.assert_close(moves[..., freedom], (other - one) / (2 * SMALL), atol=1e-3, rtol=1e-5)


def test_accelerations_are_what_a_plain_loop_finds() -> None:
    rotations, root, _, lever = body()
    places, _ = points_of(rotations, root, lever)
    told = torch.randn(B, T, len(JOINTS), 3, generator=torch.Generator().manual_seed(1)).double()
    rows = acceleration_rows(told, told[..., 0] > 0, 0.5, RATE, rotations, root, lever)
    assert not rows.weight[:, [0, -1]].any()
    for window in range(B):
        for point in range(len(JOINTS)):
            before, now, after = places[window, :, point]
            missed = told[window, 1, point] - ((after - now) - (now - before)) * RATE**2
            torch.testing.assert_close(rows.residual[window, 1, 3 * point : 3 * point + 3], missed)
            assert bool(rows.weight[window, 1, 3 * point] > 0) == bool(told[window, 1, point, 0] > 0)
