from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from bridge.engine import link
from bridge.engine.gather import ClipGathering, clip_orders, solved_parts
from bridge.engine.interface import EngineInfo, LivePose
from bridge.engine.orders import (
    Beat,
    CancelJob,
    ClipRows,
    CloseSlot,
    Fault,
    JobProgress,
    JobRows,
    Message,
    OpenSlot,
    Poses,
    Ready,
    SolveLive,
    Stop,
    fault,
)
from bridge.errors import DeviceFailed, ModelMissing
from bridge.frames import JOINT_COUNT, Motion, SensorNoise, Setup, Skeleton, Tracker, TrackerClip
from bridge.replies import ClipSolved


def same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.dtype == other.dtype and np.array_equal(one, other)
    if is_dataclass(one) and not isinstance(one, Sequence):
        return type(one) is type(other) and all(
            same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def some_pose(seed: int) -> LivePose:
    rng = np.random.default_rng(seed)
    return LivePose(rng.normal(size=3).astype("f4"), rng.normal(size=(JOINT_COUNT, 4)).astype("f4"),
                    rng.random(JOINT_COUNT).astype("f4"), rng.random(JOINT_COUNT) > 0.5)


def window(trackers: int) -> TrackerClip:
    rng = np.random.default_rng(trackers)
    return TrackerClip(60.0, rng.normal(size=(41, trackers, 3)).astype("f4"),
                       rng.normal(size=(41, trackers, 4)).astype("f4"), rng.random((41, trackers)) > 0.5,
                       rng.random((41, trackers)) > 0.5)


SETUP = Setup(Skeleton(), (Tracker(15, np.array([0, 0.1, 0], dtype="f4")), Tracker(20)), SensorNoise(0.003, 0.02), None)
SOLVED = ClipSolved(4, 9, np.ones((5, 3), "f4"), np.ones((5, 22, 4), "f4"), np.ones((5, 22), "f4"))


@pytest.mark.parametrize("message", [
    OpenSlot(3, SETUP), CloseSlot(3), SolveLive(8, (), (), ()),
    SolveLive(7, (3, 1), (window(2), window(5)), (1.5, 2.25)),
    ClipRows(2, SETUP, 0, 41, window(2)), CancelJob(2), Stop(), Ready(EngineInfo("m", "cpu", "d")),
    Fault("clip", 2, "TooShort", "1 frame"), Poses(7, (3, 1), (some_pose(0), some_pose(1))), Poses(8, (), ()),
    JobProgress(2, 5, 41), JobRows(2, SOLVED),
    Beat(7, 0.25),
], ids=lambda message: type(message).__name__)
def test_every_message_comes_back(message: Message) -> None:
    assert same(link.decode(link.encode(message)), message)


def test_an_array_that_lies_otherwise_in_memory_comes_back_the_same() -> None:
    message = JobRows(2, replace(SOLVED, root_position_m=np.arange(15, dtype="f4").reshape(3, 5).T))
    assert same(link.decode(link.encode(message)), message)


def test_an_error_crosses_as_itself_or_as_the_engines() -> None:
    assert isinstance(fault("load", 0, ModelMissing("no prior")).error(), ModelMissing)
    strange = fault("slot", 0, ZeroDivisionError("by zero")).error()
    assert isinstance(strange, DeviceFailed) and "ZeroDivisionError: by zero" in str(strange)
    assert isinstance(Fault("slot", 0, "annotations", "no class").error(), DeviceFailed)


def test_a_clip_in_parts_is_the_clip(standing: Callable[..., TrackerClip]) -> None:
    gathering, clip = ClipGathering(), standing(2500)
    abandoned = next(clip_orders(1, Setup(), standing(2500)))
    assert gathering.add(abandoned) is None
    wholes = [gathering.add(order) for order in clip_orders(2, Setup(), clip)]
    assert wholes[:-1] == [None] * (len(wholes) - 1) and len(wholes) > 2
    assert same(wholes[-1], clip)
    assert all(len(link.encode(order)) < 50_000 for order in clip_orders(2, Setup(), clip))


def test_a_solved_motion_in_parts_is_the_motion(swaying: Callable[..., Motion]) -> None:
    motion = swaying(seconds=20.0)
    parts = list(solved_parts(motion))
    assert [part.first_frame for part in parts] == list(range(0, 1200, 256))
    assert np.array_equal(np.concatenate([part.local_xyzw for part in parts]), motion.local_xyzw)
