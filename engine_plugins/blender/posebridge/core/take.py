"""Live poses kept with their times, and what they are as a motion at a steady rate."""
from __future__ import annotations

import numpy as np

from .live_link import Moment
from .motion import SolvedMotion
from .resample import between
from .rotations import Floats, continuous

LEAST = 2


class Take:
    """Of one body."""

    def __init__(self, offsets_m: Floats) -> None:
        self.offsets_m = offsets_m
        self._moments: list[Moment] = []

    def __len__(self) -> int:
        return len(self._moments)

    @property
    def duration_s(self) -> float:
        return (self._moments[-1].time_ns - self._moments[0].time_ns) / 1e9 if self._moments else 0.0

    def add(self, moment: Moment) -> None:
        """One that is not later than the one before is left out: another session's clock may begin anew."""
        if not self._moments or moment.time_ns > self._moments[-1].time_ns:
            self._moments.append(moment)

    def motion(self, rate_hz: float) -> SolvedMotion:
        """From the first pose to the last; ValueError where that is no time at all."""
        times_s = np.array([one.time_ns - self._moments[0].time_ns for one in self._moments]) / 1e9
        if len(times_s) < LEAST or times_s[-1] < 1 / rate_hz:
            raise ValueError(f"the take has {len(times_s)} poses: nothing to be kept")
        root = np.stack([one.root_m for one in self._moments])
        local = np.stack([one.local_xyzw for one in self._moments])
        at_s = np.arange(int(np.floor(times_s[-1] * rate_hz + 1e-6)) + 1) / rate_hz
        row = np.clip(np.searchsorted(times_s, at_s, side="right") - 1, 0, len(times_s) - 2)
        share = np.clip((at_s - times_s[row]) / (times_s[row + 1] - times_s[row]), 0, 1)
        root, local = between(root, local, row, share)
        return SolvedMotion(self.offsets_m, rate_hz, root, continuous(local))
