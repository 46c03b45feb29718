"""Keypoints that a detector left as shares of the picture, 0 to 1 or -1 to 1 (OpenPose's --keypoint_scale 3 and 4)."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bridge.errors import InputInvalid, UsageError
from bridge.keypoints.found import Numbers

LARGEST = 2.0  # a picture's widths; nobody is so small that all of them is within so many pixels


def as_pixels(
    parts: Sequence[Numbers], size_px: tuple[int, int] | None, path: Path, centred: bool = False
) -> list[Numbers]:
    """All of one file's keypoints, (..., K, 3) each, in pixels, whichever they were in.

    centred: whether shares of -1 to 1, from the picture's middle, are known to be possible. Raises UsageError for
    shares of a picture whose size nobody says, InputInvalid for those that no detector is known to leave.
    """
    seen = np.concatenate([part[part[..., 2] > 0, :2] for part in parts]) if parts else np.zeros((0, 2))
    if not len(seen) or not 0 < np.abs(seen).max() <= LARGEST:
        return list(parts)
    low, top = seen.min(), seen.max()
    if low < 0 and not centred:
        raise InputInvalid(f"{path}: keypoints from {low:.3g} to {top:.3g}; pixels are allowed, and shares of the "
                           "picture from 0 to 1")
    if size_px is None:
        raise UsageError(f"{path}: keypoints from {low:.3g} to {top:.3g} are shares of the picture, not pixels; "
                         "--size WIDTHxHEIGHT says of what")
    return [_scaled(part, size_px, low < 0) for part in parts]


def _scaled(part: Numbers, size_px: tuple[int, int], from_middle: bool) -> Numbers:
    shares = (part[..., :2] + 1) / 2 if from_middle else part[..., :2]
    return np.concatenate([shares * size_px * (part[..., 2:] > 0), part[..., 2:]], -1)
