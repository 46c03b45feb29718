"""Windows and poses of many sessions as a few long arrays: thousands of small ones take longer than to solve them.

Either is a sequence of the small ones, which are made when they are asked for.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from bridge.engine.interface import WINDOW_FRAMES, LivePose
from bridge.frames import JOINT_COUNT, SOLVER_RATE_HZ, Floats, TrackerClip

WIDTHS: dict[str, tuple[int, ...]] = {
    "positions_m": (3,), "rotations_xyzw": (4,), "position_valid": (), "rotation_valid": ()}
CONFIDENCE, MEASURED = 3 + 4 * JOINT_COUNT, 3 + 5 * JOINT_COUNT  # where they begin in a row of a pose
POSE_WIDTH = 3 + 6 * JOINT_COUNT


@dataclass(frozen=True, eq=False)
class PackedWindows(Sequence[TrackerClip]):
    """Live windows one after the other, reading by reading."""

    trackers: tuple[int, ...]  # of each window
    readings: Mapping[str, NDArray[Any]]  # by the names of WIDTHS: (sum of WINDOW_FRAMES x trackers, width)

    @staticmethod
    def of(windows: Sequence[TrackerClip]) -> PackedWindows:
        """Of windows of any kind; of packed ones, they themselves."""
        if isinstance(windows, PackedWindows):
            return windows
        readings = {name: np.concatenate([getattr(window, name).reshape(-1, *width) for window in windows])
                    for name, width in WIDTHS.items()} if windows else {}
        return PackedWindows(tuple(window.positions_m.shape[1] for window in windows), readings)

    def __len__(self) -> int:
        return len(self.trackers)

    @overload
    def __getitem__(self, index: int) -> TrackerClip: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TrackerClip]: ...
    def __getitem__(self, index: int | slice) -> TrackerClip | Sequence[TrackerClip]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        start, trackers = WINDOW_FRAMES * sum(self.trackers[:index]), self.trackers[index]
        return self._window(start, trackers)

    def __iter__(self) -> Iterator[TrackerClip]:
        start = 0
        for trackers in self.trackers:
            yield self._window(start, trackers)
            start += WINDOW_FRAMES * trackers

    def stacked(self, which: NDArray[np.intp] | None = None) -> tuple[NDArray[Any], ...]:
        """Windows of as many trackers each, all or those: arrays (N, WINDOW_FRAMES, trackers, ...) in WIDTHS' order."""
        if len(set(self.trackers)) == 1:
            whole = tuple(values.reshape(-1, WINDOW_FRAMES, self.trackers[0], *WIDTHS[name])
                          for name, values in ((name, self.readings[name]) for name in WIDTHS))
            return whole if which is None else tuple(values[which] for values in whole)
        some = [self[int(index)] for index in (range(len(self)) if which is None else which)]
        return tuple(np.stack([getattr(window, name) for window in some]) for name in WIDTHS)

    def _window(self, start: int, trackers: int) -> TrackerClip:
        rows, shape = slice(start, start + WINDOW_FRAMES * trackers), (WINDOW_FRAMES, trackers)
        return TrackerClip(SOLVER_RATE_HZ, **{
            name: self.readings[name][rows].reshape(*shape, *width) for name, width in WIDTHS.items()})


@dataclass(frozen=True, eq=False)
class PackedPoses(Sequence[LivePose]):
    """Poses as rows: root, local rotations, confidence, and whether each joint was measured."""

    rows: Floats  # (N, POSE_WIDTH)

    @staticmethod
    def of(poses: Sequence[LivePose]) -> PackedPoses:
        """Of poses of any kind; of packed ones, they themselves."""
        if isinstance(poses, PackedPoses):
            return poses
        rows = np.empty((len(poses), POSE_WIDTH), dtype=np.float32)
        for row, pose in zip(rows, poses, strict=True):
            row[:3] = pose.root_position_m
            row[3:CONFIDENCE] = pose.local_xyzw.reshape(-1)
            row[CONFIDENCE:MEASURED] = pose.confidence
            row[MEASURED:] = pose.measured
        return PackedPoses(rows)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> LivePose: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[LivePose]: ...
    def __getitem__(self, index: int | slice) -> LivePose | Sequence[LivePose]:
        if isinstance(index, slice):
            return PackedPoses(self.rows[index])
        row = self.rows[index]
        return LivePose(
            row[:3], row[3:CONFIDENCE].reshape(JOINT_COUNT, 4), row[CONFIDENCE:MEASURED], row[MEASURED:] > 0)
