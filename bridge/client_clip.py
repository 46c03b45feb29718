"""The parts of a solved clip, put together on the client's side."""
from __future__ import annotations

import numpy as np

from bridge.errors import DaemonRefused
from bridge.frames import Motion, Skeleton
from bridge.replies import ClipSolved


class GatheredClip:
    """Takes parts in order until all frames are there."""

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._parts: list[ClipSolved] = []
        self._have = 0

    @property
    def whole(self) -> bool:
        return self._have == self._frames

    def add(self, part: ClipSolved) -> None:
        """DaemonRefused for a part that is not the next one."""
        if part.first_frame != self._have or part.frames_total != self._frames:
            raise DaemonRefused(f"the daemon sent frame {part.first_frame} of {part.frames_total}, "
                                f"not {self._have} of {self._frames}")
        self._parts.append(part)
        self._have += len(part.root_position_m)

    def motion(self, skeleton: Skeleton, rate_hz: float) -> Motion:
        return Motion(
            skeleton,
            rate_hz,
            np.concatenate([part.root_position_m for part in self._parts]),
            np.concatenate([part.local_xyzw for part in self._parts]),
            np.concatenate([part.confidence for part in self._parts]),
        )
