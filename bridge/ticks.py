"""How long the engine takes for its batches: a count, and the recent times."""
from __future__ import annotations

from collections import deque

import numpy as np

REMEMBERED = 512


class Ticks:
    """Told of each tick's length, asked for percentiles."""

    def __init__(self) -> None:
        self.count = 0
        self._recent_ms: deque[float] = deque(maxlen=REMEMBERED)

    def add(self, took_ns: int) -> None:
        self.count += 1
        self._recent_ms.append(took_ns / 1e6)

    def percentiles_ms(self, *shares: float) -> tuple[float, ...]:
        """Of the recent ticks; zeros before the first."""
        if not self._recent_ms:
            return (0.0,) * len(shares)
        return tuple(float(value) for value in np.percentile(self._recent_ms, shares))
