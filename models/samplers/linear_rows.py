"""Measurements of any kind, as rows of a least-squares problem in turns of the joints and shift of the root.

At a body as it is, each row says how far what was measured is from what it should be, and how it goes with small turns
w of the joints in the world, R <- exp(w) R, and with a shift of the root; where something is asked that stays the same
all the time, as bones do, with that too. One file per kind of measurement makes them.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.measurement import arms_in_world

TURNS = 3 * JOINT_COUNT
FREEDOMS = TURNS + 3


@dataclass(frozen=True)
class LinearRows:
    """N rows in T frames of B windows; a row that is not there has no weight."""

    residual: Tensor  # (B, T, N) measured less expected, in the measurement's unit
    moves: Tensor  # (B, T, N, 69) of what is expected: a radian of turn (joint by joint), a metre of root
    weight: Tensor  # (B, T, N) 1 / variance
    lasting: Tensor | None = None  # (B, T, N, P) of what is expected, with P unknowns that do not change with time

    def joined(self, *others: LinearRows) -> LinearRows:
        """These and more; all go with the same lasting unknowns, or none does."""
        every = (self, *others)
        lasting = [rows.lasting for rows in every if rows.lasting is not None]
        return LinearRows(torch.cat([rows.residual for rows in every], 2), torch.cat([rows.moves for rows in every], 2),
                          torch.cat([rows.weight for rows in every], 2), torch.cat(lasting, 2) if lasting else None)

    def believed(self, limit: float) -> LinearRows:
        """Huber's weights: a row that misses by more than `limit` of its standard deviations pulls no harder for it."""
        missed = self.residual.abs() * self.weight.sqrt()
        return replace(self, weight=self.weight * (limit / missed.clamp(min=limit)))

    @property
    def cost(self) -> Tensor:
        """Half the squares of what is missed, in standard deviations, (B, T)."""
        return (self.weight * self.residual.square()).sum(-1) / 2


def points_of(rotations: Tensor, root: Tensor, levers: Tensor) -> tuple[Tensor, Tensor]:
    """Points on a body, (B, T, M, 3) metres, and how they go with its freedoms, (B, T, M, 3, 69).

    Args:
        rotations: (B, T, 22, 3, 3) global.
        root: (B, T, 3) metres.
        levers: (B, M, 22, 3), see measurement.levers.
    """
    arms = arms_in_world(rotations, levers)  # (B, T, 22, 3, M)
    places = arms.sum(2).mT + root[:, :, None]
    around = arms.permute(0, 1, 4, 2, 3)  # (B, T, M, 22, 3)
    nothing, (x, y, z) = torch.zeros_like(around[..., 0]), around.unbind(-1)
    turned = [torch.stack(row, -1) for row in ((nothing, z, -y), (-z, nothing, x), (y, -x, nothing))]  # place by axis
    by_turns = torch.stack(turned, 3).flatten(4)  # (B, T, M, 3, 66): an axis turns a place by itself times the arm
    by_root = torch.eye(3).to(around).expand(*by_turns.shape[:-1], 3)
    return places, torch.cat([by_turns, by_root], -1)


def turn_moves(joints: tuple[int, ...], like: Tensor) -> Tensor:
    """How rotations of joints, as rotation vectors in the world, go with the freedoms: (M, 3, 69)."""
    moves = torch.zeros(len(joints), 3, FREEDOMS).to(like)
    for row, joint in zip(moves, joints, strict=True):
        row[:, 3 * joint : 3 * joint + 3] = torch.eye(3)
    return moves
