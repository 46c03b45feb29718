from __future__ import annotations

import queue

from bridge.engine.orders import Beat
from bridge.engine.pulse import Pulse


def test_a_beat_tells_computing_from_waiting() -> None:
    beats: queue.Queue[Beat] = queue.Queue()
    with Pulse(lambda: 7, beats.put):
        first = beats.get(timeout=20)
        second = beats.get(timeout=20)  # this thread waited meanwhile
        spun = beats.qsize()
        while beats.qsize() == spun:
            pass
        third = [beats.get() for _ in range(spun + 1)][-1]
    assert second.cpu_s - first.cpu_s < 0.001 < 0.01 < third.cpu_s - second.cpu_s
    assert {first.steps, second.steps, third.steps} == {7}
