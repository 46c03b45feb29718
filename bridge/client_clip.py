"""The parts of a solved clip, put together on the client's side."""
from __future__ import annotations

import numpy as np

from bridge.errors import DaemonRefused
from bridge.frames import JOINT_COUNT, Motion, Skeleton
from bridge.replies import ClipSolved


class GatheredClip:
    """Takes parts in order until all frames are there. Each is put in its place at once: a clip is held once."""

    def __init__(self, frames: int) -> None:
        self._frames, self._have = frames, 0
        self._root_position_m = np.empty((frames, 3), np.float32)
        self._local_xyzw = np.empty((frames, JOINT_COUNT, 4), np.float32)
        self._confidence = np.empty((frames, JOINT_COUNT), np.float32)

    @property
    def whole(self) -> bool:
        return self._have == self._frames

    def add(self, part: ClipSolved) -> None:
        """DaemonRefused for a part that is not the next one."""
        stop = self._have + len(part.root_position_m)
        if part.first_frame != self._have or part.frames_total != self._frames or stop > self._frames:
            raise DaemonRefused(f"the daemon sent frame {part.first_frame} of {part.frames_total}, "
                                f"not {self._have} of {self._frames}")
        rows = slice(self._have, stop)
        self._root_position_m[rows] = part.root_position_m
        self._local_xyzw[rows] = part.local_xyzw
        self._confidence[rows] = part.confidence
        self._have = stop

    def motion(self, skeleton: Skeleton, rate_hz: float) -> Motion:
        return Motion(skeleton, rate_hz, self._root_position_m, self._local_xyzw, self._confidence)
