"""The loss: zero at the truth, growing with every kind of error, the same wherever north is."""
from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import about_y, matrix_to_sixd, rotvec_to_matrix, sixd_to_matrix, turn_windows
from models.kinematics.skeleton import HEAD, JOINT_COUNT, neutral_offsets
from models.prior.denoiser import SAID, USUAL_SD
from models.training.losses import (
    LENGTH_WEIGHT,
    LOCAL_LENGTH_WEIGHT,
    head_relative,
    lever_weights,
    said_loss,
    window_loss,
)

BATCH, FRAMES = 4, 6


def poses(seed: int, size: float = 0.5) -> Tensor:
    turns = size * torch.randn(BATCH, FRAMES, JOINT_COUNT, 3, generator=torch.Generator().manual_seed(seed))
    return matrix_to_sixd(rotvec_to_matrix(turns))


def loss(guess: Tensor, truth: Tensor, weight: Tensor | None = None, from_nothing: bool = False) -> float:
    offsets = neutral_offsets().expand(BATCH, JOINT_COUNT, 3)
    lengths = torch.full((BATCH,), from_nothing)
    return float(window_loss(guess, truth, offsets, torch.ones(BATCH) if weight is None else weight, lengths))


def test_nothing_is_lost_at_the_truth() -> None:
    assert loss(poses(0), poses(0)) == 0
    assert loss(poses(0), poses(0), from_nothing=True) < 1e-3
    assert loss(poses(1), poses(0)) > 0
    assert loss(poses(1), poses(0), from_nothing=True) > 0.1


def test_the_truth_is_where_the_slope_vanishes() -> None:
    truth = poses(0)
    guess = truth.clone().requires_grad_(True)
    squares = torch.zeros(BATCH, dtype=torch.bool)
    window_loss(guess, truth, neutral_offsets().expand(BATCH, JOINT_COUNT, 3), torch.ones(BATCH), squares).backward()
    assert guess.grad is not None
    assert torch.equal(guess.grad, torch.zeros_like(guess))


def test_levels_weigh_each_window() -> None:
    truth, guess = poses(0), poses(1)
    alone = [loss(guess[[window] * BATCH], truth[[window] * BATCH]) for window in range(BATCH)]
    weight = torch.tensor([0.5, 1.0, 2.0, 0.0])
    expected = float((weight * torch.tensor(alone)).mean())
    assert loss(guess, truth, weight) == pytest.approx(expected, rel=1e-5)


def test_a_trembling_error_costs_more_than_a_steady_one() -> None:
    truth = poses(0)[:, :1].expand(-1, FRAMES, -1, -1)
    error = 0.05 * torch.randn(BATCH, 1, JOINT_COUNT, 6, generator=torch.Generator().manual_seed(2))
    trembling = error * torch.tensor([1.0, -1.0] * (FRAMES // 2))[:, None, None]
    assert loss(truth + trembling, truth) > 5 * loss(truth + error, truth)


def test_joints_that_swing_long_bones_count_most() -> None:
    weights = lever_weights()
    assert float(weights.mean()) == pytest.approx(1)
    assert weights[[1, 2, 4, 5]].min() > weights[[10, 11, 15, 20, 21]].max()
    assert (weights > 0).all()


def test_places_are_relative_to_the_head() -> None:
    places = head_relative(sixd_to_matrix(poses(0)), neutral_offsets().expand(BATCH, JOINT_COUNT, 3))
    assert places.shape == (BATCH, FRAMES, JOINT_COUNT, 3)
    assert torch.equal(places[:, :, HEAD], torch.zeros(BATCH, FRAMES, 3))


def test_turning_guess_and_truth_together_changes_nothing() -> None:
    turn = about_y(torch.full((BATCH,), 1.3))
    turned = loss(turn_windows(poses(1), turn), turn_windows(poses(0), turn))
    assert turned == pytest.approx(loss(poses(1), poses(0)), rel=1e-4)


def test_the_said_spread_and_contact_are_best_when_they_are_true() -> None:
    angle, contact = 0.2, torch.zeros(BATCH, FRAMES, 4)
    contact[:, :, 1], contact[0] = 1.0, torch.nan
    truth = poses(0)
    turns = torch.tensor([angle, 0.0, 0.0]).expand(BATCH, FRAMES, JOINT_COUNT, 3)
    guess = matrix_to_sixd(sixd_to_matrix(truth) @ rotvec_to_matrix(turns)).requires_grad_(True)
    best = math.log(angle / math.sqrt(3) / USUAL_SD)  # the turn is about one axis of three
    slopes = []
    for log_spread in (best - 0.1, best, best + 0.1):
        said = torch.full((BATCH, FRAMES, SAID), log_spread, requires_grad=True)
        said_loss(said, guess, truth, contact).backward()
        assert said.grad is not None
        slopes.append(float(said.grad[..., :22].sum()))
        assert (said.grad[1:, :, 22 + 1] < 0).all()
        assert (said.grad[1:, :, [22, 24, 25]] > 0).all()
        assert not said.grad[0, :, 22:].any()  # no floor is known there
    assert slopes[0] < 0 < slopes[2]
    assert abs(slopes[1]) < 1e-2 * slopes[2]
    assert guess.grad is None


def test_from_nothing_a_local_error_of_a_joint_that_swings_nothing_counts_too() -> None:
    truth = poses(0)
    turned = sixd_to_matrix(truth)
    turned[:, :, HEAD] = turned[:, :, HEAD] @ rotvec_to_matrix(torch.tensor([0.0, 0.3, 0.0]))
    grown = loss(matrix_to_sixd(turned), truth, from_nothing=True) - loss(truth, truth, from_nothing=True)
    assert grown > LENGTH_WEIGHT * LOCAL_LENGTH_WEIGHT * 2**0.5 * 0.29 / (JOINT_COUNT - 1)


def test_from_nothing_an_error_costs_its_length_and_denoised_its_square() -> None:
    truth, error = poses(0), 1e-2 * (poses(2) - poses(3))
    for from_nothing, growth in ((True, 2.0), (False, 4.0)):
        once, twice = (loss(truth + size * error, truth, from_nothing=from_nothing) for size in (1, 2))
        assert twice / once == pytest.approx(growth, rel=0.05)
