"""Rows go with turns and shifts as finite differences say, whatever was measured."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.camera import Camera, project
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.samplers.linear_rows import FREEDOMS, LinearRows, points_of, turn_moves
from models.samplers.measurement import levers
from models.samplers.measurement_keypoints import keypoint_rows

B, T, JOINTS = 2, 3, (15, 20, 7, 15)
SMALL = 1e-6


def body() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Rotations, root, mounts and levers of points on it, in float64."""
    random = torch.Generator().manual_seed(0)
    turns = 0.5 * torch.randn(B, T, JOINT_COUNT, 3, generator=random, dtype=torch.float64)
    root = torch.randn(B, T, 3, generator=random, dtype=torch.float64)
    mounts = 0.1 * torch.randn(B, len(JOINTS), 3, generator=random, dtype=torch.float64)
    offsets = neutral_offsets().double().expand(B, JOINT_COUNT, 3)
    return rotvec_to_matrix(turns), root, mounts, levers(offsets, JOINTS, mounts)


def moved(rotations: Tensor, root: Tensor, freedom: int, by: float) -> tuple[Tensor, Tensor]:
    if freedom >= 3 * JOINT_COUNT:
        return rotations, root + by * torch.eye(3, dtype=torch.float64)[freedom - 3 * JOINT_COUNT]
    turn = torch.zeros(JOINT_COUNT, 3, dtype=torch.float64)
    turn[freedom // 3, freedom % 3] = by
    return rotvec_to_matrix(turn) @ rotations, root


def camera() -> Camera:
    turn = rotvec_to_matrix(torch.tensor([[0.1, 0.2, 3.0]], dtype=torch.float64))
    return Camera(torch.tensor([900.0, 950.0]).double(), torch.tensor([640.0, 360.0]).double(),
                  torch.tensor([0.1, -0.05, 0.002, -0.003, 0.01, 0.02, 0.01, 0.003]).double(), turn,
                  torch.tensor([[0.2, 0.1, 6.0]]).double(), (1280, 720))


def test_points_are_where_forward_kinematics_has_them() -> None:
    rotations, root, mounts, lever = body()
    places, _ = points_of(rotations, root, lever)
    joints = positions_from_pelvis(rotations, neutral_offsets().double()) + root[:, :, None]
    expected = joints[:, :, list(JOINTS)] + (rotations[:, :, list(JOINTS)] @ mounts[:, None, ..., None])[..., 0]
    torch.testing.assert_close(places, expected)


def test_points_and_keypoints_move_as_finite_differences_say() -> None:
    rotations, root, _, lever = body()
    _, moves = points_of(rotations, root, lever)
    pixels, seen = torch.zeros(B, T, len(JOINTS), 2).double(), torch.ones(B, T, len(JOINTS)).double()
    rows = keypoint_rows(camera(), pixels, seen, 3.0, rotations, root, lever)
    for freedom in range(FREEDOMS):
        ends = [points_of(*moved(rotations, root, freedom, by), lever)[0] for by in (SMALL, -SMALL)]
        torch.testing.assert_close(moves[..., freedom], (ends[0] - ends[1]) / (2 * SMALL), atol=1e-7, rtol=1e-6)
        one, other = (project(camera(), end.flatten(0, 1)).reshape(B, T, -1) for end in ends)
        torch.testing.assert_close(rows.moves[..., freedom], (one - other) / (2 * SMALL), atol=1e-4, rtol=1e-5)


def test_a_keypoint_weighs_as_much_as_it_is_believed() -> None:
    rotations, root, _, lever = body()
    confidence = torch.tensor([1.0, 0.5, 0.0, 1.0]).double().expand(B, T, 4)
    rows = keypoint_rows(camera(), torch.zeros(B, T, 4, 2).double(), confidence, 2.0, rotations, root, lever)
    torch.testing.assert_close(rows.weight[0, 0], torch.tensor([0.25, 0.25, 0.0625, 0.0625, 0, 0, 0.25, 0.25]).double())


def test_far_off_rows_pull_no_harder() -> None:
    rows = LinearRows(torch.tensor([[[1.0, -30.0]]]), torch.zeros(1, 1, 2, FREEDOMS), torch.full((1, 1, 2), 0.25))
    believed = rows.believed(3.0)
    pull = believed.weight * rows.residual
    torch.testing.assert_close(pull[0, 0], torch.tensor([0.25, -1.5]))
    assert rows.joined(rows).residual.shape == (1, 1, 4)


def test_a_joint_turns_with_itself_alone() -> None:
    moves = turn_moves((4, 9), torch.zeros(1))
    assert torch.equal(moves[1, :, 27:30], torch.eye(3)) and moves.sum() == 6
