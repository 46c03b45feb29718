"""When a dead engine is started again. A pure function of when it died."""
from __future__ import annotations

from collections.abc import Sequence

FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 5.0


def restart_delay_s(deaths_s: Sequence[float], now_s: float, most: int, window_s: float) -> float | None:
    """Seconds to wait, twice as long each time within the window; None: it died more than `most` times, give up."""
    recent = sum(1 for death in deaths_s if now_s - death < window_s)
    if recent > most:
        return None
    return min(FIRST_DELAY_S * 2.0 ** max(recent - 1, 0), LONGEST_DELAY_S)
