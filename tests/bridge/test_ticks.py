from __future__ import annotations

import pytest

from bridge.ticks import REMEMBERED, Ticks


def test_ticks_are_counted_and_the_recent_ones_measured() -> None:
    ticks = Ticks()
    assert ticks.percentiles_ms(50, 95) == (0.0, 0.0)
    for _ in range(REMEMBERED):
        ticks.add(100_000_000)
    for took_ms in range(REMEMBERED):
        ticks.add(took_ms * 1_000_000)
    assert ticks.count == 2 * REMEMBERED
    assert ticks.percentiles_ms(50)[0] == pytest.approx((REMEMBERED - 1) / 2)
