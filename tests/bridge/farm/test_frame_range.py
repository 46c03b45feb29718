from __future__ import annotations

import pytest

from bridge.errors import InputInvalid, UsageError
from bridge.farm.frame_range import FrameRange, step_of


def test_frames_are_counted_from_one_with_both_ends() -> None:
    assert FrameRange.parse("1-3,5,7-20:2").rows(100).tolist() == [0, 1, 2, 4, *range(6, 20, 2)]


def test_beyond_the_end_is_left_out_and_nothing_left_is_an_error() -> None:
    assert FrameRange.parse("8-1000000000").rows(10).tolist() == [7, 8, 9]
    with pytest.raises(InputInvalid, match="clip of 10"):
        FrameRange.parse("11-20").rows(10)


def test_overlaps_come_once_and_in_order() -> None:
    assert FrameRange.parse("5-6,1-5").rows(9).tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("text", ["", "0-3", "3-1", "1-", "a", "1-9:0", "-1", "1,,2", "1-9:2:3", "\uff11"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--frames"):
        FrameRange.parse(text)


def test_it_goes_into_a_file_s_name() -> None:
    assert FrameRange.parse("1-3, 5,7-20:2").label == "f1-3_5_7-20x2"


@pytest.mark.parametrize(("text", "step"), [("5", 1), ("1-9", 1), ("1-9:4", 4), ("1-3,7", None)])
def test_even_steps_are_known(text: str, step: int | None) -> None:
    assert step_of(FrameRange.parse(text).rows(10)) == step
