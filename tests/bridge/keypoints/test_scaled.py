"""Shares of the picture become the pixels they are of, for every detector that leaves them; nobody's are guessed at."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.errors import InputInvalid, UsageError
from bridge.frames import Motion
from bridge.keypoints.arrays import write_bare
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.coco import write_results
from bridge.keypoints.found import Told
from bridge.keypoints.load import find_keypoints, load_keypoints
from bridge.keypoints.openpose import write_openpose
from bridge.keypoints.scaled import as_pixels
from tests.bridge.keypoints.conftest import seen_by

SIZE = (1920, 1080)
TOLD = Told(30.0, SIZE)
WRITERS = {"openpose": write_openpose, "coco": write_results, "h36m": write_bare}


def shares(clip: KeypointClip, from_middle: bool = False) -> KeypointClip:
    """As OpenPose leaves them at --keypoint_scale 3, and 4."""
    points = clip.points_px / np.float32(SIZE)
    return replace(clip, points_px=2 * points - 1 if from_middle else points)


def written(folder: Path, clip: KeypointClip) -> Path:
    path = folder / {"openpose": "walk", "coco": "walk.json", "h36m": "walk.npz"}[clip.detector]
    WRITERS[clip.detector](path, clip)
    return path


@pytest.mark.parametrize("detector", WRITERS)
def test_shares_of_the_picture_are_its_pixels(tmp_path: Path, walk: Motion, detector: str) -> None:
    clip = seen_by(detector, walk, frames=10)
    path = written(tmp_path, shares(clip))
    found = load_keypoints(path, TOLD)
    seen = clip.confidence > 0
    np.testing.assert_allclose(found.points_px[seen], clip.points_px[seen], atol=0.001 * max(SIZE))
    assert not found.points_px[~seen].any()
    with pytest.raises(UsageError, match=r"are shares of the picture, not pixels; --size"):
        find_keypoints(path)


def test_shares_from_the_middle_are_openpose_s_alone(tmp_path: Path, walk: Motion) -> None:
    clip = seen_by("openpose", walk, frames=10)
    found = load_keypoints(written(tmp_path, shares(clip, from_middle=True)), TOLD)
    seen = clip.confidence > 0
    np.testing.assert_allclose(found.points_px[seen], clip.points_px[seen], atol=0.001 * max(SIZE))
    other = seen_by("coco", walk, frames=10)
    with pytest.raises(InputInvalid, match="shares of the picture from 0 to 1"):
        find_keypoints(written(tmp_path, shares(other, from_middle=True)), TOLD)


def test_one_frame_of_openpose_is_looked_at_as_well(tmp_path: Path) -> None:
    row = [value for place in range(25) for value in (0.5, 0.2 + 0.02 * place, 0.9)]
    path = tmp_path / "take_000000000000_keypoints.json"
    path.write_text(json.dumps({"people": [{"pose_keypoints_2d": row}]}))
    assert find_keypoints(path, TOLD).people[0][0, 0] == pytest.approx([960, 216, 0.9])


def test_two_people_stay_two(tmp_path: Path) -> None:
    """They are told apart by pixels: as shares they would be within one pixel of each other."""
    for number in range(3):
        people = [{"pose_keypoints_2d": [value for place in range(25) for value in (x, 0.2 + 0.02 * place, 0.9)]}
                  for x in (0.2, 0.8)][:: (-1) ** number]
        (tmp_path / f"take_{number:012d}_keypoints.json").write_text(json.dumps({"people": people}))
    found = find_keypoints(tmp_path, TOLD)
    assert sorted(person[:, 0, 0].tolist() for person in found.people) == [[384.0] * 3, [1536.0] * 3]


def test_pixels_and_nothing_stay_as_they_are() -> None:
    pixels, nothing = np.array([[[3.0, 0.5, 0.9], [0.5, 1.0, 0.9]]]), np.array([[[0.5, 0.5, 0.0]]])
    for parts in ([pixels], [nothing], [], [np.array([[[0.0, 0.0, 0.9]]])]):
        kept = as_pixels(parts, None, Path("seen.npy"))
        assert len(kept) == len(parts) and all(map(np.array_equal, kept, parts))
