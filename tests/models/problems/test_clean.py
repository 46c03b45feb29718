"""Noise is taken out as far as there is some."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.kinematics.forward import global_to_local, local_to_global, positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import neutral_offsets
from models.problems.clean import CleanConfig, clean, smoothed
from models.samplers.denoise import PLACES, likely_path
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]


def error_cm(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> float:
    places = [positions_from_pelvis(turns, neutral_offsets()) + path[:, None] for turns, path in (one, other)]
    return float((places[0] - places[1]).norm(dim=-1).mean() * 100)


def test_true_motion_stays(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    truth = swaying_body(150)
    cleaned = clean(tiny_solver, *truth, neutral_offsets())
    assert error_cm((cleaned.rotations, cleaned.root), truth) < 0.1
    assert cleaned.root_noise < 1e-3


def test_noise_is_measured_and_taken_out(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    rotations, root = swaying_body(200)
    random = torch.Generator().manual_seed(3)
    local = global_to_local(rotations)
    noisy = local_to_global(local @ rotvec_to_matrix(0.01 * torch.randn(local.shape[:-1], generator=random)))
    path = root + 0.02 * torch.randn(root.shape, generator=random)
    cleaned = clean(tiny_solver, noisy, path, neutral_offsets())
    assert abs(cleaned.root_noise - 0.02) < 0.004
    assert error_cm((cleaned.rotations, cleaned.root), (rotations, root)) < 0.4 * error_cm(
        (noisy, path), (rotations, root))
    untouched = clean(tiny_solver, noisy, path, neutral_offsets(), CleanConfig(strength=0.0))
    assert torch.allclose(untouched.rotations, noisy, atol=1e-5)
    assert torch.equal(untouched.root, path)


def test_noise_is_of_what_was_read_not_of_what_lies_between(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    """Every other frame was captured; the mean of two readings lies between them."""
    rotations, root = swaying_body(241)
    path = root + 0.02 * torch.randn(root.shape, generator=torch.Generator().manual_seed(3))
    path[1:-1:2] = (path[:-2:2] + path[2::2]) / 2
    read = torch.arange(len(root)) % 2 == 0
    blind, cleaned = (clean(tiny_solver, rotations, path, neutral_offsets(), read=told) for told in (None, read))
    assert abs(cleaned.root_noise - 0.02) < 0.004 and blind.root_noise < 0.01
    off = [error_cm((one.rotations[read], one.root[read]), (rotations[read], root[read])) for one in (cleaned, blind)]
    assert off[0] < 0.8 * off[1], off


def test_a_short_sequence_is_smoothed_as_one_window() -> None:
    values = torch.randn(60, 2, 3, generator=torch.Generator().manual_seed(0)).cumsum(0)
    sd = torch.tensor([0.1, 0.0])
    found, unsure = smoothed(values, sd, PLACES, torch.ones(60, dtype=torch.bool))
    plain = likely_path(values[None], torch.ones(1, 60, 2, dtype=torch.bool), sd[None], (PLACES, PLACES))
    assert torch.allclose(found[:, 0], plain.values[0, :, 0], atol=1e-5)
    assert torch.equal(found[:, 1], values[:, 1])
    assert unsure.shape == (60, 2)
