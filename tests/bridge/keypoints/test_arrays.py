from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.errors import InputInvalid, NotFinite, PoseBridgeError, UnitInvalid
from bridge.frames import Motion
from bridge.keypoints.arrays import write_bare, write_keypoints
from bridge.keypoints.found import Told
from bridge.keypoints.load import find_keypoints, is_keypoints, load_keypoints
from tests.bridge.keypoints.conftest import seen_by


@pytest.mark.parametrize("detector", ["coco", "openpose", "mediapipe", "h36m", "smpl22"])
def test_ours_says_all_about_itself(tmp_path: Path, walk: Motion, detector: str) -> None:
    for clip in (seen_by(detector, walk), replace(seen_by(detector, walk), size_px=None)):
        write_keypoints(tmp_path / "walk.npz", clip)
        assert is_keypoints(tmp_path / "walk.npz")
        read = load_keypoints(tmp_path / "walk.npz")
        np.testing.assert_array_equal(read.points_px, clip.points_px)
        np.testing.assert_array_equal(read.confidence, clip.confidence)
        assert (read.detector, read.rate_hz, read.size_px, read.name) == (
            detector, clip.rate_hz, clip.size_px, clip.name)


def test_bare_ones_are_known_by_their_count(tmp_path: Path, walk: Motion) -> None:
    clip = seen_by("h36m", walk)
    write_bare(tmp_path / "walk.npz", clip)
    read = load_keypoints(tmp_path / "walk.npz", Told(30.0))
    assert read.detector == "h36m" and read.name == "walk"
    np.testing.assert_array_equal(read.points_px, clip.points_px)
    assert load_keypoints(tmp_path / "walk.npz", Told(30.0, detector="coco")).detector == "coco"


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_without_confidence_all_are_sure_but_nan(tmp_path: Path, suffix: str) -> None:
    values = np.full((5, 17, 2), 7.0)
    values[2, 3] = np.nan
    path = tmp_path / f"seen{suffix}"
    np.save(path, values) if suffix == ".npy" else np.savez(path, keypoints_2d=values)
    clip = load_keypoints(path, Told(25.0))
    assert clip.confidence[2, 3] == 0 and clip.confidence.sum() == 5 * 17 - 1
    assert np.isfinite(clip.points_px).all()


@pytest.mark.parametrize(("values", "said"), [
    (np.zeros((5, 16, 2)), r"has 16 keypoints a frame; allowed are 17 of coco"),
    (np.zeros((5, 17)), r"shape \(5, 17\); numbers"),
    (np.zeros((0, 17, 2)), r"shape \(0, 17, 2\)"),
    (np.zeros((5, 17, 2), dtype="<U3"), "numbers"),
    (np.full((5, 17, 2), 1e9), r"reaches pixel 1e\+09"),
    (np.zeros((5, 17, 3)), "nobody is seen"),
])
def test_bare_ones_that_are_none_are_refused(tmp_path: Path, values: np.ndarray, said: str) -> None:
    np.save(tmp_path / "seen.npy", values)
    with pytest.raises(InputInvalid, match=f"seen.npy.*{said}"):
        load_keypoints(tmp_path / "seen.npy", Told(30.0))


def test_infinity_and_pickles_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "seen.npy", np.full((5, 17, 2), np.inf))
    with pytest.raises(NotFinite):
        find_keypoints(tmp_path / "seen.npy")
    np.save(tmp_path / "seen.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputInvalid, match="not a NumPy array"):
        find_keypoints(tmp_path / "seen.npy")


@pytest.mark.parametrize(("name", "value", "error", "said"), [
    ("keypoints_format", 2, InputInvalid, "keypoints_format 2; this version reads 1"),
    ("detector", "dlib", InputInvalid, "keypoints of 'dlib'; allowed are coco"),
    ("rate_hz", 0.0, UnitInvalid, "1 to 1000 Hz is allowed"),
    ("confidence", np.zeros((40, 3)), InputInvalid, "confidence has 120 numbers, not 680"),
    ("points_px", np.full((40, 17, 2), np.nan), NotFinite, "points_px holds NaN"),
    ("size_px", [3, 3], UnitInvalid, "16 to 32768"),
])
def test_ours_is_checked(
    tmp_path: Path, walk: Motion, name: str, value: Any, error: type[PoseBridgeError], said: str
) -> None:
    write_keypoints(tmp_path / "walk.npz", seen_by("coco", walk))
    with np.load(tmp_path / "walk.npz") as whole:
        np.savez(tmp_path / "changed.npz", **{**whole, name: value})
    with pytest.raises(error, match=f"changed.npz.*{said}"):
        find_keypoints(tmp_path / "changed.npz")
