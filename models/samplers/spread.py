"""How far a solved body may be from the true one, once the trackers are known: the posterior of the guidance's system.

Everything is linear at the estimate: a joint's place moves with the turns of the joints above it (measurement.py) and
with the root. What a number moves by with the rows and root of the system, q, takes q^T K^-1 q from its variance,
where K is the system's matrix of guidance.py; the root's own variance comes with it, for K is saddle-shaped.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.kinematics.arrays import Array, alike, at_least, library
from models.kinematics.skeleton import JOINT_COUNT
from models.kinematics.systems import solve
from models.samplers.guidance import Estimate
from models.samplers.measurement import arms_in_world
from models.samplers.rows import Rows
from models.samplers.system import RootPrior, Target, linear_system, row_moves, target_of, used_rows


@dataclass(frozen=True)
class Spread:
    """Standard deviations per axis of how far joints may be from the truth."""

    position: Array  # (..., 22) metres in the world
    rotation: Array  # (..., 22) radians, global


def posterior_spread(estimate: Estimate, rows: Rows, root: RootPrior, body: Array) -> Spread:
    """Of every joint, means over the three axes, (B, T, 22).

    Args:
        estimate: as `correct` left it: tracked rotations are fused, positions are not yet in its variance.
        rows: what is known of places, most of all the trackers'.
        root: what else is known of the root.
        body: (B, 22, 22, 3) metres, the levers of every joint, see measurement.py.
    """
    maths, target, shape = library(estimate.root), target_of(rows, root), estimate.variance.shape
    arms = arms_in_world(estimate.rotations, rows.levers)
    moves = row_moves(arms, maths.sqrt(estimate.variance), target)
    seen = maths.concat([moves, _joint_moves(estimate, arms, body, target).mT], -1)  # (B, T, N, 132)
    explained = (seen * solve(linear_system(moves, moves, target), seen)).sum(-2)
    by_turns, by_places = explained[..., : 3 * JOINT_COUNT], explained[..., 3 * JOINT_COUNT :]
    rotation = estimate.variance * (1 - by_turns.reshape(*shape, 3).mean(-1))
    freedom = estimate.variance @ (body * body).sum(-1).mT * (2 / 3)  # a turn moves along two of three axes
    position = freedom - by_places.reshape(*shape[:-1], 3, JOINT_COUNT).mean(-2)
    return Spread(maths.sqrt(at_least(position, 0)), maths.sqrt(at_least(rotation, 0)))


def _joint_moves(estimate: Estimate, arms: Array, body: Array, target: Target) -> Array:
    """How the system's rows and root go with each joint's place, axis by axis: q, (B, T, 66, N).

    With turns of variance v_i, rows u_k and places u_j covary as sum_i v_i (u_ki . u_ji I - u_ji u_ki^T).
    """
    maths, frames, points = library(arms), arms.shape[:2], arms.shape[-1]
    weighted = (arms * estimate.variance[..., None, None]).reshape(*frames, JOINT_COUNT, 3 * points)
    places = arms_in_world(estimate.rotations, body).reshape(*frames, JOINT_COUNT, 3 * JOINT_COUNT)
    each = (weighted.mT @ places).reshape(*frames, 3, points, 3, JOINT_COUNT)  # of row's axis, row, place's axis, place
    along = each[:, :, 0, :, 0] + each[:, :, 1, :, 1] + each[:, :, 2, :, 2]
    diagonal = along.mT[:, :, None, :, None] * alike(_SAME_AXIS, arms)
    together = diagonal - maths.swapaxes(each, 3, 5)  # (B, T, axis, 22, axis of the row, M)
    rows = used_rows(together, target.rows.only_height).reshape(*frames, 3 * JOINT_COUNT, -1)
    rows = rows * target.known[..., None, :-3]
    return maths.concat([rows, maths.broadcast_to(alike(_axes(), rows), (*rows.shape[:-1], 3))], -1)


_SAME_AXIS = np.eye(3, dtype=np.float32)[:, None, :, None]


@cache
def _axes() -> NDArray[np.float32]:
    """(66, 3): every place moves with the root, axis by axis."""
    return np.eye(3, dtype=np.float32).repeat(JOINT_COUNT, 0)
