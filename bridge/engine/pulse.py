"""The engine's heartbeat, from a thread beside the one that solves: it tells a process that computes from one that does
nothing, and comes no faster than this process is let run."""
from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from bridge.engine.orders import Beat

BEAT_S = 0.25


class Pulse:
    """Beats while its context lasts, which the thread that solves enters."""

    def __init__(
        self, steps: Callable[[], int], report: Callable[[Beat], None], beside_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        """`beside_s`: the CPU seconds of those that solve beside that thread."""
        self._steps, self._report, self._beside_s = steps, report, beside_s
        self._cpu_s = cpu_clock(threading.get_ident())
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="engine-pulse", daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(1.0)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            try:
                self._report(Beat(self._steps(), self._cpu_s() + self._beside_s()))
            except OSError:  # the connection, or the thread that solves, is gone
                return


def cpu_clock(thread: int) -> Callable[[], float]:
    """The CPU seconds of a thread; of the whole process where the system has no such clock."""
    if hasattr(time, "pthread_getcpuclockid"):
        clock: int = time.pthread_getcpuclockid(thread)
        return lambda: time.clock_gettime(clock)
    return time.process_time
