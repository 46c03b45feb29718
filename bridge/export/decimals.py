"""Tables of numbers as text, a digit of all numbers at a time: much quicker than number by number."""
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PLACES = 6
_MOST = 1e9  # beyond, a double does not hold six decimals of a number
_MINUS, _POINT, _SPACE, _NEWLINE, _ZERO = b"-. \n0"


def decimal_lines(values: NDArray[np.float64]) -> bytes:
    """Rows (N, K) as N lines of K numbers with six decimals, a space between them; never "-0.000000".

    Raises ValueError for what is not finite, or a thousand million and more.
    """
    if not (np.abs(values) < _MOST).all():
        raise ValueError("only finite numbers below 10^9 are written with six decimals")
    whole = np.rint(values * 10**PLACES).astype(np.int64)
    most = int(np.abs(whole).max(initial=0))
    rest, digits = np.abs(whole).astype(np.uint32 if most < 1 << 32 else np.uint64), max(PLACES + 1, len(str(most)))
    text = np.empty((*values.shape, digits + 3), np.uint8)  # sign, digits and among them the point, what follows
    used = np.ones(text.shape, np.bool_)
    text[..., 0], used[..., 0] = _MINUS, whole < 0
    text[..., -1], text[:, -1:, -1], text[..., -PLACES - 2] = _SPACE, _NEWLINE, _POINT
    for place in range(digits):
        column = -2 - place - (place >= PLACES)
        used[..., column] = (rest > 0) | (place <= PLACES)
        before = rest // 10
        text[..., column] = rest - 10 * before
        rest = before
    text[..., [*range(1, digits - PLACES + 1), *range(-PLACES - 1, -1)]] += _ZERO
    return text[used].tobytes()
