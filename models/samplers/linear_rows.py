"""Measurements of any kind, as rows of a least-squares problem in turns of the joints, shift of the root, and size.

At a body as it is, each row says how far what was measured is from what it should be, and how it goes with small turns
w of the joints in the world, R <- exp(w) R, with a shift of the root, and with the logarithm of the size of a body that
grows about its root. One file per kind of measurement makes them.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.measurement import arms_in_world

TURNS = 3 * JOINT_COUNT
FREEDOMS = TURNS + 3
COLUMNS = FREEDOMS + 1  # the size last


@dataclass(frozen=True)
class LinearRows:
    """N rows in T frames of B windows; a row that is not there has no weight."""

    residual: Tensor  # (B, T, N) measured less expected, in the measurement's unit
    moves: Tensor  # (B, T, N, 70) of what is expected: a radian of turn (joint by joint), a metre of root, size
    weight: Tensor  # (B, T, N) 1 / variance

    def joined(self, *others: LinearRows) -> LinearRows:
        """These and more."""
        every = (self, *others)
        return LinearRows(torch.cat([rows.residual for rows in every], 2), torch.cat([rows.moves for rows in every], 2),
                          torch.cat([rows.weight for rows in every], 2))

    def believed(self, limit: float) -> LinearRows:
        """Huber's weights: a row that misses by more than `limit` of its standard deviations pulls no harder for it."""
        missed = self.residual.abs() * self.weight.sqrt()
        return replace(self, weight=self.weight * (limit / missed.clamp(min=limit)))

    @property
    def cost(self) -> Tensor:
        """Half the squares of what is missed, in standard deviations, (B, T)."""
        return (self.weight * self.residual.square()).sum(-1) / 2


def points_of(rotations: Tensor, root: Tensor, levers: Tensor) -> tuple[Tensor, Tensor]:
    """Points on a body, (B, T, M, 3) metres, and how they go with its freedoms, (B, T, M, 3, 70).

    Args:
        rotations: (B, T, 22, 3, 3) global.
        root: (B, T, 3) metres.
        levers: (B, M, 22, 3), see measurement.levers.
    """
    arms = arms_in_world(rotations, levers)  # (B, T, 22, 3, M)
    places = arms.sum(2).mT + root[:, :, None]
    around = arms.permute(0, 1, 4, 2, 3)  # (B, T, M, 22, 3)
    axes = torch.eye(3).to(around).expand(*around.shape[:-1], 3, 3)
    turned = torch.linalg.cross(axes, around[..., None, :].expand_as(axes), dim=-1)  # (..., axis of turn, place)
    by_turns = turned.flatten(3, 4).mT  # (B, T, M, 3, 66)
    by_root = torch.eye(3).to(around).expand(*by_turns.shape[:-1], 3)
    return places, torch.cat([by_turns, by_root, arms.sum(2).mT[..., None]], -1)


def turn_moves(joints: tuple[int, ...], like: Tensor) -> Tensor:
    """How rotations of joints, as rotation vectors in the world, go with the freedoms: (M, 3, 70)."""
    moves = torch.zeros(len(joints), 3, COLUMNS).to(like)
    for row, joint in zip(moves, joints, strict=True):
        row[:, 3 * joint : 3 * joint + 3] = torch.eye(3)
    return moves
