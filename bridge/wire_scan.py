"""How large a message is beside the readings of a clip, told from its bytes before any object is built.

A megabyte of empty submessages would become half a million objects; a clip's readings are four fields of bytes
however long it is. So only those four may make a message large. Protobuf's wire format, as documented:
a key (field number << 3 | wire type), then a varint (0), 8 bytes (1), a length and its bytes (2) or 4 bytes (5).
"""
from __future__ import annotations

from collections.abc import Iterator

from bridge.checks import Malformed

_SOLVE_CLIP = 6  # the field's number in ClientMessage
_READINGS = (4, 5, 6, 7)  # the fields' numbers in SolveClip
_FIELDS = 64  # no honest message has more at these two levels


def bytes_beside_readings(payload: bytes) -> int:
    """Bytes of a ClientMessage less those of its clip's readings; Malformed where the bytes make no sense."""
    readings = 0
    for number, start, end in _fields(payload, 0, len(payload)):
        if number == _SOLVE_CLIP:
            for inner, inner_start, inner_end in _fields(payload, start, end):
                readings += inner_end - inner_start if inner in _READINGS else 0
    return len(payload) - readings


def _fields(payload: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(field number, start, end) of each length-delimited field between two places."""
    for _ in range(_FIELDS):
        if at == end:
            return
        key, at = _varint(payload, at, end)
        start, after = _span(payload, key & 7, at, end)
        if after > end:
            raise Malformed(f"a field of {after - start} bytes where {end - start} are left")
        if key & 7 == 2:
            yield key >> 3, start, after
        at = after
    if at != end:
        raise Malformed(f"a message of more than {_FIELDS} fields")


def _span(payload: bytes, wire_type: int, at: int, end: int) -> tuple[int, int]:
    match wire_type:
        case 0:
            return at, _varint(payload, at, end)[1]
        case 1:
            return at, at + 8
        case 2:
            length, start = _varint(payload, at, end)
            return start, start + length
        case 5:
            return at, at + 4
    raise Malformed(f"wire type {wire_type} is not of this contract")


def _varint(payload: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            break
        byte = payload[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise Malformed("a number that does not end")
