from __future__ import annotations

from bridge.engine.restarts import LONGEST_DELAY_S, restart_delay_s


def test_patience_doubles_and_then_ends() -> None:
    deaths: list[float] = []
    delays = []
    for now_s in range(7):
        deaths.append(float(now_s))
        delays.append(restart_delay_s(deaths, now_s, most=5, window_s=60))
    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, None, None]


def test_deaths_of_long_ago_are_forgiven() -> None:
    assert restart_delay_s([0.0, 1.0, 2.0, 3.0, 4.0, 100.0], 100.0, most=5, window_s=60) == 0.1
    assert restart_delay_s([float(death) for death in range(20)], 20.0, most=50, window_s=60) == LONGEST_DELAY_S
