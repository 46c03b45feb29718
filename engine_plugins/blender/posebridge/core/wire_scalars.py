"""The scalar types of protobuf that the contract uses: how each lies on the wire, and when it need not be written."""
from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import copysign
from typing import Any

from .wire_format import (
    FIXED32,
    FIXED64,
    LENGTH,
    VARINT,
    DecodeError,
    after_fixed,
    read_length,
    read_varint,
    write_varint,
)

_FLOAT, _DOUBLE = struct.Struct("<f"), struct.Struct("<d")


@dataclass(frozen=True)
class Scalar:
    """`read` gives a value and the position after it; `write` appends one; `blank`: whether a value that is false is
    the default."""

    wire: int
    read: Callable[[bytes, int, int], tuple[Any, int]]
    write: Callable[[bytearray, Any], None]
    blank: Callable[[Any], bool]


def _unsigned(bits: int) -> Scalar:
    mask = (1 << bits) - 1

    def read(data: bytes, at: int, end: int) -> tuple[int, int]:
        value, at = read_varint(data, at, end)
        return value & mask, at

    def write(out: bytearray, value: int) -> None:
        if not 0 <= value <= mask:
            raise ValueError(f"{value} is not from 0 to {mask}")
        write_varint(out, value)

    return Scalar(VARINT, read, write, _is_zero)


def _signed(bits: int) -> Scalar:
    half, mask = 1 << (bits - 1), (1 << bits) - 1

    def read(data: bytes, at: int, end: int) -> tuple[int, int]:
        value, at = read_varint(data, at, end)
        return ((value & mask) ^ half) - half, at

    def write(out: bytearray, value: int) -> None:
        if not -half <= value < half:
            raise ValueError(f"{value} is not from {-half} to {half - 1}")
        write_varint(out, value & (1 << 64) - 1)

    return Scalar(VARINT, read, write, _is_zero)


def _is_zero(value: Any) -> bool:
    return not value


def _is_plus_zero(value: float) -> bool:
    return not value and copysign(1.0, value) > 0


def _read_bool(data: bytes, at: int, end: int) -> tuple[bool, int]:
    value, at = read_varint(data, at, end)
    return value != 0, at


def _write_bool(out: bytearray, value: bool) -> None:
    out.append(bool(value))


def _real(wire: int, form: struct.Struct) -> Scalar:
    def read(data: bytes, at: int, end: int) -> tuple[float, int]:
        after = after_fixed(at, form.size, end)
        return form.unpack_from(data, at)[0], after

    def write(out: bytearray, value: float) -> None:
        out += form.pack(value)

    return Scalar(wire, read, write, _is_plus_zero)


def _read_bytes(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    at, stop = read_length(data, at, end)
    return data[at:stop], stop


def _write_bytes(out: bytearray, value: bytes) -> None:
    write_varint(out, len(value))
    out += value


def _read_string(data: bytes, at: int, end: int) -> tuple[str, int]:
    at, stop = read_length(data, at, end)
    try:
        return str(data[at:stop], "utf-8"), stop
    except UnicodeDecodeError as error:
        raise DecodeError(f"a text that is not UTF-8: {error}") from None


def _write_string(out: bytearray, value: str) -> None:
    _write_bytes(out, value.encode())


UINT32, UINT64 = _unsigned(32), _unsigned(64)
INT64, ENUM = _signed(64), _signed(32)
BOOL = Scalar(VARINT, _read_bool, _write_bool, _is_zero)
FLOAT, DOUBLE = _real(FIXED32, _FLOAT), _real(FIXED64, _DOUBLE)
BYTES = Scalar(LENGTH, _read_bytes, _write_bytes, _is_zero)
STRING = Scalar(LENGTH, _read_string, _write_string, _is_zero)
