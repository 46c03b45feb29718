"""The recent raw readings of one session, and the steady window of them that the engine solves.

Times are put on a line of our own that only rises: a client's clock may jump, back or ahead.
"""
from __future__ import annotations

import numpy as np

from bridge.engine.interface import WINDOW_FRAMES
from bridge.frames import SOLVER_RATE_HZ, TrackerClip, TrackerFrame
from bridge.resample import Times, sample_readings

KEPT = 1024  # readings: the window of a client at 1500 Hz
WINDOW_AT_S = np.arange(1 - WINDOW_FRAMES, 1) / SOLVER_RATE_HZ
BREAK_S = 1.0  # a longer step, ahead or back, is a new beginning and not a motion
_SMALLEST_STEP_S = 1e-3


class Readings:
    """Keeps the newest KEPT of them in arrays twice as long, so that adding one copies nothing most of the time."""

    def __init__(self, trackers: int) -> None:
        self._count = 0
        self._newest_ns = 0
        self._times_s: Times = np.zeros(2 * KEPT)
        self._positions_m = np.zeros((2 * KEPT, trackers, 3), dtype=np.float32)
        self._rotations_xyzw = np.zeros((2 * KEPT, trackers, 4), dtype=np.float32)
        self._position_valid = np.zeros((2 * KEPT, trackers), dtype=np.bool_)
        self._rotation_valid = np.zeros((2 * KEPT, trackers), dtype=np.bool_)

    def __len__(self) -> int:
        return self._count

    def add(self, frame: TrackerFrame, since_last_s: float) -> None:
        """`since_last_s`: by our own clock, for the case that the client's went back."""
        step_s = (frame.time_ns - self._newest_ns) / 1e9
        self._newest_ns = frame.time_ns
        if self._count and abs(step_s) > BREAK_S:
            self._count = 0
        elif step_s <= 0:
            step_s = float(np.clip(since_last_s, _SMALLEST_STEP_S, BREAK_S))
        time_s = self._times_s[self._count - 1] + step_s if self._count else 0.0
        self._make_room()
        row = self._count
        self._times_s[row] = time_s
        self._positions_m[row] = frame.positions_m
        self._rotations_xyzw[row] = frame.rotations_xyzw
        self._position_valid[row] = frame.position_valid
        self._rotation_valid[row] = frame.rotation_valid
        self._count += 1

    def window(self) -> TrackerClip:
        """WINDOW_FRAMES readings at 60 Hz ending at the newest; before the first one, the first one held."""
        last_s = self._times_s[self._count - 1]
        first = int(np.searchsorted(self._times_s[: self._count], last_s + WINDOW_AT_S[0], side="right")) - 1
        rows = slice(max(first, 0), self._count)
        raw = TrackerClip(SOLVER_RATE_HZ, self._positions_m[rows], self._rotations_xyzw[rows],
                          self._position_valid[rows], self._rotation_valid[rows])
        return sample_readings(raw, self._times_s[rows] - last_s, WINDOW_AT_S)

    def _make_room(self) -> None:
        if self._count < 2 * KEPT:
            return
        for array in (self._times_s, self._positions_m, self._rotations_xyzw, self._position_valid,
                      self._rotation_valid):
            array[:KEPT] = array[KEPT:].copy()
        self._count = KEPT
