"""The contact sheet's row in the camera's picture."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from bridge.demo_motion.shipped import demo_session
from bridge.frames import Motion
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.lifting import View
from bridge.keypoints.simulate import Faults, cameras_round, simulate_keypoints
from bridge.sheet import draw_sheet
from bridge.sheet_pictures import pictures_of

GREEN = np.array([0x0A, 0x8F, 0x4D]) / 255


@pytest.fixture(scope="module")
def walk() -> Motion:
    truth = demo_session().truth
    assert truth is not None
    return replace(truth, root_position_m=truth.root_position_m[240:300], local_xyzw=truth.local_xyzw[240:300])


def drawn(path: Path, motion: Motion, view: View) -> np.ndarray:
    draw_sheet(path, motion, moments=4, pictures=pictures_of(motion, view))
    return matplotlib.image.imread(path)[..., :3]


def green(picture: np.ndarray) -> int:
    """Pixels of the keypoints' colour in the first row."""
    row = picture[: picture.shape[0] // 4]
    return int((np.abs(row - GREEN).max(-1) < 0.12).sum())


def test_it_is_above_the_rest_and_shows_the_keypoints_that_are_seen(tmp_path: Path, walk: Motion) -> None:
    camera = cameras_round(walk)[0]
    view = View(simulate_keypoints(walk, camera, DETECTORS["coco"], Faults(2.0)), camera, True)
    draw_sheet(tmp_path / "plain.png", walk, moments=4)
    plain, whole = matplotlib.image.imread(tmp_path / "plain.png"), drawn(tmp_path / "whole.png", walk, view)
    assert whole.shape[0] > plain.shape[0] and whole.shape[1] == plain.shape[1]
    nobody = replace(view, clip=replace(view.clip, confidence=np.zeros_like(view.clip.confidence)))
    hidden = drawn(tmp_path / "hidden.png", walk, nobody)
    assert green(whole) > green(hidden) + 100


def test_a_view_of_another_rate_is_looked_at_at_the_same_moments(tmp_path: Path, walk: Motion) -> None:
    camera = cameras_round(walk)[0]
    clip = simulate_keypoints(walk, camera, DETECTORS["coco"], Faults(0.0))
    half = replace(clip, points_px=clip.points_px[::2], confidence=clip.confidence[::2], rate_hz=30.0)
    pictures = [drawn(tmp_path / f"{len(one)}.png", walk, View(one, camera, True)) for one in (clip, half)]
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.01
