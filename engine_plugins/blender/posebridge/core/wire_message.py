"""What all generated messages are: something to read bytes into and to write as bytes, field by field.

What is repeated is paid for from a budget, so that a few bytes cannot become very many objects.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from .wire_format import DecodeError, read_tag, skip

MOST_ITEMS = 20_000  # of all repeated fields of a message and those within it; arrays of floats aside
_M = TypeVar("_M", bound="Message")


class Budget:
    """How many items may still come."""

    def __init__(self) -> None:
        self._left = MOST_ITEMS

    def take(self) -> None:
        """Pays for one."""
        self._left -= 1
        if self._left < 0:
            raise DecodeError(f"more than {MOST_ITEMS} repeated items")


Reader = Callable[[Any, bytes, int, int, Budget], int]  # puts a value into the message; the position after it
Writer = Callable[[Any, bytearray], None]


@dataclass(frozen=True)
class Field:
    readers: dict[int, Reader]
    write: Writer


class Message:
    """The root of the generated messages, which are dataclasses."""

    __slots__ = ()
    READERS: ClassVar[dict[int, Reader]] = {}
    WRITERS: ClassVar[tuple[Writer, ...]] = ()

    def encode(self) -> bytes:
        return bytes(body(self))

    @classmethod
    def decode(cls: type[_M], data: bytes) -> _M:
        """DecodeError, and nothing else, for whatever is no such message."""
        message = cls()
        read_into(message, data, 0, len(data), Budget())
        return message


def describe(kind: type[Message], *fields: Field) -> None:
    """Gives a message its fields, in the order of their numbers."""
    kind.READERS = {tag: reader for field in fields for tag, reader in field.readers.items()}
    kind.WRITERS = tuple(field.write for field in fields)


def read_into(message: Message, data: bytes, at: int, end: int, budget: Budget) -> int:
    """Reads what lies up to `end`, and returns it."""
    readers = message.READERS
    while at < end:
        tag = data[at]
        if 8 <= tag < 128:  # what read_tag would say of most
            at += 1
        else:
            tag, at = read_tag(data, at, end)
        read = readers.get(tag)
        at = read(message, data, at, end, budget) if read else skip(tag, data, at, end)
    return at


def body(message: Message) -> bytearray:
    """Its fields, without a length before them."""
    out = bytearray()
    for write in message.WRITERS:
        write(message, out)
    return out
