"""Numbers as text against Python's own formatting of each."""
from __future__ import annotations

import numpy as np
import pytest

from bridge.export.decimals import decimal_lines


def plainly(values: np.ndarray) -> bytes:
    return "".join(" ".join(f"{value:.6f}" for value in row) + "\n" for row in values.tolist()).encode()


@pytest.mark.parametrize("largest", [0, 9, 10**6 - 1, 10**6, 180 * 10**6, 10**14])
def test_every_number_is_as_python_writes_it(largest: int) -> None:
    millionths = np.random.default_rng(largest).integers(-largest, largest + 1, size=(37, 11))
    assert decimal_lines(millionths / 1e6) == plainly(millionths / 1e6)


def test_numbers_between_are_rounded_to_the_nearest() -> None:
    values = np.random.default_rng(0).normal(size=(50, 69)) * 1000
    read = np.array([line.split() for line in decimal_lines(values).decode().splitlines()], float)
    np.testing.assert_allclose(read, values, rtol=0, atol=0.5000001e-6)


def test_next_to_nothing_has_no_sign() -> None:
    assert decimal_lines(np.array([[-1e-9, -0.0, 0.0], [-6e-7, -1.0, 1.0]])) == (
        b"0.000000 0.000000 0.000000\n-0.000001 -1.000000 1.000000\n")


def test_no_rows_are_no_lines() -> None:
    assert decimal_lines(np.zeros((0, 3))) == b""


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e9, -2e12])
def test_what_six_decimals_cannot_say_is_refused(odd: float) -> None:
    with pytest.raises(ValueError, match="finite numbers below"):
        decimal_lines(np.array([[0.0, odd]]))
