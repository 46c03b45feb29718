"""Memory that is free goes back to the system after long work, and only then."""
from __future__ import annotations

import platform

import numpy as np
import psutil
import pytest

from bridge.engine.heap import LONG, give_back

BLOCK, COUNT = 8_000, 4_000  # numbers of a block that the C library keeps for itself; 256 MB in all


def held_mb() -> float:
    return psutil.Process().memory_info().rss / 1e6


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of the GNU C library alone is it known how")
def test_what_is_free_goes_back_after_much_work() -> None:
    give_back(LONG)
    blocks = [np.ones(BLOCK) for _ in range(COUNT)]
    kept = blocks[::500]
    del blocks
    full_mb = held_mb()
    give_back(LONG - 1)
    assert held_mb() > full_mb - 10
    give_back(LONG)
    assert held_mb() < full_mb - 100 and all((block == 1).all() for block in kept)


def test_where_it_cannot_be_it_is_no_error() -> None:
    for frames in (0, LONG, LONG * 100):
        give_back(frames)
