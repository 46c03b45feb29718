"""The protobuf wire format, below messages: numbers, tags and lengths, and how to step over what one does not know.

Nothing is taken on trust: a position is checked against the end before it is read, a length before it is cut out.
"""
from __future__ import annotations

VARINT, FIXED64, LENGTH, GROUP, GROUP_END, FIXED32 = range(6)
MOST_DEPTH = 100  # of groups in groups, all of them unknown
_SIZES = {FIXED64: 8, FIXED32: 4}
_MOST_TAG = (1 << 32) - 1
_64_BITS = (1 << 64) - 1


class DecodeError(ValueError):
    """Bytes that are no message of the contract."""


def read_varint(data: bytes, at: int, end: int, most_bytes: int = 10) -> tuple[int, int]:
    """A number below 2^64 and the position after it."""
    value = shift = 0
    for byte in data[at : min(end, at + most_bytes)]:
        if byte < 128:
            return (value | byte << shift) & _64_BITS, at + shift // 7 + 1
        value |= (byte & 127) << shift
        shift += 7
    raise DecodeError("the message ends within a number" if shift < 7 * most_bytes else
                      f"a number of more than {most_bytes} bytes")


def read_tag(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Field number and wire type, as one, and the position after them."""
    tag, at = read_varint(data, at, end, 5)
    if tag >> 3 == 0 or tag > _MOST_TAG:
        raise DecodeError(f"{tag} is no tag of a field")
    return tag, at


def read_length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where a value that tells its length begins and stops."""
    if at < end and data[at] < 128:
        length, at = data[at], at + 1
    else:
        length, at = read_varint(data, at, end, 5)
    if length > end - at:
        raise DecodeError(f"{length} bytes are announced where {end - at} are left")
    return at, at + length


def skip(tag: int, data: bytes, at: int, end: int) -> int:
    """The position after the value of a field one does not know."""
    groups: list[int] = []
    while True:
        kind = tag & 7
        if kind == GROUP:
            groups.append(tag + 1)
            if len(groups) > MOST_DEPTH:
                raise DecodeError(f"groups lie more than {MOST_DEPTH} deep")
        elif kind == GROUP_END:
            if not groups or groups.pop() != tag:
                raise DecodeError("a group ends that did not begin")
        else:
            at = _after(kind, data, at, end)
        if not groups:
            return at
        tag, at = read_tag(data, at, end)


def _after(kind: int, data: bytes, at: int, end: int) -> int:
    if kind == VARINT:
        return read_varint(data, at, end)[1]
    if kind == LENGTH:
        return read_length(data, at, end)[1]
    if kind not in _SIZES:
        raise DecodeError(f"{kind} is no wire type")
    return after_fixed(at, _SIZES[kind], end)


def after_fixed(at: int, size: int, end: int) -> int:
    """The position after a value of that size."""
    if size > end - at:
        raise DecodeError(f"{size} bytes are needed where {end - at} are left")
    return at + size


def write_varint(out: bytearray, value: int) -> None:
    """A number from 0 to 2^64 - 1."""
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
