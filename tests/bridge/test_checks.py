from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from bridge import checks
from bridge.errors import InputInvalid, NotFinite, TooShort, TrackerUnknown, UnitInvalid
from bridge.frames import Skeleton

odd_floats = st.floats(width=32, allow_nan=True, allow_infinity=True) | st.floats(-1, 1, width=32)


def outcome(check: object, *arguments: object) -> object:
    """What a check returns, or the class of what it raises."""
    try:
        return check(*arguments)  # type: ignore[operator]
    except InputInvalid as error:
        return type(error)


@settings(max_examples=300)
@given(st.lists(odd_floats, min_size=6, max_size=6), st.lists(st.booleans(), min_size=2, max_size=2))
def test_the_quick_check_of_positions_is_the_thorough_one(values: list[float], seen: list[bool]) -> None:
    valid = np.array(seen)
    quick = outcome(checks.live_positions, values, valid)
    thorough = outcome(checks.tracked_positions, np.array(values, dtype=np.float32).reshape(2, 3), valid)
    assert quick == thorough if isinstance(thorough, type) else np.array_equal(quick, thorough)


@settings(max_examples=300)
@given(st.lists(odd_floats, min_size=8, max_size=8), st.lists(st.booleans(), min_size=2, max_size=2),
       st.floats(0.98, 1.02) | st.none())
def test_the_quick_check_of_rotations_is_the_thorough_one(
    values: list[float], seen: list[bool], length: float | None
) -> None:
    array = np.array(values, dtype=np.float32).reshape(2, 4)
    if length is not None:  # near the unit sphere, where the two could differ
        with np.errstate(all="ignore"):
            array = (length * array / np.linalg.norm(array.astype(np.float64), axis=-1, keepdims=True)).astype("f4")
    quick = outcome(checks.live_rotations, array.ravel().tolist(), np.array(seen))
    thorough = outcome(checks.tracked_rotations, array, np.array(seen))
    if isinstance(thorough, type):
        assert quick == thorough
    else:
        assert_allclose(quick, thorough, atol=1e-6)  # type: ignore[arg-type]


def test_rows_that_were_not_tracked_are_not_looked_at() -> None:
    nan = np.full((2, 3), np.nan, dtype=np.float32)
    assert_allclose(checks.tracked_positions(nan, np.array([False, False])), 0)
    assert_allclose(checks.live_rotations([np.nan] * 4, np.array([False])), [[0, 0, 0, 1]])
    with pytest.raises(NotFinite):
        checks.tracked_positions(nan, np.array([False, True]))


def test_a_rotation_is_made_exactly_unit_or_refused() -> None:
    near = np.array([[0, 0, 0.6, 0.806]], dtype=np.float32)
    assert_allclose(np.linalg.norm(checks.unit_rotations(near, "it"), axis=-1), 1, atol=1e-6)
    with pytest.raises(UnitInvalid, match="length 2"):
        checks.unit_rotations(2 * near, "it")


@given(st.lists(st.booleans(), min_size=1, max_size=32))
def test_flags_and_bits_are_each_others_inverse(rows: list[bool]) -> None:
    assert checks.flags(checks.bits(np.array(rows)), len(rows), "it").tolist() == rows


def test_a_bit_beyond_the_rows_is_refused() -> None:
    with pytest.raises(InputInvalid, match="marks row 3"):
        checks.flags(0b1000, 3, "it")


@pytest.mark.parametrize("number", [0, 23, -1])
def test_a_joint_that_is_not_one_is_refused(number: int) -> None:
    with pytest.raises(TrackerUnknown, match=str(number)):
        checks.joint_row(number)


def test_a_skeleton_in_centimetres_is_told_from_one_in_metres() -> None:
    with pytest.raises(UnitInvalid, match="at most 2 m"):
        checks.skeleton(100 * Skeleton().offsets_m)
    with pytest.raises(InputInvalid, match="pelvis"):
        checks.skeleton(Skeleton().offsets_m + 1)
    assert_allclose(checks.skeleton(Skeleton().offsets_m.ravel()).offsets_m, Skeleton().offsets_m)


def test_counts_texts_and_bytes() -> None:
    with pytest.raises(TooShort):
        checks.counted(1, 2, 3, "frames")
    with pytest.raises(checks.TooLarge):
        checks.counted(4, 2, 3, "frames")
    with pytest.raises(InputInvalid, match="printed"):
        checks.text("a\x1b[31m", 200, "the name")
    with pytest.raises(InputInvalid, match="5 bytes, not 12"):
        checks.float_bytes(b"12345", (1, 3), "it")
    with pytest.raises(InputInvalid, match="only 0 and 1"):
        checks.flag_bytes(b"\x02", (1,), "it")
