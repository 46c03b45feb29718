"""What a detector found of one person in a video. Plain numpy: readers make it, `posebridge lift` takes it."""
from __future__ import annotations

from dataclasses import dataclass

from bridge.frames import Floats


@dataclass(frozen=True)
class KeypointClip:
    """K keypoints in T frames."""

    detector: str  # whose keypoints, in whose order: a name of detectors.py
    points_px: Floats  # (T, K, 2) pixels right and down from the picture's upper left corner
    confidence: Floats  # (T, K) in [0, 1]; zero: not seen
    rate_hz: float
    size_px: tuple[int, int] | None  # width and height of the picture, where the file says
    name: str = ""

    def __len__(self) -> int:
        return len(self.points_px)
