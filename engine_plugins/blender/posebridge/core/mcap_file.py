"""MCAP as far as a session file needs it: the messages of every topic in the order of the file, up to its last whole
chunk. A file that was cut off, or is damaged, ends where the damage begins.

zstandard, with which chunks are compressed, is not Python's own but Blender's.
"""
from __future__ import annotations

import importlib
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\x89MCAP0\r\n"
FOOTER, CHANNEL, MESSAGE, CHUNK = 0x02, 0x04, 0x05, 0x06
LARGEST_RECORD = 64 << 20
_RECORD = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<HIQQ")  # channel, sequence, log time, publish time
_CHUNK = struct.Struct("<QQQI")  # first time, last time, size and checksum of what is compressed
_TEXT = struct.Struct("<I")


class McapError(ValueError):
    """A file that is no MCAP, or one whose chunks cannot be opened here; whoever named the file says which."""


class Unopenable(McapError):
    """Compressed by something that this Python does not have."""


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """(topic, data). Raises McapError for what is no MCAP at all, OSError."""
    topics: dict[int, str] = {}
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise McapError("no MCAP file")
        for kind, content in _whole_records(file):
            if kind == CHANNEL and len(content) >= 4 + _TEXT.size:
                topics[int.from_bytes(content[:2], "little")] = _text(content, 4)[0]
            elif kind == MESSAGE and len(content) >= _MESSAGE.size:
                number = _MESSAGE.unpack_from(content)[0]
                if number in topics:
                    yield topics[number], content[_MESSAGE.size :]


def _whole_records(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Chunks opened; none of a damaged one is given out."""
    for kind, content in _records(file.read):
        if kind == FOOTER:
            return
        if kind != CHUNK:
            yield kind, content
            continue
        opened = _opened(content)
        if opened is None:
            return
        yield from _records(_reader(opened))


def _records(read: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    while len(head := read(_RECORD.size)) == _RECORD.size:
        kind, length = _RECORD.unpack(head)
        if length > LARGEST_RECORD:
            return
        content = read(length)
        if len(content) < length:
            return
        yield kind, content


def _reader(data: bytes) -> Callable[[int], bytes]:
    at = 0

    def read(count: int) -> bytes:
        nonlocal at
        part = data[at : at + count]
        at += len(part)
        return part

    return read


def _opened(chunk: bytes) -> bytes | None:
    """Its records; None where it is damaged."""
    if len(chunk) < _CHUNK.size + _TEXT.size + 8:
        return None
    _, _, size, checksum = _CHUNK.unpack_from(chunk)
    compression, at = _text(chunk, _CHUNK.size)
    data = chunk[at + 8 :]
    if size > LARGEST_RECORD or at + 8 > len(chunk):
        return None
    if compression:
        opened = _uncompressed(compression, data, size)
        if opened is None:
            return None
        data = opened
    return data if len(data) == size and checksum in (0, zlib.crc32(data)) else None


def _uncompressed(compression: str, data: bytes, size: int) -> bytes | None:
    try:
        library = importlib.import_module("zstandard") if compression == "zstd" else None
    except ImportError:
        library = None
    if library is None:
        raise Unopenable(f"its chunks are compressed with {compression}, which this Python does not have")
    try:
        return bytes(library.ZstdDecompressor().decompress(data, max_output_size=size))
    except library.ZstdError:
        return None


def _text(data: bytes, at: int) -> tuple[str, int]:
    """And where it ends."""
    (length,) = _TEXT.unpack_from(data, at)
    start = at + _TEXT.size
    return data[start : start + length].decode("utf-8", "replace"), start + length
