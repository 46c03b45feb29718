"""ZMTP frames from bytes and to bytes (0MQ RFC 37): a flags byte, a size of one or eight bytes, and so many bytes."""
from __future__ import annotations

from typing import NamedTuple

MORE, LONG, COMMAND = 1, 2, 4
MOST_COMMAND_BYTES = 4096  # those of libzmq take less than 100
_LIBZMQ_ERROR = b"^RROR"  # so a PLAIN server of libzmq 4.3 writes it, where the length 5 and an E should be


class ZmtpError(Exception):
    """The connection cannot go on: the peer is gone, silent, or does not speak as it must."""


class Frame(NamedTuple):
    flags: int
    body: bytes


class FrameReader:
    """Takes bytes as they come, in pieces of any size. A frame that is too long is refused before its bytes are there.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._buffer = bytearray()

    def feed(self, data: bytes | memoryview) -> None:
        self._buffer += data

    def begins_with(self, byte: int) -> bool:
        """Also while nothing is there."""
        return not self._buffer or self._buffer[0] == byte

    def take(self, count: int) -> bytes | None:
        """The next bytes as they are, if so many are there."""
        if len(self._buffer) < count:
            return None
        return self._cut(0, count)

    def next_frame(self) -> Frame | None:
        """None until one is whole."""
        if not self._buffer:
            return None
        flags = self._buffer[0]
        if flags & ~(MORE | LONG | COMMAND) or (flags & COMMAND and flags & MORE):
            raise ZmtpError(f"the peer sent a frame with flags {flags:#04x}, which are none of ZMTP's")
        start = 9 if flags & LONG else 2
        if len(self._buffer) < start:
            return None
        size = int.from_bytes(self._buffer[1:start], "big")
        most = MOST_COMMAND_BYTES if flags & COMMAND else self._most_bytes
        if size > most:
            raise ZmtpError(f"the peer announced a frame of {size} bytes; at most {most} are allowed")
        if len(self._buffer) < start + size:
            return None
        return Frame(flags, self._cut(start, start + size))

    def _cut(self, start: int, stop: int) -> bytes:
        with memoryview(self._buffer) as view:
            data = bytes(view[start:stop])
        del self._buffer[:stop]
        return data


def frame_head(flags: int, size: int) -> bytes:
    """What comes before a frame's bytes."""
    if size < 256:
        return bytes((flags, size))
    return bytes((flags | LONG,)) + size.to_bytes(8, "big")


def command(name: bytes, data: bytes = b"") -> bytes:
    """A whole command frame."""
    body = bytes((len(name),)) + name + data
    return frame_head(COMMAND, len(body)) + body


def read_command(body: bytes) -> tuple[bytes, bytes]:
    """Its name and data."""
    if body.startswith(_LIBZMQ_ERROR):
        return b"ERROR", body[len(_LIBZMQ_ERROR):]
    if not body or body[0] > len(body) - 1:
        raise ZmtpError("the peer sent a command without a name")
    end = 1 + body[0]
    return body[1:end], body[end:]
