"""Banded systems in a row are solved as each by its whole matrix."""
from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from models.kinematics.systems import (
    MANY,
    solve_banded,
    solve_banded_in_a_row,
    solve_banded_newest,
    solve_banded_whole,
)


def banded(frames: int, systems: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Bands (..., 4 N + 1) of positive definite systems, and where their entries are."""
    random = torch.Generator().manual_seed(frames)
    one, other = torch.meshgrid(torch.arange(frames), torch.arange(frames), indexing="ij")
    away = (one - other).abs()
    lower = torch.randn(*systems, frames, frames, generator=random, dtype=torch.float64).tril() * (away <= 3)
    whole = lower @ lower.mT + torch.eye(frames)
    bands = torch.zeros(*systems, 4 * frames + 1, dtype=torch.float64)
    for band in range(min(4, frames)):
        bands[..., band * frames : (band + 1) * frames - band] = whole.diagonal(band, -2, -1)
    return bands, torch.where(away < 4, away * frames + torch.minimum(one, other), 4 * frames).flatten()


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 41])
def test_as_by_the_whole_matrix(frames: int) -> None:
    bands, place = banded(frames, (3, 2))
    columns = torch.randn(3, 2, frames, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for found, expected in zip(
        solve_banded_in_a_row(bands, columns), solve_banded_whole(bands, columns, place), strict=True
    ):
        torch.testing.assert_close(found, expected)


def test_many_and_few_say_the_same() -> None:
    bands, place = banded(9, (MANY + 1,))
    columns = torch.ones(MANY + 1, 9, 2, dtype=torch.float64)
    many, few = solve_banded(bands, columns, place), solve_banded(bands[:2], columns[:2], place)
    for one, other in zip(many, few, strict=True):
        torch.testing.assert_close(one[:2], other)


@pytest.mark.parametrize("frames", [1, 3, 41])
def test_the_last_place_comes_with_the_elimination(frames: int) -> None:
    bands, place = banded(frames, (3, 2))
    columns = torch.randn(3, 2, frames, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    solved, last = solve_banded_newest(bands.numpy(), columns.numpy())
    expected, diagonal = solve_banded_whole(bands, columns, place)
    np.testing.assert_allclose(solved, expected.numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(last, diagonal[..., -1].numpy(), rtol=1e-9)


def test_a_system_that_has_no_root_is_named() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="row 2 of 3 is not positive definite"):
        solve_banded_newest(np.array([[1.0, -1, 1, *[0] * 10]]), np.ones((1, 3, 1)))
