"""What a detector's file holds, before one person is chosen, and the laws for its numbers."""
from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge import checks
from bridge.errors import InputInvalid, InputMissing, NotFinite

log = logging.getLogger(__name__)
Numbers = NDArray[np.float64]
RATES_HZ = (1.0, 1000.0)
SIZES_PX = (16, 32768)
MOST_FRAMES = 2_000_000
FARTHEST_PX = 1e6


@dataclass(frozen=True)
class Told:
    """What a user says of a file that the file itself may not; None: nothing."""

    rate_hz: float | None = None
    size_px: tuple[int, int] | None = None
    detector: str | None = None  # of detectors.DETECTORS: whose an array without names is
    person: int | None = None  # from one, by how large and how long they are seen
    default_rate_hz: float | None = None  # where neither the file nor the user says
    default_size_px: tuple[int, int] | None = None

    @property
    def usual_size_px(self) -> tuple[int, int] | None:
        """For a file that never says it."""
        return self.size_px or self.default_size_px


@dataclass(frozen=True)
class Found:
    """All people of one file, the one most seen first."""

    detector: str
    people: tuple[Numbers, ...]  # each (T, K, 3): pixels right and down, and confidence in [0, 1]
    rate_hz: float | None = None  # where the file says
    size_px: tuple[int, int] | None = None
    name: str = ""

    def __len__(self) -> int:
        return len(self.people[0])


def read_json(path: Path) -> Any:
    """Raises InputMissing, or InputInvalid with the line where it ceases to be JSON."""
    if not path.is_file():
        raise InputMissing(f"{path}: no such file")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputMissing(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise InputInvalid(f"{path}: not JSON: {error}") from None


def numbers(values: Any, shape: tuple[int, ...], where: str) -> Numbers:
    """Finite numbers of that shape, or InputInvalid or NotFinite, which say where."""
    array = _shaped(values, shape, where)
    if not np.isfinite(array).all():
        raise NotFinite(f"{where} holds NaN or infinity")
    return array


def points(values: Any, count: int, where: str) -> Numbers:
    """(K, 3) of x, y, confidence; all three NaN where one is, or null. Raises as `numbers` does, not for NaN."""
    array = _shaped(values, (count, 3), where)
    if np.isinf(array).any():
        raise NotFinite(f"{where} holds infinity")
    return np.where(np.isnan(array).any(-1, keepdims=True), np.nan, array)


def keypoints(values: Any, count: int, where: str) -> Numbers:
    """`points` of a flat list x, y, confidence, ... in pixels."""
    found = points(values, count, where)
    if (farthest := far(found)) > FARTHEST_PX:
        raise InputInvalid(f"{where} reaches pixel {farthest:g}; at most {FARTHEST_PX:g} is allowed")
    found[:, 2] = np.clip(found[:, 2], 0.0, 1.0)
    return found


def far(found: Numbers) -> float:
    """The largest x or y of (K, 3), either way; of NaN nothing is said."""
    return float(np.fmax.reduce(np.abs(found[:, :2]), axis=None, initial=0.0))


def seen_only(frames: Sequence[Sequence[Numbers]], path: Path) -> list[list[Numbers]]:
    """The same people (K, 3) in each frame, with zeros, not seen, for NaN: detectors written in Python leave it of what
    they could not find. A warning counts them; NotFinite where there is nothing else."""
    each = [one for people in frames for one in people]
    count, of = sum(int(_lost(one).sum()) for one in each), sum(map(len, each))
    if count and count == of:
        raise NotFinite(f"{path}: every keypoint is NaN")
    if count:
        log.warning("%s: %d of %d keypoints are NaN; they are taken as not seen", path, count, of)
    return [[np.where(_lost(one)[:, None], 0.0, one) for one in people] for people in frames]


def _lost(one: Numbers) -> NDArray[np.bool_]:
    """(K,) of (K, 3)."""
    return np.asarray(np.isnan(one).any(-1))


def _shaped(values: Any, shape: tuple[int, ...], where: str) -> Numbers:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        raise InputInvalid(f"{where} is {str(values)[:40]!r}; {np.prod(shape):.0f} numbers are allowed") from None
    if array.size != np.prod(shape):
        raise InputInvalid(f"{where} has {array.size} numbers, not {np.prod(shape):.0f}")
    return array.reshape(shape)


def size_of(width: Any, height: Any, where: str) -> tuple[int, int]:
    """A picture's width and height in pixels."""
    wide, high = (int(checks.between(float(numbers([side], (1,), where)[0]), *SIZES_PX, where, "pixels"))
                  for side in (width, height))
    return wide, high


def rate_of(value: Any, where: str) -> float:
    """Frames a second."""
    return checks.between(float(numbers([value], (1,), where)[0]), *RATES_HZ, where, "Hz")


def numbered(frames: Sequence[int], path: Path, what: str) -> int:
    """How many frames there are from the first to the last of these numbers. InputInvalid where they are no video's."""
    span = max(frames) - min(frames) + 1
    if span > MOST_FRAMES or span > 100 * len(set(frames)) + 1000:
        raise InputInvalid(f"{path}: {what} {min(frames)} to {max(frames)} of {len(set(frames))} pictures; these are "
                           "not the frames of one video")
    return span
