"""Rotations: round trips, the group's laws, headings that turn with the body, and scipy as the slow twin."""
from __future__ import annotations

import math

import pytest
import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from models.kinematics.rotations import (
    about_y,
    geodesic_angle,
    heading,
    matrix_to_rotvec,
    matrix_to_sixd,
    matrix_to_xyzw,
    rotvec_to_matrix,
    sixd_to_matrix,
    turn_windows,
    xyzw_to_matrix,
)

COUNT = 200


def random_matrices(seed: int, count: int = COUNT) -> Tensor:
    return torch.from_numpy(Rotation.random(count, rng=seed).as_matrix())


def close(one: Tensor, other: Tensor, atol: float = 1e-6) -> None:
    torch.testing.assert_close(one, other, atol=atol, rtol=0, check_dtype=False)


def test_every_representation_comes_back() -> None:
    matrices = random_matrices(0)
    close(sixd_to_matrix(matrix_to_sixd(matrices)), matrices)
    close(xyzw_to_matrix(matrix_to_xyzw(matrices)), matrices)
    close(rotvec_to_matrix(matrix_to_rotvec(matrices)), matrices)


def test_scipy_agrees() -> None:
    theirs = Rotation.random(COUNT, rng=1)
    close(xyzw_to_matrix(torch.from_numpy(theirs.as_quat())), torch.from_numpy(theirs.as_matrix()))
    close(rotvec_to_matrix(torch.from_numpy(theirs.as_rotvec())), torch.from_numpy(theirs.as_matrix()))
    close(matrix_to_rotvec(torch.from_numpy(theirs.as_matrix())), torch.from_numpy(theirs.as_rotvec()))


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-8, 1e-6, 1e-4, 1e-2, 1.0, 3.1, math.pi, 6.0])
def test_rotation_vectors_of_any_length(angle: float) -> None:
    axes = torch.nn.functional.normalize(torch.randn(50, 3, generator=torch.Generator().manual_seed(2)), dim=-1)
    expected = torch.from_numpy(Rotation.from_rotvec((axes * angle).double().numpy()).as_matrix())
    close(rotvec_to_matrix(axes * angle), expected, atol=2e-6)
    close(rotvec_to_matrix((axes * angle).double()), expected, atol=1e-7)


def test_both_signs_of_a_quaternion_are_one_rotation() -> None:
    xyzw = torch.from_numpy(Rotation.random(COUNT, rng=3).as_quat())
    close(xyzw_to_matrix(xyzw), xyzw_to_matrix(-xyzw))


def test_matrices_form_a_group() -> None:
    one, two, three = (random_matrices(seed) for seed in (4, 5, 6))
    back = sixd_to_matrix(matrix_to_sixd(one @ two))
    close(back @ back.mT, torch.eye(3, dtype=back.dtype).expand_as(back))
    close(torch.linalg.det(back), torch.ones(COUNT))
    close((one @ two) @ three, one @ (two @ three))
    close(geodesic_angle(one @ two, one @ three), geodesic_angle(two, three))
    close(geodesic_angle(one, one), torch.zeros(COUNT))


def test_sixd_of_no_rotation_is_read_as_the_nearest_frame() -> None:
    sixd = torch.randn(COUNT, 6, generator=torch.Generator().manual_seed(7)).double()
    matrices = sixd_to_matrix(sixd)
    close(matrices @ matrices.mT, torch.eye(3, dtype=matrices.dtype).expand_as(matrices))
    close(torch.linalg.det(matrices), torch.ones(COUNT))
    close(matrices[..., 0], torch.nn.functional.normalize(sixd[:, :3], dim=-1))
    stretched = torch.cat([3 * sixd[:, :3], 0.2 * sixd[:, 3:] + sixd[:, :3]], dim=-1)
    close(sixd_to_matrix(stretched), matrices)


@pytest.mark.parametrize("angle", [0.0, 1e-4, 0.5, 3.0, math.pi])
def test_geodesic_angle_is_the_angle_turned(angle: float) -> None:
    start = random_matrices(8)
    axes = torch.from_numpy(Rotation.random(COUNT, rng=9).as_matrix()[:, 0])
    close(geodesic_angle(start, start @ rotvec_to_matrix(axes * angle)), torch.full((COUNT,), angle), atol=1e-5)


def test_heading_turns_with_the_world() -> None:
    upright = rotvec_to_matrix(0.8 * torch.randn(COUNT, 3, generator=torch.Generator().manual_seed(10)))
    turn = torch.linspace(-3, 3, COUNT)
    close(about_y(heading(about_y(turn) @ upright)), about_y(turn + heading(upright)), atol=1e-5)
    close(heading(about_y(-heading(upright)) @ upright), torch.zeros(COUNT), atol=1e-5)
    close(heading(about_y(turn)), turn, atol=1e-5)


def test_a_head_that_only_nods_or_tilts_keeps_its_heading() -> None:
    nod = torch.tensor([[math.radians(angle), 0.0, 0.0] for angle in (-90, -60, 45, 90)])
    close(heading(rotvec_to_matrix(nod)), torch.zeros(4))
    close(heading(rotvec_to_matrix(nod[:, [1, 2, 0]])), torch.zeros(4))


def test_turning_sixd_is_turning_the_matrix() -> None:
    turns, matrices = random_matrices(11), random_matrices(12)
    close(turn_windows(matrix_to_sixd(matrices), turns), matrix_to_sixd(turns @ matrices))
    noise = torch.randn(COUNT, 6, generator=torch.Generator().manual_seed(13)).double()
    both = turn_windows(matrix_to_sixd(matrices) + noise, turns)
    close(both, turn_windows(matrix_to_sixd(matrices), turns) + turn_windows(noise, turns))
    close(turn_windows(noise, turns).norm(dim=-1), noise.norm(dim=-1))
    many = noise[:, None].expand(-1, 3, -1)
    close(turn_windows(many, turns)[:, 2], turn_windows(noise, turns))
