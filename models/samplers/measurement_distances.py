"""Distances, as radio ranging tells them: between two points on the body, or to a fixed anchor; one row for each."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from models.samplers.linear_rows import LinearRows, points_of

NEAREST = 1e-6  # metres: two points in one place have no way between them


def distance_rows(
    pairs: Sequence[tuple[int, int]], distances: Tensor, known: Tensor, sd: float, rotations: Tensor, root: Tensor,
    levers: Tensor,
) -> LinearRows:
    """Rows of P distances between points on the body in B windows.

    Args:
        pairs: P pairs of numbers of points.
        distances: (B, T, P) metres; where nothing is known they may be anything finite.
        known: (B, T, P) bool.
        sd: metres.
        rotations, root: the body as it is, (B, T, 22, 3, 3) and (B, T, 3).
        levers: (B, M, 22, 3) of the points.
    """
    places, moves = points_of(rotations, root, levers)
    one, other = (list(ends) for ends in zip(*pairs, strict=True))
    return _rows(places[:, :, one] - places[:, :, other], moves[:, :, one] - moves[:, :, other], distances, known, sd)


def anchor_rows(
    anchors: Tensor, distances: Tensor, known: Tensor, sd: float, rotations: Tensor, root: Tensor, levers: Tensor
) -> LinearRows:
    """Rows of the distance of every point on the body to every anchor.

    Args:
        anchors: (A, 3) places in the world, metres.
        distances, known: (B, T, M, A).
        sd, rotations, root, levers: as for distance_rows.
    """
    places, moves = points_of(rotations, root, levers)
    way = places[:, :, :, None] - anchors  # (B, T, M, A, 3)
    spread = moves[:, :, :, None].expand(*way.shape, moves.shape[-1])
    return _rows(way.flatten(2, 3), spread.flatten(2, 3), distances.flatten(2), known.flatten(2), sd)


def _rows(way: Tensor, moves: Tensor, distances: Tensor, known: Tensor, sd: float) -> LinearRows:
    """Of ways (B, T, P, 3) that go with the freedoms by (B, T, P, 3, 70)."""
    far = way.norm(dim=-1)
    along = way / far[..., None].clamp(min=NEAREST)
    return LinearRows(distances - far, torch.einsum("btpa,btpaf->btpf", along, moves), known.to(way) / sd**2)
