"""How far a solved body may be from the true one, once the trackers are known: the posterior of the guidance's system.

Everything is linear at the estimate: a joint's place moves with the turns of the joints above it (measurement.py) and
with the root. What a number moves by with the rows and root of the system, q, takes q^T K^-1 q from its variance,
where K is the system's matrix of guidance.py; the root's own variance comes with it, for K is saddle-shaped.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import pad

from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.guidance import Estimate, RootPrior, Target, linear_system, target_of, used_rows
from models.samplers.measurement import arms_in_world
from models.samplers.rows import Rows


@dataclass(frozen=True)
class Spread:
    """Standard deviations per axis of how far joints may be from the truth."""

    position: Tensor  # (..., 22) metres in the world
    rotation: Tensor  # (..., 22) radians, global


def posterior_spread(estimate: Estimate, rows: Rows, root: RootPrior, body: Tensor) -> Spread:
    """Of every joint, means over the three axes, (B, T, 22).

    Args:
        estimate: as `correct` left it: tracked rotations are fused, positions are not yet in its variance.
        rows: what is known of places, most of all the trackers'.
        root: what else is known of the root.
        body: (B, 22, 22, 3) metres, the levers of every joint, see measurement.py.
    """
    target = target_of(rows, root)
    arms = arms_in_world(estimate.rotations, rows.levers)
    moves, matrix = linear_system(arms, estimate.variance.sqrt(), target)
    seen = torch.cat([moves * target.known.unsqueeze(-2), _joint_moves(estimate, arms, body, target)], dim=-2)
    explained = (seen * torch.linalg.solve_ex(matrix, seen.mT).result.mT).sum(-1)
    by_turns, by_places = explained.split(3 * JOINT_COUNT, dim=-1)
    rotation = estimate.variance * (1 - torch.unflatten(by_turns, -1, (-1, 3)).mean(-1))
    freedom = estimate.variance @ body.square().sum(-1).mT * (2 / 3)  # a turn moves along two of three axes
    position = freedom - torch.unflatten(by_places, -1, (3, -1)).mean(-2)
    return Spread(position.clamp(min=0).sqrt(), rotation.clamp(min=0).sqrt())


def _joint_moves(estimate: Estimate, arms: Tensor, body: Tensor, target: Target) -> Tensor:
    """How the system's rows and root go with each joint's place, axis by axis: q, (B, T, 66, N).

    With turns of variance v_i, rows u_k and places u_j covary as sum_i v_i (u_ki . u_ji I - u_ji u_ki^T).
    """
    weighted = arms * estimate.variance[..., None, None]
    products = weighted.flatten(-2).mT @ arms_in_world(estimate.rotations, body).flatten(-2)
    each = torch.unflatten(torch.unflatten(products, -1, (3, -1)), -3, (3, -1))  # (B, T, axis, M, axis, 22)
    along = torch.einsum("btckcj->btkj", each)
    eye = torch.eye(3).to(arms)
    together = torch.einsum("btkj,ra->btajrk", along, eye) - torch.einsum("btakrj->btajrk", each)
    rows = pad(used_rows(together, target.rows.only_height).flatten(2, 3), (0, 3)) * target.known.unsqueeze(-2)
    return rows + pad(_axes().to(rows), (rows.shape[-1] - 3, 0))


@cache
def _axes() -> Tensor:
    """(66, 3): every place moves with the root, axis by axis."""
    return torch.eye(3).repeat_interleave(JOINT_COUNT, dim=0)
