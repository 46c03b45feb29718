from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.export.npz import write_npz
from bridge.frames import Motion
from bridge.keypoints.arrays import write_keypoints
from bridge.keypoints.found import Told
from bridge.keypoints.load import find_keypoints, is_keypoints, load_keypoints
from tests.bridge.keypoints.conftest import seen_by


def test_somebody_must_say_the_rate(tmp_path: Path) -> None:
    np.save(tmp_path / "seen.npy", np.full((5, 17, 2), 9.0))
    with pytest.raises(UsageError, match="--rate"):
        load_keypoints(tmp_path / "seen.npy")


def test_who_contradicts_a_file_is_asked(tmp_path: Path, walk: Motion) -> None:
    write_keypoints(tmp_path / "walk.npz", seen_by("coco", walk))
    assert load_keypoints(tmp_path / "walk.npz", Told(30.0, (1920, 1080))).rate_hz == 30
    for told in (Told(rate_hz=25.0), Told(size_px=(640, 480))):
        with pytest.raises(UsageError, match="says"):
            load_keypoints(tmp_path / "walk.npz", told)


def test_a_default_is_for_who_says_nothing(tmp_path: Path, walk: Motion) -> None:
    default = Told(default_rate_hz=25.0, default_size_px=(640, 480))
    write_keypoints(tmp_path / "walk.npz", seen_by("coco", walk))
    np.save(tmp_path / "seen.npy", np.full((5, 17, 2), 9.0))
    said, silent = (load_keypoints(tmp_path / name, default) for name in ("walk.npz", "seen.npy"))
    assert (said.rate_hz, said.size_px) == (30, (1920, 1080)) and (silent.rate_hz, silent.size_px) == (25, (640, 480))
    assert load_keypoints(tmp_path / "seen.npy", replace(default, rate_hz=50.0)).rate_hz == 50


def test_only_people_who_are_there(tmp_path: Path) -> None:
    np.save(tmp_path / "seen.npy", np.full((5, 17, 2), 9.0))
    for person in (0, 2):
        with pytest.raises(UsageError, match="people 1 to 1"):
            load_keypoints(tmp_path / "seen.npy", Told(30.0, person=person))


def test_motion_and_sessions_are_no_keypoints(tmp_path: Path, walk: Motion) -> None:
    write_npz(tmp_path / "walk.npz", walk)
    assert not is_keypoints(tmp_path / "walk.npz") and not is_keypoints(tmp_path)
    with pytest.raises(InputInvalid, match="one of keypoints, "):
        find_keypoints(tmp_path / "walk.npz")


def test_what_is_not_there_or_of_no_kind_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no such file or folder"):
        find_keypoints(tmp_path / "nowhere")
    (tmp_path / "film.mp4").write_bytes(b"")
    with pytest.raises(InputInvalid, match=r"a file of kind \.mp4; allowed are COCO"):
        find_keypoints(tmp_path / "film.mp4")
    with pytest.raises(InputInvalid, match=r"no NAME_000000000000_keypoints\.json"):
        find_keypoints(tmp_path)


def test_others_who_are_there_as_well_are_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def rows(frames: int, x: float, size: float) -> list[dict[str, Any]]:
        return [{"image_id": number, "category_id": 1, "score": 0.9,
                 "keypoints": [value for place in range(17) for value in (x, size * place, 0.5)]}
                for number in range(frames)]

    for passing, said in ((2, False), (10, True)):
        caplog.clear()
        (tmp_path / "seen.json").write_text(json.dumps(rows(20, 100, 9) + rows(passing, 900, 3)))
        assert load_keypoints(tmp_path / "seen.json", Told(30.0)).points_px[0, 0, 0] == 100
        assert ("1 more people are in it; taking person 1" in caplog.text) == said
    caplog.clear()
    assert load_keypoints(tmp_path / "seen.json", Told(30.0, person=2)).points_px[0, 0, 0] == 900
    assert not caplog.text
