"""The law for numbers from outside: each check returns the value in our shape or raises the error that names it."""
from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bridge.errors import InputInvalid, NotFinite, TooShort, TrackerUnknown, UnitInvalid
from bridge.frames import JOINT_COUNT, Flags, Floats, Skeleton

REACH_M = 1000.0  # no tracker reads farther from the origin
BONE_M = 2.0
MOUNT_M = 2.0
HEAD_HEIGHT_M = (0.2, 5.0)
UNIT_TOLERANCE = 0.01  # of a quaternion's length
UNIT_ALREADY = 2.5e-7  # off by no more, it is as unit as float32 can say


class Malformed(InputInvalid):
    """Bytes that are no message of the contract, or not one for this place."""


class TooLarge(InputInvalid):
    """More frames, trackers or bytes than are allowed."""


def shaped(values: ArrayLike, shape: tuple[int, ...], what: str) -> Floats:
    """The values as float32 of the given shape; the count must fit exactly."""
    array = np.asarray(values, dtype=np.float32)
    wanted = math.prod(shape)
    if array.size != wanted:
        raise InputInvalid(f"{what} has {array.size} numbers, not {wanted}")
    return array.reshape(shape)


def finite(values: Floats, what: str) -> Floats:
    """Raises NotFinite on NaN or infinity."""
    if not np.isfinite(values).all():
        raise NotFinite(f"{what} holds a value that is not a number: {values[~np.isfinite(values)][0]}")
    return values


def within(values: Floats, limit: float, what: str, unit: str = "m") -> Floats:
    """Finite and at most `limit` from zero, or UnitInvalid."""
    largest = float(np.abs(finite(values, what)).max(initial=0.0))
    if largest > limit:
        raise UnitInvalid(f"{what} reaches {largest:g} {unit}; at most {limit:g} {unit} is allowed")
    return values


def unit_rotations(values: Floats, what: str) -> Floats:
    """Quaternions (..., 4) of length 1 within the tolerance, made exactly unit; UnitInvalid otherwise."""
    length = np.linalg.norm(finite(values, what).astype(np.float64), axis=-1, keepdims=True)
    wrong = np.abs(length - 1) > UNIT_TOLERANCE
    if wrong.any():
        raise UnitInvalid(f"{what} holds a quaternion of length {length[wrong][0]:.4g}; it must be 1")
    return np.asarray(values / length, dtype=np.float32)


def between(value: float, low: float, high: float, what: str, unit: str) -> float:
    """A finite number in [low, high], or NotFinite or UnitInvalid."""
    if not np.isfinite(value):
        raise NotFinite(f"{what} is {value}")
    if not low <= value <= high:
        raise UnitInvalid(f"{what} is {value:g} {unit}; {low:g} to {high:g} {unit} is allowed")
    return value


def tracked_positions(values: Floats, valid: Flags) -> Floats:
    """Positions (..., 3) where valid; rows that are not valid are not looked at and become zero."""
    return within(np.where(valid[..., None], values, np.float32(0)), REACH_M, "a tracker's position")


def tracked_rotations(values: Floats, valid: Flags) -> Floats:
    """Rotations (..., 4) where valid; rows that are not valid are not looked at and become the identity."""
    identity = np.array([0, 0, 0, 1], dtype=np.float32)
    return unit_rotations(np.where(valid[..., None], values, identity), "a tracker's rotation")


def live_positions(values: Sequence[float], valid: Flags) -> Floats:
    """tracked_positions() for the few numbers of one live frame (M, 3), where a numpy call costs more than they do."""
    array = shaped(values, (len(valid), 3), "positions_m")
    plain = math.hypot(*values) <= REACH_M and _every(valid)  # NaN is not <=
    return array if plain else tracked_positions(array, valid)


def live_rotations(values: Sequence[float], valid: Flags) -> Floats:
    """tracked_rotations() for the few numbers of one live frame (M, 4)."""
    array = shaped(values, (len(valid), 4), "rotations_xyzw")
    lengths = [math.hypot(*values[at : at + 4]) for at in range(0, len(values), 4)]
    plain = all([abs(length - 1) <= UNIT_ALREADY for length in lengths]) and _every(valid)  # NaN is not <=
    return array if plain else tracked_rotations(array, valid)


def _every(valid: Flags) -> bool:
    """valid.all(), in a fifth of the time where there are few."""
    return b"\0" not in valid.tobytes()


def joint_row(number: int) -> int:
    """The row of a joint numbered from one, as the contract does; TrackerUnknown for any other number."""
    if not 1 <= number <= JOINT_COUNT:
        raise TrackerUnknown(f"a tracker names joint {number}; 1 to {JOINT_COUNT} are the joints of the body")
    return number - 1


def skeleton(values: ArrayLike) -> Skeleton:
    """22 offsets of a body that could stand in a room."""
    offsets = within(shaped(values, (JOINT_COUNT, 3), "the skeleton"), BONE_M, "a bone")
    if np.abs(offsets[0]).max() > 1e-6:
        raise InputInvalid("the skeleton's first row, the pelvis, must be zero")
    body = Skeleton(offsets)
    between(body.standing_head_height_m, *HEAD_HEIGHT_M, "the standing height of the skeleton's head", "m")
    return body


@lru_cache(maxsize=4096)
def flags(bits: int, count: int, what: str) -> Flags:
    """The lowest `count` bits, lowest first; a bit beyond them is refused. Not to be written to: others have it too."""
    if bits >> count:
        raise InputInvalid(f"{what} marks row {bits.bit_length() - 1}; there are {count} rows")
    array = np.array([bits >> row & 1 for row in range(count)], dtype=np.bool_)
    array.setflags(write=False)
    return array


def bits(values: Flags) -> int:
    """The inverse of flags()."""
    return _bits(values.tobytes())


@lru_cache(maxsize=4096)
def _bits(values: bytes) -> int:
    return sum(1 << row for row, value in enumerate(values) if value)


def float_bytes(data: bytes, shape: tuple[int, ...], what: str) -> Floats:
    """Little-endian float32 bytes in the given shape."""
    wanted = 4 * math.prod(shape)
    if len(data) != wanted:
        raise InputInvalid(f"{what} has {len(data)} bytes, not {wanted}")
    return np.frombuffer(data, dtype="<f4").reshape(shape).astype(np.float32)


def flag_bytes(data: bytes, shape: tuple[int, ...], what: str) -> Flags:
    """Bytes 0 or 1 in the given shape."""
    array: NDArray[np.uint8] = np.frombuffer(data, dtype=np.uint8)
    if array.size != math.prod(shape):
        raise InputInvalid(f"{what} has {array.size} bytes, not {math.prod(shape)}")
    if (array > 1).any():
        raise InputInvalid(f"{what} holds {array.max()}; only 0 and 1 are allowed")
    return array.reshape(shape).astype(np.bool_)


def counted(count: int, least: int, most: int, what: str) -> int:
    """A count in [least, most], or TooShort or TooLarge."""
    if count < least:
        raise TooShort(f"{count} {what}; at least {least} are needed")
    if count > most:
        raise TooLarge(f"{count} {what}; at most {most} are allowed")
    return count


def text(value: str, most: int, what: str) -> str:
    """At most `most` characters, none of them a control character."""
    if len(value) > most:
        raise TooLarge(f"{what} has {len(value)} characters; at most {most} are allowed")
    if not value.isprintable():
        raise InputInvalid(f"{what} holds a character that cannot be printed: {value!a}")
    return value
