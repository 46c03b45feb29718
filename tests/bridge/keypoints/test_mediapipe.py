from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.errors import InputInvalid, NotFinite, UnitInvalid, UsageError
from bridge.frames import Motion
from bridge.keypoints.found import Told
from bridge.keypoints.load import find_keypoints, load_keypoints
from bridge.keypoints.mediapipe import write_landmarks
from tests.bridge.keypoints.conftest import seen_by

SIZE = Told(size_px=(200, 100))


def landmarks(x: float = 0.5, count: int = 33) -> list[dict[str, float]]:
    return [{"x": x, "y": number / 40, "z": -0.1, "visibility": 0.75} for number in range(count)]


def written(tmp_path: Path, content: Any) -> Path:
    (tmp_path / "seen.json").write_text(json.dumps(content))
    return tmp_path / "seen.json"


def test_what_is_written_is_read(tmp_path: Path, walk: Motion) -> None:
    clip = seen_by("mediapipe", walk)
    write_landmarks(tmp_path / "walk.json", clip)
    read = load_keypoints(tmp_path / "walk.json")
    assert (read.detector, read.rate_hz, read.size_px) == ("mediapipe", 30.0, (1920, 1080))
    np.testing.assert_allclose(read.confidence, clip.confidence, atol=6e-5)
    np.testing.assert_allclose(read.points_px, np.where(clip.confidence[..., None] > 0, clip.points_px, 0), atol=2e-3)


@pytest.mark.parametrize("frames", [
    [landmarks(), [], None, landmarks(0.6)],
    [{"landmarks": landmarks()}, {"landmarks": []}, {"landmarks": None}, {"landmarks": landmarks(0.6)}],
    {"frames": [{"pose_landmarks": [landmarks()]}, {"pose_landmarks": []}, {}, {"pose_landmarks": landmarks(0.6)}]},
    [[list(one.values()) for one in landmarks()], [], [], [list(one.values()) for one in landmarks(0.6)]],
])
def test_all_the_ways_in_which_people_write_them(tmp_path: Path, frames: Any) -> None:
    (person,) = find_keypoints(written(tmp_path, frames), SIZE).people
    np.testing.assert_allclose(person[:, 4], [[100, 10, 0.75], [0, 0, 0], [0, 0, 0], [120, 10, 0.75]])


def test_a_picture_s_size_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--size WIDTHxHEIGHT"):
        find_keypoints(written(tmp_path, [landmarks()]))


@pytest.mark.parametrize(("content", "said"), [
    ([landmarks(), landmarks(count=32)], "frame 2 has 32 landmarks, not 33"),
    ([[*landmarks(count=32), {"x": 1}]], "frame 1: landmark 32 is .* an object with x, y"),
    ([[*landmarks(count=32), {"x": "a", "y": 0}]], "frame 1 is .*; 99 numbers are allowed"),
    ([landmarks(400.0)], "frame 1 reaches 400; landmarks are shares of the picture"),
    ({"frames": []}, "no frames"),
    ([7, 8], "none of the keypoints that are read"),
])
def test_a_broken_file_says_where_and_what_is_allowed(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(InputInvalid, match=f"seen.json.*{said}"):
        find_keypoints(written(tmp_path, content), SIZE)


def test_a_rate_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnitInvalid, match="fps is 0 Hz"):
        find_keypoints(written(tmp_path, {"fps": 0, "frames": [landmarks()]}), SIZE)


def test_nan_is_a_landmark_that_was_not_seen(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    gone = landmarks()
    gone[4]["x"] = gone[5]["visibility"] = float("nan")
    (person,) = find_keypoints(written(tmp_path, [landmarks(), gone]), SIZE).people
    assert (person[1, :, 2] == 0).nonzero()[0].tolist() == [4, 5] and not person[1, 4:6].any()
    np.testing.assert_allclose(person[0, 4], [100, 10, 0.75])
    assert "2 of 66 keypoints are NaN" in caplog.text
    with pytest.raises(NotFinite, match="every keypoint is NaN"):
        find_keypoints(written(tmp_path, [[{"x": None, "y": None}] * 33]), SIZE)
