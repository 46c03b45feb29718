"""Errors of motion that was lifted from 2D, one hypothesis or several, as the literature of lifting counts them."""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from models.evaluation.metrics import foot_skate, jitter
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import geodesic_angle
from models.kinematics.skeleton import PELVIS

SMALLEST_JITTER = 0.05  # 100 m/s^3: of somebody who stands still; ratios are to no less


def lift_metrics(
    rotations: Tensor, places: Tensor, true_rotations: Tensor, true_places: Tensor, floor: bool
) -> dict[str, float]:
    """Every accuracy metric of one hypothesis of one clip.

    Args:
        rotations: (T, 22, 3, 3) global, lifted; true_rotations likewise.
        places: (T, 22, 3) joints' places in the world, metres, lifted; true_places likewise.
        floor: whether Y = 0 is a floor under the feet.
    """
    turned = geodesic_angle(global_to_local(rotations)[:, 1:], global_to_local(true_rotations)[:, 1:])
    shaken, true_shaken = jitter(places), jitter(true_places)
    values = {
        "mpjpe_cm": aligned_errors(places, true_places).mean(),
        "pa_mpjpe_cm": procrustes_errors(places, true_places).mean(),
        "world_mpjpe_cm": 100 * (places - true_places).norm(dim=-1).mean(),
        "mpjre_deg": torch.rad2deg(turned).mean(),
        "jitter": shaken,
        "jitter_truth": true_shaken,
        "jitter_ratio": shaken / true_shaken.clamp(min=SMALLEST_JITTER),
        "foot_skate_cm_s": foot_skate(places, true_places) if floor else torch.nan,
    }
    return {name: float(value) for name, value in values.items()}


def aligned_errors(places: Tensor, true_places: Tensor) -> Tensor:
    """Of joints after the pelvis is put where it is in truth, (T, 22), cm."""
    off = places - true_places
    return 100 * (off - off[:, PELVIS, None]).norm(dim=-1)


def procrustes_errors(places: Tensor, true_places: Tensor) -> Tensor:
    """Of joints after the best similarity of each frame (Umeyama 1991), (T, 22), cm."""
    one, other = (part.double() - part.double().mean(1, keepdim=True) for part in (places, true_places))
    left, stretch, right = torch.linalg.svd(one.mT @ other)
    flip = torch.ones_like(stretch)
    flip[:, 2] = torch.det(left @ right).sign()
    turn = left @ (flip[..., None] * right)
    scale = (stretch * flip).sum(-1) / one.square().sum((1, 2)).clamp(min=1e-12)
    return 100 * (scale[:, None, None] * (one @ turn) - other).norm(dim=-1)


def best_of(errors: Sequence[Tensor]) -> tuple[float, float]:
    """The least error of several hypotheses' (T, 22): of whole clips, and frame by frame."""
    frames = torch.stack([error.mean(-1) for error in errors])
    return float(frames.mean(-1).min()), float(frames.amin(0).mean())


def ranking(scores: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """How well scores tell the order of errors: Spearman's and Kendall's correlation of a score with less error.

    One: as the errors have it; zero: no better than chance; NaN where there is no order.
    """
    score, merit = torch.tensor(scores, dtype=torch.float64), -torch.tensor(errors, dtype=torch.float64)
    pairs = torch.triu(torch.ones(len(score), len(score)), 1).bool()
    agree = ((score[:, None] - score).sign() * (merit[:, None] - merit).sign())[pairs]
    ranks = torch.stack([_ranks(score), _ranks(merit)])
    if len(score) < 2 or (ranks == ranks[:, :1]).all(1).any():
        return math.nan, math.nan
    return float(torch.corrcoef(ranks)[0, 1]), float(agree.mean())


def ranking_by_frame(scores: Tensor, errors: Tensor) -> float:
    """Spearman's correlation of scores (H, T) with less error (H, T) among the H hypotheses of a frame: the mean of
    those frames that have an order, NaN where none has."""
    found = [ranking(score, error)[0] for score, error in zip(scores.T.tolist(), errors.T.tolist(), strict=True)]
    return float(torch.tensor(found).nanmean())


def _ranks(values: Tensor) -> Tensor:
    """Of values (N,), equal ones sharing the mean of theirs."""
    below, level = (values[:, None] > values).sum(1), (values[:, None] == values).sum(1)
    return below + (level - 1) / 2
