"""Fields of messages by their labels: each is a way to read, by tag, and a way to write."""
from __future__ import annotations

from array import array
from typing import Any

from .wire_format import FIXED32, LENGTH, DecodeError, after_fixed, read_length, write_varint
from .wire_message import Budget, Field, Message, Reader, body, read_into
from .wire_scalars import Scalar


def singular(number: int, name: str, scalar: Scalar) -> Field:
    """A default value is not written."""
    tag = _tag(number, scalar.wire)

    def write(message: Any, out: bytearray) -> None:
        value = getattr(message, name)
        if value or not scalar.blank(value):
            out += tag
            scalar.write(out, value)

    return Field({number << 3 | scalar.wire: _setter(name, scalar)}, write)


def optional(number: int, name: str, scalar: Scalar) -> Field:
    """None is not written."""
    tag = _tag(number, scalar.wire)

    def write(message: Any, out: bytearray) -> None:
        value = getattr(message, name)
        if value is not None:
            out += tag
            scalar.write(out, value)

    return Field({number << 3 | scalar.wire: _setter(name, scalar)}, write)


def repeated(number: int, name: str, scalar: Scalar) -> Field:
    """A list. Numbers are written packed and read either way."""
    tag, packed = _tag(number, LENGTH), scalar.wire != LENGTH

    def read(message: Any, data: bytes, at: int, end: int, budget: Budget) -> int:
        budget.take()
        value, at = scalar.read(data, at, end)
        getattr(message, name).append(value)
        return at

    def read_packed(message: Any, data: bytes, at: int, end: int, budget: Budget) -> int:
        at, stop = read_length(data, at, end)
        while at < stop:
            at = read(message, data, at, stop, budget)
        return at

    def write(message: Any, out: bytearray) -> None:
        for value in getattr(message, name):
            out += tag
            scalar.write(out, value)

    def write_packed(message: Any, out: bytearray) -> None:
        values = bytearray()
        for value in getattr(message, name):
            scalar.write(values, value)
        if values:
            _append(out, tag, values)

    if not packed:
        return Field({number << 3 | LENGTH: read}, write)
    return Field({number << 3 | scalar.wire: read, number << 3 | LENGTH: read_packed}, write_packed)


def floats(number: int, name: str) -> Field:
    """An array("f"), which lies in memory as on the wire where the machine is little-endian, as all of ours are."""
    tag = _tag(number, LENGTH)

    def read(message: Any, data: bytes, at: int, end: int, budget: Budget) -> int:
        at, stop = read_length(data, at, end)
        if (stop - at) % 4:
            raise DecodeError(f"{stop - at} bytes are no whole number of floats")
        getattr(message, name).frombytes(data[at:stop])
        return stop

    def read_one(message: Any, data: bytes, at: int, end: int, budget: Budget) -> int:
        stop = after_fixed(at, 4, end)
        getattr(message, name).frombytes(data[at:stop])
        return stop

    def write(message: Any, out: bytearray) -> None:
        values: array[float] = getattr(message, name)
        if values:
            _append(out, tag, values.tobytes())

    return Field({number << 3 | LENGTH: read, number << 3 | FIXED32: read_one}, write)


def submessage(number: int, name: str, kind: type[Message]) -> Field:
    """None where it is absent. What comes twice is merged."""
    return oneof(name, {number: kind})


def submessages(number: int, name: str, kind: type[Message]) -> Field:
    tag = _tag(number, LENGTH)

    def read(message: Any, data: bytes, at: int, end: int, budget: Budget) -> int:
        budget.take()
        part = kind()
        getattr(message, name).append(part)
        return read_into(part, data, *read_length(data, at, end), budget)

    def write(message: Any, out: bytearray) -> None:
        for part in getattr(message, name):
            _append(out, tag, body(part))

    return Field({number << 3 | LENGTH: read}, write)


def oneof(name: str, kinds: dict[int, type[Message]]) -> Field:
    """The last one wins; the same one twice is merged. None where all are absent."""
    tags = {kind: _tag(number, LENGTH) for number, kind in kinds.items()}

    def reader(kind: type[Message]) -> Reader:
        def read(message: Any, data: bytes, at: int, end: int, budget: Budget) -> int:
            part = getattr(message, name)
            if type(part) is not kind:
                part = kind()
                setattr(message, name, part)
            return read_into(part, data, *read_length(data, at, end), budget)

        return read

    def write(message: Any, out: bytearray) -> None:
        part = getattr(message, name)
        if part is None:
            return
        if type(part) not in tags:
            raise TypeError(f"{name} cannot be a {type(part).__name__}")
        _append(out, tags[type(part)], body(part))

    return Field({number << 3 | LENGTH: reader(kind) for number, kind in kinds.items()}, write)


def _setter(name: str, scalar: Scalar) -> Reader:
    def read(message: Any, data: bytes, at: int, end: int, budget: Budget) -> int:
        value, at = scalar.read(data, at, end)
        setattr(message, name, value)
        return at

    return read


def _append(out: bytearray, tag: bytes, value: bytes | bytearray) -> None:
    out += tag
    write_varint(out, len(value))
    out += value


def _tag(number: int, wire: int) -> bytes:
    out = bytearray()
    write_varint(out, number << 3 | wire)
    return bytes(out)
