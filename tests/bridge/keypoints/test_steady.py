"""Another clock invents nobody."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.frames import Motion
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.steady import at_rate, height_px
from tests.bridge.keypoints.conftest import seen_by


def line(rate_hz: float, frames: int = 21) -> KeypointClip:
    """One keypoint at 100 pixels a second, and one at rest."""
    points = np.zeros((frames, 2, 2), np.float32)
    points[:, 0, 0] = 100 * np.arange(frames) / rate_hz
    return KeypointClip("coco", points, np.full((frames, 2), 0.5, np.float32), rate_hz, None)


@pytest.mark.parametrize("rate_hz", [24.0, 25.0, 29.97, 30.0, 50.0, 60.0, 90.0, 120.0])
def test_what_moves_steadily_does_so_at_any_rate(rate_hz: float) -> None:
    clip = at_rate(line(rate_hz), 60.0)
    assert clip.rate_hz == 60 and len(clip) == int(20 / rate_hz * 60 + 1e-6) + 1
    np.testing.assert_allclose(clip.points_px[:, 0, 0], 100 * np.arange(len(clip)) / 60, atol=5e-3)
    np.testing.assert_allclose(clip.confidence, 0.5)


def test_only_between_neighbours_that_were_seen() -> None:
    clip = line(30.0, 6)
    clip.confidence[2, 0], clip.confidence[3, 0] = 0.0, 0.3
    steady = at_rate(clip, 60.0)
    assert (steady.confidence[:, 0] > 0).tolist() == [
        True, True, True, False, False, False, True, True, True, True, True]
    assert steady.confidence[7, 0] == pytest.approx(0.3)  # as the less sure of its neighbours
    assert (steady.confidence[:, 1] == 0.5).all()


def test_what_an_unseen_keypoint_is_said_to_be_does_not_matter() -> None:
    clip = line(30.0, 6)
    clip.confidence[2, 0] = 0.0
    other = replace(clip, points_px=clip.points_px.copy())
    other.points_px[2, 0] = 1e5
    one, two = at_rate(clip, 60.0), at_rate(other, 60.0)
    seen = one.confidence > 0
    np.testing.assert_array_equal(one.points_px[seen], two.points_px[seen])


def test_its_own_rate_is_itself(walk: Motion) -> None:
    clip = seen_by("coco", walk)
    assert at_rate(clip, 30.0) is clip


def test_how_large_somebody_is(walk: Motion) -> None:
    clip = seen_by("coco", walk)
    assert 300 < height_px(clip) < 700
    assert height_px(replace(clip, confidence=np.zeros_like(clip.confidence))) == 0
