"""Clips cross the link in parts, so that a live tick never waits behind a long message."""
from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.engine.orders import ClipRows
from bridge.frames import JOINT_COUNT, Motion, Setup, TrackerClip
from bridge.replies import ClipSolved

ORDER_BYTES = 32_768  # of readings in one order: less than any socket's buffer
REPORT_FRAMES = 256  # of a solved clip in one report, about 116 kB


def rows_of(clip: TrackerClip, start: int, stop: int) -> TrackerClip:
    return TrackerClip(clip.rate_hz, clip.positions_m[start:stop], clip.rotations_xyzw[start:stop],
                       clip.position_valid[start:stop], clip.rotation_valid[start:stop])


def clip_orders(job: int, setup: Setup, clip: TrackerClip) -> Iterator[ClipRows]:
    """The orders that bring a clip to the engine."""
    step = max(1, ORDER_BYTES // (30 * len(setup.trackers)))
    for start in range(0, len(clip), step):
        yield ClipRows(job, setup, start, len(clip), rows_of(clip, start, start + step))


class ClipGathering:
    """Puts the rows of one job together; rows of another job begin anew."""

    def __init__(self) -> None:
        self._parts: list[ClipRows] = []

    def add(self, order: ClipRows) -> TrackerClip | None:
        """The whole clip, once its last row is there."""
        if order.first_frame == 0:
            self._parts = []
        self._parts.append(order)
        if order.first_frame + len(order.rows) < order.frames_total:
            return None
        rows = [part.rows for part in self._parts]
        self._parts = []
        return TrackerClip(
            order.rows.rate_hz,
            np.concatenate([part.positions_m for part in rows]),
            np.concatenate([part.rotations_xyzw for part in rows]),
            np.concatenate([part.position_valid for part in rows]),
            np.concatenate([part.rotation_valid for part in rows]),
        )


def solved_parts(motion: Motion) -> Iterator[ClipSolved]:
    """A solved clip in parts of REPORT_FRAMES."""
    confidence = motion.confidence
    if confidence is None:
        confidence = np.zeros((len(motion), JOINT_COUNT), dtype=np.float32)
    for start in range(0, len(motion), REPORT_FRAMES):
        part = slice(start, start + REPORT_FRAMES)
        yield ClipSolved(start, len(motion), motion.root_position_m[part], motion.local_xyzw[part], confidence[part])
