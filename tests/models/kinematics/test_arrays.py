"""What torch and numpy spell differently means the same, and keeps type and kind."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from models.kinematics import arrays, systems
from models.kinematics.arrays import Array, alike, joined, rows_of

VALUES = np.random.default_rng(0).normal(size=(2, 4, 4))
SAME: dict[str, Callable[[Array], Array]] = {
    "lengths": arrays.lengths,
    "at_least": lambda x: arrays.at_least(x, 0.2),
    "at_most": lambda x: arrays.at_most(x, 0.2),
    "solve": lambda x: systems.solve(x, x[..., :1] + 1),
    "solve many": lambda x: systems.solve(x, arrays.followed_by_zeros(x, 9)),
    "solve positive": lambda x: systems.solve_positive(x @ x.mT, x)[0],
    "diagonal of an inverse": lambda x: systems.solve_positive(x @ x.mT, x)[1],
    "inverse": systems.inverse,
    "filled with zeros": lambda x: arrays.filled((2, 3), 0.0, x),
    "filled": lambda x: arrays.filled((2, 3), 7.0, x),
    "followed_by_zeros": lambda x: arrays.followed_by_zeros(x, 3),
    "finite_or_zero": lambda x: arrays.finite_or_zero(x / (x > 0)),
    "sorted_along_last": arrays.sorted_along_last,
    "with_type": lambda x: arrays.with_type(x > 0, x),
    "as_double": arrays.as_double,
    "through_torch": lambda x: arrays.through_torch(torch.sin, x),
}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_both_libraries_say_the_same(name: str, kind: type) -> None:
    here = VALUES.astype(kind)
    of_numpy, of_torch = SAME[name](here), SAME[name](torch.from_numpy(here))
    assert isinstance(of_numpy, np.ndarray) and isinstance(of_torch, torch.Tensor)
    assert of_numpy.dtype == of_torch.numpy().dtype == (np.float64 if name == "as_double" else kind)
    np.testing.assert_allclose(of_numpy, of_torch.numpy(), rtol=0, atol=1e-4 if kind is np.float32 else 1e-12)


def test_constants_become_what_they_meet() -> None:
    for constant in (np.ones(3, np.float32), torch.ones(3)):
        for other in (np.zeros(1), torch.zeros(1, dtype=torch.float64)):
            met = alike(constant, other)
            assert type(met) is type(other) and met.dtype == other.dtype


@dataclass(frozen=True)
class Inner:
    values: Array  # (B, 2)


@dataclass(frozen=True)
class Outer:
    inner: Inner
    number: Array  # (B,)


@pytest.mark.parametrize("of", [np.asarray, torch.as_tensor])
def test_tables_come_apart_and_together(of: Callable[[object], Array]) -> None:
    table = Outer(Inner(of([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])), of([7.0, 8.0, 9.0]))
    rows = rows_of(table)
    assert [row.number.tolist() for row in rows] == [[7.0], [8.0], [9.0]]
    assert rows[1].inner.values.tolist() == [[3.0, 4.0]]
    again = joined([rows[2], joined(rows[:2])])
    assert again.number.tolist() == [9.0, 7.0, 8.0]
    assert again.inner.values.tolist() == [[5.0, 6.0], [1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("columns", [1, 4, 13])
def test_a_solution_solves(columns: int) -> None:
    whole, right = torch.from_numpy(VALUES), torch.from_numpy(np.random.default_rng(1).normal(size=(2, 4, columns)))
    torch.testing.assert_close(whole @ systems.solve(whole, right), right)
    positive = whole @ whole.mT
    found, diagonal = systems.solve_positive(positive, right)
    torch.testing.assert_close(positive @ found, right)
    torch.testing.assert_close(diagonal, torch.linalg.inv(positive).diagonal(0, -2, -1))
