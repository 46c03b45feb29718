"""Means over clips and their intervals."""
from __future__ import annotations

import math

import pytest
import torch

from models.evaluation.records import Record, change, intervals, joint_means, means, split_by

NAN = float("nan")


def record(frames: int, source: str = "one", **values: float) -> Record:
    return Record(source, "walking", frames, values, torch.full((22,), values.get("a", 0.0)))


def many(shift: float = 0.0) -> list[Record]:
    noise = torch.randn(200, generator=torch.Generator().manual_seed(0)).tolist()
    return [record(100 + 50 * (place % 3), a=5 + shift + each) for place, each in enumerate(noise)]


def test_long_clips_weigh_more_and_what_is_unknown_nothing() -> None:
    found = means([record(100, a=1.0, b=NAN, c=NAN), record(300, a=2.0, b=4.0, c=NAN)])
    assert found["a"] == pytest.approx(1.75) and found["b"] == 4.0 and math.isnan(found["c"])
    assert joint_means([record(100, a=1.0), record(300, a=2.0)]) == pytest.approx([1.75] * 22)


def test_of_jumps_the_largest_counts() -> None:
    rows = [record(100, return_jump_cm=1.0, live_return_jump_cm=NAN), record(1, return_jump_cm=7.0,
                                                                            live_return_jump_cm=3.0)]
    assert means(rows) == {"return_jump_cm": 7.0, "live_return_jump_cm": 3.0}


def test_an_interval_is_as_wide_as_theory_says() -> None:
    (low, high), mean = intervals(many(), ["a"])["a"], means(many())["a"]
    assert low < mean < high
    assert high - low == pytest.approx(2 * 1.96 / math.sqrt(200), rel=0.15)  # sd 1; nearly even weights
    assert intervals(many(), ["a"])["a"] == (low, high)  # the same every time
    assert intervals([record(10, a=3.0)], ["a"])["a"] == (3.0, 3.0)


def test_an_unknown_clip_is_left_out_of_the_interval() -> None:
    low, high = intervals([record(10, a=3.0), record(10, a=NAN), record(10, a=3.0)], ["a"])["a"]
    assert (low, high) == (3.0, 3.0)


def test_a_change_is_of_the_same_clips() -> None:
    """Twice the error of every clip is twice the mean, without doubt, however different the clips are."""
    doubled = [record(one.frames, a=2 * one.values["a"]) for one in many()]
    assert change(doubled, many(), "a") == pytest.approx((100, 100, 100))
    assert change(many(), doubled, "a") == pytest.approx((-50, -50, -50))
    mean, low, high = change(many(shift=0.1), many(), "a")
    assert low < mean < high and mean == pytest.approx(2, abs=0.2)


def test_records_by_what_is_said_of_them() -> None:
    rows = [record(1, "b"), record(2, "a"), record(3, "b")]
    assert {name: [one.frames for one in part] for name, part in split_by(rows, lambda one: one.source).items()} == {
        "a": [2], "b": [1, 3]}
    assert list(split_by(rows, lambda one: one.source)) == ["a", "b"]
