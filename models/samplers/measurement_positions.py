"""Places of points on the body, some of them known: three rows for each, in metres."""
from __future__ import annotations

from torch import Tensor

from models.samplers.linear_rows import LinearRows, points_of


def position_rows(
    places: Tensor, known: Tensor, sd: float | Tensor, rotations: Tensor, root: Tensor, levers: Tensor
) -> LinearRows:
    """Rows of M points in B windows.

    Args:
        places: (B, T, M, 3) measured, metres in the world; where nothing is known they may be anything finite.
        known: (B, T, M) bool.
        sd: metres per axis, one number or (B, T, M).
        rotations, root: the body as it is, (B, T, 22, 3, 3) and (B, T, 3).
        levers: (B, M, 22, 3) of the points, see measurement.levers; a joint itself is a point without a mount.
    """
    expected, moves = points_of(rotations, root, levers)
    weight = known.to(places) / sd**2
    return LinearRows((places - expected).flatten(2), moves.flatten(2, 3),
                      weight[..., None].expand(*places.shape).flatten(2))
