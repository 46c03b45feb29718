from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bridge.errors import InputInvalid, NotFinite
from bridge.frames import Motion
from bridge.keypoints.found import Told
from bridge.keypoints.load import load_keypoints
from bridge.keypoints.openpose import is_openpose, read_openpose, write_openpose
from tests.bridge.keypoints.conftest import seen_by


def frame(folder: Path, number: int, *people: list[float]) -> Path:
    path = folder / f"take_{number:012d}_keypoints.json"
    path.write_text(json.dumps({"version": 1.3, "people": [{"pose_keypoints_2d": one} for one in people]}))
    return path


def somebody(x: float, size: float = 100.0, sure: float = 0.8) -> list[float]:
    """25 keypoints in a column at x."""
    return [value for row in range(25) for value in (x, 50 + size * row / 24, sure)]


def test_what_is_written_is_read(tmp_path: Path, walk: Motion) -> None:
    clip = seen_by("openpose", walk)
    write_openpose(tmp_path / "walk", clip)
    assert is_openpose(tmp_path / "walk")
    read = load_keypoints(tmp_path / "walk", Told(rate_hz=30.0, size_px=(1920, 1080)))
    assert (read.detector, read.rate_hz, read.size_px, read.name) == ("openpose", 30.0, (1920, 1080), "walk")
    np.testing.assert_allclose(read.confidence, clip.confidence, atol=6e-4)
    np.testing.assert_allclose(read.points_px, np.where(clip.confidence[..., None] > 0, clip.points_px, 0), atol=6e-4)


def test_numbers_that_are_missing_are_frames_without_keypoints(tmp_path: Path) -> None:
    for number in (7, 8, 11):
        frame(tmp_path, number, somebody(100.0 + number))
    found = read_openpose(tmp_path, Told())
    assert (found.people[0][..., 2] > 0).all(-1).tolist() == [True, True, False, False, True]
    assert found.people[0][4, 0, 0] == 111 and found.name == "take"


def test_who_is_largest_for_longest_comes_first(tmp_path: Path) -> None:
    for number in range(10):
        frame(tmp_path, number, somebody(500.0 - number, 40), *([somebody(100.0 + number, 150)] * (number < 8)))
    found = read_openpose(tmp_path, Told())
    assert [person[0, 0, 0] for person in found.people] == [100, 500]
    assert load_keypoints(tmp_path, Told(30.0, person=2)).points_px[9, 0, 0] == 491


@pytest.mark.parametrize(("text", "said"), [
    ("{", "not JSON"),
    ('{"version": 1.3}', 'no list "people"'),
    ('{"people": [{}]}', 'person 1 has no list "pose_keypoints_2d"'),
    (json.dumps({"people": [{"pose_keypoints_2d": [1.0] * 54}]}), "COCO-18 keypoints; BODY_25"),
    (json.dumps({"people": [{"pose_keypoints_2d": [1.0] * 74}]}), "has 74 numbers, not 75"),
    (json.dumps({"people": [{"pose_keypoints_2d": ["x"] * 75}]}), "75 numbers are allowed"),
    (json.dumps({"people": [{"pose_keypoints_2d": [1e9] * 75}]}), "at most 1e\\+06 is allowed"),
])
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    frame(tmp_path, 0, somebody(1.0))
    (tmp_path / "take_000000000001_keypoints.json").write_text(text)
    with pytest.raises(InputInvalid, match=f"take_000000000001_keypoints.json.*{said}"):
        read_openpose(tmp_path, Told())


def test_nan_is_a_keypoint_that_was_not_seen_and_they_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    frame(tmp_path, 0, somebody(100.0))
    frame(tmp_path, 1, [float("nan"), *somebody(100.0)[1:5], float("nan"), *somebody(100.0)[6:]])
    found = read_openpose(tmp_path, Told())
    assert (found.people[0][1, :, 2] == 0).nonzero()[0].tolist() == [0, 1] and not found.people[0][1, :2].any()
    assert found.people[0][0].all() and found.people[0][1, 2:].all()
    (said,) = caplog.messages
    assert str(tmp_path) in said and "2 of 50 keypoints are NaN" in said


def test_nan_alone_is_refused_and_so_is_infinity(tmp_path: Path) -> None:
    frame(tmp_path, 0, [float("nan")] * 75)
    with pytest.raises(NotFinite, match="every keypoint is NaN"):
        read_openpose(tmp_path, Told())
    frame(tmp_path, 1, [float("inf"), *somebody(1.0)[1:]])
    with pytest.raises(NotFinite, match=r"take_000000000001_keypoints\.json: person 1.*infinity"):
        read_openpose(tmp_path, Told())


def test_two_videos_in_one_folder_are_refused(tmp_path: Path) -> None:
    frame(tmp_path, 0, somebody(1.0)).rename(tmp_path / "other_000000000000_keypoints.json")
    frame(tmp_path, 0, somebody(1.0))
    with pytest.raises(InputInvalid, match="2 videos"):
        read_openpose(tmp_path, Told())


def test_numbers_of_no_video_are_refused(tmp_path: Path) -> None:
    for number in (0, 10**9):
        frame(tmp_path, number, somebody(1.0))
    with pytest.raises(InputInvalid, match="not the frames of one video"):
        read_openpose(tmp_path, Told())


def test_one_file_alone_is_one_frame(tmp_path: Path) -> None:
    clip = load_keypoints(frame(tmp_path, 5, somebody(9.0)), Told(30.0))
    assert len(clip) == 1 and clip.points_px[0, 0, 0] == 9
