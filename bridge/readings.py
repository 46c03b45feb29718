"""The recent raw readings of one session, and the steady windows of them that the engine solves.

Times are put on a line of our own that only rises: a client's clock may jump, back or ahead.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bridge.engine.interface import WINDOW_FRAMES
from bridge.frames import SOLVER_RATE_HZ, TrackerClip, TrackerFrame
from bridge.resample import Times, sample_readings

KEPT = 1024  # readings: the window of a client at 1500 Hz
WINDOW_AT_S = np.arange(1 - WINDOW_FRAMES, 1) / SOLVER_RATE_HZ
BREAK_S = 1.0  # a longer step, ahead or back, is a new beginning and not a motion
STEADY_S = 2e-4  # a client that is on the grid to within this needs no resampling
FIELDS = ("positions_m", "rotations_xyzw", "position_valid", "rotation_valid")
APART_S = 10.0  # more than a window and a step before it
_SMALLEST_STEP_S = 1e-3


class Readings:
    """Keeps the newest KEPT of them in arrays twice as long, so that adding one mostly copies nothing else."""

    def __init__(self, trackers: int) -> None:
        self._count = 0
        self._newest_ns: int | None = None
        self.newest_s = 0.0
        self._times_s: Times = np.zeros(2 * KEPT)
        self._positions_m = np.zeros((2 * KEPT, trackers, 3), dtype=np.float32)
        self._rotations_xyzw = np.zeros((2 * KEPT, trackers, 4), dtype=np.float32)
        self._position_valid = np.zeros((2 * KEPT, trackers), dtype=np.bool_)
        self._rotation_valid = np.zeros((2 * KEPT, trackers), dtype=np.bool_)

    def __len__(self) -> int:
        return self._count

    def add(self, frame: TrackerFrame, since_last_s: float) -> None:
        """`since_last_s`: by our own clock, for the case that the client's went back."""
        self.newest_s += self._step_s(frame.time_ns, since_last_s)
        self._make_room()
        row = self._count
        self._times_s[row] = self.newest_s
        self._positions_m[row] = frame.positions_m
        self._rotations_xyzw[row] = frame.rotations_xyzw
        self._position_valid[row] = frame.position_valid
        self._rotation_valid[row] = frame.rotation_valid
        self._count += 1

    def window(self) -> TrackerClip:
        """WINDOW_FRAMES readings at 60 Hz ending at the newest; before the first one, the first one held."""
        return windows_of([self])[0]

    @property
    def trackers(self) -> int:
        return self._positions_m.shape[1]

    def recent(self) -> tuple[TrackerClip, Times]:
        """What a window is made of: the raw readings, and their times before the newest. Both are overwritten later."""
        start_s = self.newest_s + WINDOW_AT_S[0] + STEADY_S
        first = int(self._times_s[: self._count].searchsorted(start_s, side="right")) - 1
        rows = slice(max(first, 0), self._count)
        return self._rows(rows), self._times_s[rows] - self.newest_s

    def _step_s(self, time_ns: int, since_last_s: float) -> float:
        """From the last reading to this one; a break forgets what was before it."""
        step_s = 0.0 if self._newest_ns is None else (time_ns - self._newest_ns) / 1e9
        self._newest_ns = time_ns
        if abs(step_s) > BREAK_S:
            self._count = 0
            return abs(step_s)
        return step_s if step_s > 0 else min(max(since_last_s, _SMALLEST_STEP_S), BREAK_S)

    def _rows(self, rows: slice) -> TrackerClip:
        return TrackerClip(SOLVER_RATE_HZ, self._positions_m[rows], self._rotations_xyzw[rows],
                           self._position_valid[rows], self._rotation_valid[rows])

    def _make_room(self) -> None:
        if self._count < 2 * KEPT:
            return
        for array in (self._times_s, self._positions_m, self._rotations_xyzw, self._position_valid,
                      self._rotation_valid):
            array[:KEPT] = array[KEPT:].copy()
        self._count = KEPT


def windows_of(several: Sequence[Readings]) -> tuple[TrackerClip, ...]:
    """The window of each. Those on the grid are their readings themselves; the others are resampled together, all that
    have as many trackers at once, since numpy takes its time for each call."""
    windows: dict[int, TrackerClip] = {}
    uneven: dict[int, list[tuple[int, TrackerClip, Times]]] = {}
    for index, readings in enumerate(several):
        raw, times_s = readings.recent()
        if len(raw) == WINDOW_FRAMES and np.abs(times_s - WINDOW_AT_S).max() < STEADY_S:
            windows[index] = raw
        else:
            uneven.setdefault(readings.trackers, []).append((index, raw, times_s))
    for group in uneven.values():
        indices, raws, times = zip(*group, strict=True)
        windows.update(zip(indices, _resampled(raws, times), strict=True))
    return tuple(windows[index] for index in range(len(several)))


def _resampled(raws: Sequence[TrackerClip], times: Sequence[Times]) -> Iterator[TrackerClip]:
    """Several one after the other on one line of time, each so far from the next that no window reaches over."""
    if len(raws) == 1:
        yield sample_readings(raws[0], times[0], np.maximum(WINDOW_AT_S, times[0][0]))
        return
    starts_s = APART_S * np.arange(len(raws))
    line_s = np.repeat(starts_s, [len(times_s) for times_s in times]) + np.concatenate(times)
    held_from_s = np.array([times_s[0] for times_s in times])
    at_s = starts_s[:, None] + np.maximum(WINDOW_AT_S, held_from_s[:, None])  # (sessions, WINDOW_FRAMES)
    joined = TrackerClip(SOLVER_RATE_HZ, *(np.concatenate([getattr(raw, name) for raw in raws]) for name in FIELDS))
    sampled = sample_readings(joined, line_s, at_s.ravel())
    fields = [getattr(sampled, name) for name in FIELDS]
    for own in zip(*(field.reshape(len(raws), WINDOW_FRAMES, *field.shape[1:]) for field in fields), strict=True):
        yield TrackerClip(SOLVER_RATE_HZ, *own)
