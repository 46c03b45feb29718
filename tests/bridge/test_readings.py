from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bridge.engine.interface import WINDOW_FRAMES
from bridge.frames import TrackerClip, TrackerFrame
from bridge.readings import KEPT, WINDOW_AT_S, Readings, windows_of
from bridge.resample import sample_readings

Frames = Callable[..., TrackerFrame]


def heights(window: TrackerClip) -> np.ndarray:
    """Of the first tracker over where it began, in millimetres: tracker_frame() rises one a frame."""
    return 1000 * (window.positions_m[:, 0, 1] - 1.52)


def test_steady_readings_are_the_window_themselves(tracker_frame: Frames) -> None:
    readings = Readings(3)
    for sequence in range(1, 101):
        readings.add(tracker_frame(sequence), 0.0)
    window = readings.window()
    assert len(window) == WINDOW_FRAMES
    assert_allclose(heights(window), np.arange(60, 101), atol=1e-3)
    assert readings.newest_s == pytest.approx(99 / 60, abs=2e-3)


@pytest.mark.parametrize("rate_hz", [30.0, 72.0, 90.0, 144.0])
def test_other_rates_are_resampled_onto_the_grid(tracker_frame: Frames, rate_hz: float) -> None:
    readings = Readings(3)
    frames = [replace(tracker_frame(sequence, time_s=5 + sequence / rate_hz)) for sequence in range(1, 301)]
    for frame in frames:
        readings.add(frame, 0.0)
    window = readings.window()
    assert_allclose(heights(window), 300 + WINDOW_AT_S * rate_hz, atol=1e-2)
    raw = TrackerClip(60.0, *(np.stack([getattr(frame, name) for frame in frames]) for name in (
        "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")))
    times_s = np.array([frame.time_ns for frame in frames]) / 1e9
    oracle = sample_readings(raw, times_s - times_s[-1], WINDOW_AT_S)
    assert_allclose(window.positions_m, oracle.positions_m, atol=1e-5)
    assert (window.position_valid == oracle.position_valid).all()


def test_windows_made_together_are_those_made_alone(tracker_frame: Frames) -> None:
    """Of sessions at other rates, of more and fewer trackers, on the grid, just begun, and with trackers lost."""
    random, several = np.random.default_rng(5), []
    for rate_hz, count, trackers in ((90, 300, 3), (60, 100, 3), (72, 5, 3), (30, 90, 4), (144, 1, 3), (120, 400, 4)):
        readings = Readings(trackers)
        for sequence in range(1, count + 1):
            frame = tracker_frame(sequence, time_s=sequence / rate_hz, trackers=trackers)
            turned = random.normal(size=(trackers, 4)).astype("f4")
            turned /= np.linalg.norm(turned, axis=-1, keepdims=True)
            readings.add(replace(frame, rotations_xyzw=turned, position_valid=random.random(trackers) > 0.1), 0.0)
        several.append(readings)
    for readings, window in zip(several, windows_of(several), strict=True):
        raw, times_s = readings.recent()
        alone = sample_readings(raw, times_s, WINDOW_AT_S)
        assert_allclose(window.positions_m, alone.positions_m, atol=1e-5)
        same = np.abs((window.rotations_xyzw * alone.rotations_xyzw).sum(-1))
        assert_allclose(same, 1, atol=1e-5)
        assert (window.position_valid == alone.position_valid).all()
        assert (window.rotation_valid == alone.rotation_valid).all()
    assert windows_of([]) == ()


def test_before_the_first_reading_it_is_held(tracker_frame: Frames) -> None:
    readings = Readings(3)
    readings.add(tracker_frame(1), 0.0)
    assert_allclose(heights(readings.window()), 1, atol=1e-3)
    readings.add(tracker_frame(2), 0.0)
    assert_allclose(heights(readings.window()), [1] * 40 + [2], atol=1e-3)


def test_a_lost_tracker_is_lost_in_the_window(tracker_frame: Frames) -> None:
    readings = Readings(3)
    for sequence in range(1, 61):
        valid = np.array([True, sequence != 50, True])
        readings.add(replace(tracker_frame(sequence), position_valid=valid), 0.0)
    assert (~readings.window().position_valid).sum() == 1
    assert not readings.window().position_valid[-11, 1]


@pytest.mark.parametrize("jump_s", [-0.02, 0.0])
def test_a_clock_that_steps_back_a_little_is_replaced_by_ours(tracker_frame: Frames, jump_s: float) -> None:
    readings = Readings(3)
    readings.add(tracker_frame(1, time_s=10), 0.0)
    readings.add(tracker_frame(2, time_s=10 + jump_s), 0.02)
    assert readings.newest_s == pytest.approx(0.021, abs=1e-3)
    readings.add(tracker_frame(3, time_s=10 + jump_s + 1 / 60), 0.0)
    assert_allclose(heights(readings.window())[-1], 3, atol=1e-3)


@pytest.mark.parametrize("jump_s", [-3600.0, 1.5, 1e9])
def test_a_long_step_is_a_new_beginning(tracker_frame: Frames, jump_s: float) -> None:
    readings = Readings(3)
    for sequence in range(1, 50):
        readings.add(tracker_frame(sequence, time_s=1e4 + sequence / 60), 0.0)
    before_s = readings.newest_s
    readings.add(tracker_frame(99, time_s=1e4 + 1 + jump_s), 0.0)
    assert_allclose(heights(readings.window()), 99, atol=1e-3)
    assert readings.newest_s > before_s + 1


def test_memory_is_bounded_and_the_newest_are_kept(tracker_frame: Frames) -> None:
    readings = Readings(1)
    one = tracker_frame(1, trackers=1)
    for sequence in range(1, 5 * KEPT):
        raised = one.positions_m + np.float32(sequence)
        readings.add(replace(one, time_ns=sequence * 1_000_000, positions_m=raised), 0.0)
    assert len(readings) <= 2 * KEPT
    newest = readings.window().positions_m[-1, 0, 1]
    assert newest == pytest.approx(5 * KEPT - 1 + 1.521, abs=1e-2)
    oldest = readings.window().positions_m[0, 0, 1]
    assert newest - oldest == pytest.approx(1000 * 40 / 60, abs=1)
