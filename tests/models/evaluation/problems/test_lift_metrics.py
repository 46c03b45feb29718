from __future__ import annotations

import math

import pytest
import torch
from scipy.spatial import procrustes
from scipy.stats import kendalltau, spearmanr
from torch import Tensor

from models.evaluation.problems.lift_metrics import (
    aligned_errors,
    best_of,
    lift_metrics,
    procrustes_errors,
    ranking,
    ranking_by_frame,
)
from models.kinematics.rotations import rotvec_to_matrix


def bodies(seed: int = 0, frames: int = 6) -> Tensor:
    return torch.randn(frames, 22, 3, generator=torch.Generator().manual_seed(seed))


def test_errors_do_not_know_where_the_pelvis_is() -> None:
    true = bodies()
    assert aligned_errors(true + torch.tensor([1.0, 2.0, 3.0]), true).abs().max() < 1e-3
    off = true.clone()
    off[:, 5, 0] += 0.1
    assert float(aligned_errors(off, true).mean()) == pytest.approx(10 / 22, rel=1e-4)


def test_procrustes_takes_out_any_similarity_and_no_mirror() -> None:
    true = bodies()
    turn = rotvec_to_matrix(torch.tensor([0.3, 2.0, -0.4]))
    assert procrustes_errors(2.5 * true @ turn.T + 4.0, true).max() < 1e-2
    mirrored = true * torch.tensor([-1.0, 1.0, 1.0])
    assert procrustes_errors(mirrored, true).mean() > 10
    assert procrustes_errors(torch.zeros_like(true), true).isfinite().all()


def test_procrustes_is_what_scipy_finds() -> None:
    """Which may mirror: bodies near each other need not be."""
    true = bodies()
    near = true + 0.2 * bodies(1)
    for one, other, errors in zip(near, true, procrustes_errors(near, true), strict=True):
        _, _, disparity = procrustes(other.numpy(), one.numpy())
        centred = other - other.mean(0)
        assert float((errors / 100).square().sum() / centred.square().sum()) == pytest.approx(disparity, rel=1e-4)


def test_the_best_of_clips_and_of_frames() -> None:
    one, other = torch.zeros(4, 22), torch.zeros(4, 22)
    one[:2], other[2:] = 3.0, 5.0
    assert best_of([one, other]) == (1.5, 0.0)


def test_rankings_are_what_scipy_finds() -> None:
    random = torch.Generator().manual_seed(0)
    scores, errors = torch.randn(2, 10, generator=random).tolist()
    spearman, kendall = ranking(scores, errors)
    assert spearman == pytest.approx(spearmanr(scores, [-error for error in errors])[0])
    assert kendall == pytest.approx(kendalltau(scores, [-error for error in errors])[0])
    assert ranking([3.0, 2.0, 1.0], [1.0, 2.0, 3.0]) == (pytest.approx(1.0), 1.0)
    assert math.isnan(ranking([1.0, 1.0], [2.0, 3.0])[0]) and math.isnan(ranking([1.0], [2.0])[0])


def test_the_truth_has_no_error() -> None:
    rotations, places = torch.eye(3).expand(30, 22, 3, 3), bodies(frames=30)
    values = lift_metrics(rotations, places, rotations, places, floor=False)
    assert max(values[name] for name in ("mpjpe_cm", "pa_mpjpe_cm", "world_mpjpe_cm", "mpjre_deg")) < 0.1
    assert values["jitter_ratio"] == 1.0 and math.isnan(values["foot_skate_cm_s"])


def test_rankings_by_frame_are_the_mean_of_those_that_have_an_order() -> None:
    scores, errors = torch.randn(2, 6, 5, generator=torch.Generator().manual_seed(0))
    each = [spearmanr(scores[:, frame], -errors[:, frame])[0] for frame in range(5)]
    assert ranking_by_frame(scores, errors) == pytest.approx(sum(each) / 5)
    errors[:, 2:] = 1.0
    assert ranking_by_frame(scores, errors) == pytest.approx(sum(each[:2]) / 2)
    assert math.isnan(ranking_by_frame(scores[:, 2:], errors[:, 2:]))
