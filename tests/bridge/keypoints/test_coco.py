from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.errors import InputInvalid, PoseBridgeError
from bridge.frames import Motion
from bridge.keypoints.coco import write_results
from bridge.keypoints.found import Told
from bridge.keypoints.load import find_keypoints, load_keypoints
from tests.bridge.keypoints.conftest import seen_by


def row(image: Any, x: float = 50.0, sure: float = 0.9, **more: Any) -> dict[str, Any]:
    flat = [value for place in range(17) for value in (x, 10.0 * place, sure)]
    return {"image_id": image, "category_id": 1, "keypoints": flat, "score": 0.9, **more}


def written(tmp_path: Path, content: Any) -> Path:
    (tmp_path / "seen.json").write_text(json.dumps(content))
    return tmp_path / "seen.json"


def test_what_is_written_is_read(tmp_path: Path, walk: Motion) -> None:
    clip = seen_by("coco", walk)
    write_results(tmp_path / "walk.json", clip)
    read = load_keypoints(tmp_path / "walk.json", Told(30.0))
    assert (read.detector, len(read), read.size_px) == ("coco", len(clip), None)
    np.testing.assert_allclose(read.confidence, clip.confidence, atol=6e-4)
    np.testing.assert_allclose(read.points_px, np.where(clip.confidence[..., None] > 0, clip.points_px, 0), atol=6e-4)


def test_pictures_named_as_files_are_frames_by_their_last_number(tmp_path: Path) -> None:
    people = find_keypoints(written(tmp_path, [row("cam1_0004.jpg", 4.0), row("cam1_0002.jpg", 2.0)])).people
    assert people[0][:, 0, 0].tolist() == [2.0, 0.0, 4.0] and people[0][1, :, 2].max() == 0


def test_annotations_say_the_size_and_which_frames_there_are(tmp_path: Path) -> None:
    images = [{"id": 40 + number, "file_name": f"{number:06d}.png", "width": 640, "height": 480} for number in range(4)]
    annotations = [{**row(41), "id": 1}, {**row(42), "id": 2, "category_id": 3}]
    annotations[0]["keypoints"][2:6:3] = [0, 1]
    annotations[0]["keypoints"][8::3] = [2] * 15
    found = find_keypoints(written(tmp_path, {"images": images, "annotations": annotations}))
    assert found.size_px == (640, 480) and len(found) == 4
    assert found.people[0][1, :3, 2].tolist() == [0, 0.5, 1]  # not marked, marked but hidden, seen
    assert found.people[0][[0, 2, 3]].any() == False  # noqa: E712


def test_of_two_who_cross_each_goes_on_as_who_they_were(tmp_path: Path) -> None:
    rows = []
    for number in range(40):
        left, right = row(number, 100 + 10.0 * number), row(number, 490 - 10.0 * number)
        right["keypoints"][1::3] = [300 + 10.0 * place for place in range(17)]  # lower in the picture
        rows += [left, right] if number % 2 else [right, left]
    found = find_keypoints(written(tmp_path, rows))
    assert len(found.people) == 2
    for person in found.people:
        assert np.ptp(person[:, 0, 1]) == 0 and len(set(np.diff(person[:, 0, 0]))) == 1


@pytest.mark.parametrize(("content", "said"), [
    ([{**row(1), "keypoints": [1, 2, 3]}], "row 1: keypoints has 3 numbers, not 51"),
    ([row(1), {"image_id": 2, "category_id": 1}], 'row 2 has no "keypoints"'),
    ([row(1), {"keypoints": [0] * 51}], 'row 2 has no "image_id"'),
    ([row(1), row("sunset.jpg")], "row 2: image_id is 'sunset.jpg'; a frame's number"),
    ([row(1), row(True)], "row 2: image_id is True"),
    ([row(1, category_id=7)], "no row of category 1"),
    ([row(1), row(10**8)], "not the frames of one video"),
    ({"annotations": []}, 'a list "images"'),
    ({"annotations": [row(9)], "images": [{"id": 1}]}, "image_id 9 is none of images"),
    ({"annotations": [row(1)], "images": [{"id": 1, "width": 5, "height": 5}]}, "16 to 32768 pixels is allowed"),
    ({"annotations": [row(1)], "images": [{"id": [1]}]}, r"id is \[1\]"),
    ({"bodies": []}, "none of the keypoints that are read"),
    ([row(1), 5], 'row 2 has no "image_id"'),
])
def test_a_broken_file_says_where_and_what_is_allowed(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(InputInvalid, match=f"seen.json.*{said}"):
        find_keypoints(written(tmp_path, content))


def test_nothing_but_our_errors_comes_of_parts_left_out(tmp_path: Path) -> None:
    whole = json.dumps([row(1), row(2)])
    random = np.random.default_rng(0)
    for _ in range(200):
        start, count = random.integers(0, len(whole)), random.integers(1, 60)
        (tmp_path / "cut.json").write_text(whole[:start] + whole[start + count:])
        try:
            find_keypoints(tmp_path / "cut.json")
        except PoseBridgeError as error:
            assert "cut.json" in str(error)


@pytest.mark.parametrize("nothing", [float("nan"), None])
def test_nan_and_null_are_keypoints_that_were_not_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, nothing: float | None
) -> None:
    rows = [row(number, sure=2) for number in range(3)]
    rows[1]["keypoints"][:9] = [nothing, 10, 2, 50, nothing, 2, 50, 10, 1]
    rows[2]["keypoints"][2] = nothing
    (person,) = find_keypoints(written(tmp_path, rows)).people
    assert person[1, :4, 2].tolist() == [0, 0, 0.5, 1] and not person[1, :2].any()
    assert person[2, :2, 2].tolist() == [0, 1] and person[0].min(initial=1, where=[False, False, True]) == 1
    assert "3 of 51 keypoints are NaN" in caplog.text
