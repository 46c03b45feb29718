"""What postures say about a body, the turns by which they were guessed wrong marginalised out.

The state is the body's N unknowns and the 66 turns by which guesses are wrong always, in units of their sd (a person's
own posture, which no amount of standing averages out); the rest of a guess's error is new at every posture.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.body import Body
from models.calibration.belief import Belief
from models.calibration.factors import FactorPrior, values_count, with_values
from models.calibration.posture import Postures, Rows, rows_of
from models.kinematics.skeleton import JOINT_COUNT


@dataclass(frozen=True)
class EvidenceConfig:
    """How postures are believed."""

    habit: float = 0.4  # share of a guess's variance that is the same in all postures
    doubt: float = 4.0  # a posture this many times less likely than expected counts less


def first_belief(body: Body, prior: FactorPrior, config: EvidenceConfig) -> Belief:
    """Of a body's unknowns and habits before any posture."""
    habit = config.habit * torch.eye(3 * JOINT_COUNT, dtype=torch.float64)
    return Belief.prior(torch.block_diag(prior.covariance(len(body.joints)), habit))


def evidence(
    postures: Postures, body: Body, belief: Belief, weights: Tensor, config: EvidenceConfig
) -> tuple[Tensor, Tensor]:
    """Information (N + 66, N + 66) and pull (N + 66,) of postures, each counting `weights` (F,) times.

    body: as told; the rows are linear around what is believed of it.
    """
    values = belief.mean[: values_count(body)]
    rows = rows_of(postures, with_values(body, values))
    moves = torch.cat([rows.by_values, rows.by_turns], dim=-1)
    new = rows.noise_sd.square().diag_embed() + (1 - config.habit) * rows.by_turns @ rows.by_turns.mT
    seen = rows.residual + rows.by_values @ values
    counted = weights.double() * _doubted(rows, moves, new, belief, config.doubt)
    told = torch.linalg.solve(new, moves) * counted[:, None, None]  # (F, R, N + 66)
    information = (moves.mT @ told).sum(0)
    return (information + information.T) / 2, (told.mT @ seen.unsqueeze(-1)).sum(0).squeeze(-1)


def _doubted(rows: Rows, moves: Tensor, new: Tensor, belief: Belief, doubt: float) -> Tensor:
    """(F,) one, or less for what is much less likely than expected."""
    likely = new + moves @ belief.covariance @ moves.mT
    habit = belief.mean[rows.by_values.shape[-1] :]
    seen = rows.residual - rows.by_turns @ habit
    surprise = (seen * torch.linalg.solve(likely, seen.unsqueeze(-1)).squeeze(-1)).mean(-1)
    return doubt / surprise.clamp(min=doubt)
