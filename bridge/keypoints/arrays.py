"""Keypoints as arrays: our own .npz, which says all about itself, and bare ones, (T, K, 2) or, with confidence,
(T, K, 3), in a .npy or a .npz, as they are handed about for Human3.6M-17. Whose K keypoints they are is known by their
number, or told; NaN is a keypoint that was not seen.

Ours has `keypoints_format` 1, `detector`, `points_px` (T, K, 2), `confidence` (T, K), `rate_hz`, `size_px` (2, zeros
where unknown) and `name`.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.capture.npz_file import BROKEN, npz_keys, read_arrays
from bridge.errors import InputInvalid, InputMissing
from bridge.export.atomic import replacing
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.found import FARTHEST_PX, MOST_FRAMES, Found, Numbers, Told, numbers, rate_of, size_of
from bridge.keypoints.scaled import as_pixels

FORMAT = 1
KEYS = ("keypoints_format", "detector", "points_px", "confidence", "rate_hz", "size_px", "name")
NAMES = ("keypoints", "keypoints_2d", "positions_2d", "poses_2d", "pose_2d", "joints_2d")  # of bare arrays
BY_COUNT = {17: "h36m", 25: "openpose", 33: "mediapipe", 22: "smpl22"}


def is_keypoints(keys: frozenset[str]) -> bool:
    """Whether a .npz with these arrays holds keypoints, ours or bare ones."""
    return "keypoints_format" in keys or any(name in keys for name in NAMES)


def read_npz(path: Path, told: Told) -> Found:
    """Raises InputMissing, InputInvalid, NotFinite."""
    keys = npz_keys(path)
    if "keypoints_format" in keys:
        return _ours(path)
    name = next((name for name in NAMES if name in keys), None)
    if name is None:
        raise InputInvalid(f"{path}: holds {', '.join(sorted(keys)[:5])}; one of {', '.join(NAMES)} is allowed")
    return _bare(read_arrays(path, [name])[name], f"{path}: {name}", path.stem, told)


def read_npy(path: Path, told: Told) -> Found:
    """Raises InputMissing, InputInvalid, NotFinite."""
    if not path.is_file():
        raise InputMissing(f"{path}: no such file")
    try:
        values = np.load(path, allow_pickle=False)
    except BROKEN as error:
        raise InputInvalid(f"{path}: not a NumPy array ({error})") from error
    return _bare(values, str(path), path.stem, told)


def write_keypoints(path: Path, clip: KeypointClip) -> None:
    """Our own file."""
    arrays = {"keypoints_format": np.array(FORMAT), "detector": np.array(clip.detector), "points_px": clip.points_px,
              "confidence": clip.confidence, "rate_hz": np.array(clip.rate_hz),
              "size_px": np.array(clip.size_px or (0, 0)), "name": np.array(clip.name)}
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def write_bare(path: Path, clip: KeypointClip) -> None:
    """(T, K, 3) as `keypoints`, confidence last."""
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        rows = np.concatenate([clip.points_px, clip.confidence[..., None]], -1)
        np.savez_compressed(file, allow_pickle=False, keypoints=rows)


def _ours(path: Path) -> Found:
    arrays = read_arrays(path, KEYS)
    version, detector = arrays["keypoints_format"], str(arrays["detector"])
    if version.shape or version != FORMAT:
        raise InputInvalid(f"{path}: keypoints_format {version}; this version reads {FORMAT}")
    if detector not in DETECTORS:
        raise InputInvalid(f"{path}: keypoints of {detector!r}; allowed are {', '.join(DETECTORS)}")
    frames = len(arrays["confidence"]) if arrays["confidence"].ndim else 0
    shape = (frames, len(DETECTORS[detector]))
    points = numbers(arrays["points_px"], (*shape, 2), f"{path}: points_px")
    sure = numbers(arrays["confidence"], shape, f"{path}: confidence")
    size = numbers(arrays["size_px"], (2,), f"{path}: size_px")
    people = np.concatenate([points, sure[..., None].clip(0, 1)], -1)
    _check(people, str(path))
    return Found(detector, (people,), rate_of(arrays["rate_hz"], f"{path}: rate_hz"),
                 size_of(size[0], size[1], f"{path}: size_px") if size.any() else None, str(arrays["name"]))


def _bare(values: NDArray[Any], where: str, name: str, told: Told) -> Found:
    if values.dtype.kind not in "fiu" or values.ndim != 3 or values.shape[-1] not in (2, 3) or not len(values):
        raise InputInvalid(f"{where} is {values.dtype} of shape {values.shape}; numbers (T, K, 2) or (T, K, 3), pixels "
                           "and confidence, are allowed")
    count = values.shape[1]
    detector = told.detector or BY_COUNT.get(count)
    if detector is None or len(DETECTORS[detector]) != count:
        allowed = ", ".join(f"{len(each)} of {each.name}" for each in DETECTORS.values())
        raise InputInvalid(f"{where} has {count} keypoints a frame; allowed are {allowed} (--detector says whose)")
    people = np.ones((*values.shape[:2], 3))
    people[..., : values.shape[-1]] = values
    gone = np.isnan(people).any(-1)
    people[gone] = 0
    people[..., 2] = people[..., 2].clip(0, 1)
    _check(people, where)
    (people,) = as_pixels([people], told.size_px, Path(where))
    return Found(detector, (people,), name=name)


def _check(people: Numbers, where: str) -> None:
    numbers(people, people.shape, where)
    if np.abs(people[..., :2]).max(initial=0.0) > FARTHEST_PX:
        raise InputInvalid(f"{where} reaches pixel {np.abs(people[..., :2]).max():g}; {FARTHEST_PX:g} is the most")
    if not 1 <= len(people) <= MOST_FRAMES:
        raise InputInvalid(f"{where} has {len(people)} frames; 1 to {MOST_FRAMES} are allowed")
