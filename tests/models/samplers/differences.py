"""Finite differences of rows of any measurement."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.samplers.linear_rows import FREEDOMS, LinearRows
from tests.models.samplers.test_linear_rows import SMALL, moved


def assert_moves_are_differences(
    rows_at: Callable[[Tensor, Tensor], LinearRows], rotations: Tensor, root: Tensor, atol: float = 1e-6
) -> None:
    """What is missed falls by the rows' moves with each of the freedoms."""
    moves = rows_at(rotations, root).moves
    for freedom in range(FREEDOMS):
        one, other = (rows_at(*moved(rotations, root, freedom, by)).residual for by in (SMALL, -SMALL))
        torch.testing.assert_close(moves[..., freedom], (other - one) / (2 * SMALL), atol=atol, rtol=1e-5)
