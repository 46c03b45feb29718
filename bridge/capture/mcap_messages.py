"""Messages of an MCAP file, one after the other, as the format's specification has them (mcap.dev/spec).

The mcap package reads any record, field by field; of a session's file hardly anything but messages is wanted, and they
are cut out here without an object for each field.
"""
from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from mcap.data_stream import ReadDataStream
from mcap.records import Channel, Chunk
from mcap.stream_reader import get_chunk_data_stream

MAGIC = b"\x89MCAP0\r\n"
LARGEST_RECORD = 64 << 20
_FOOTER, _CHANNEL, _MESSAGE, _CHUNK = 2, 4, 5, 6
_RECORD = struct.Struct("<BQ")  # what it is, and its length
_OF_MESSAGE = struct.Struct("<HIQQ")  # channel, sequence, two times; its data follow


def messages_of(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """(topic, data) in the file's order up to its footer; chunks are opened whole: none of a damaged one is given out.

    Raises what struct, zstandard and mcap do, EOFError and ValueError where the file is damaged or ends early.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("not an MCAP file")
    topics: dict[int, str] = {}
    while True:
        kind, size = _RECORD.unpack(_exactly(file, _RECORD.size))
        if size > LARGEST_RECORD:
            raise ValueError(f"a record of {size} bytes")
        content = _exactly(file, size)
        if kind == _FOOTER:
            return
        if kind == _CHUNK:
            yield from list(_within(_opened(content), topics))
        else:
            yield from _message(kind, content, topics)


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError("the file ends early")
    return data


def _opened(content: bytes) -> bytes:
    """A chunk's records, whose checksum is right."""
    chunk = Chunk.read(_stream(content))
    if chunk.uncompressed_size > LARGEST_RECORD:
        raise ValueError(f"a chunk of {chunk.uncompressed_size} bytes")
    stream, size = get_chunk_data_stream(chunk, validate_crc=True)
    return bytes(stream.read(size))


def _within(records: bytes, topics: dict[int, str]) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(records):
        kind, size = _RECORD.unpack_from(records, at)
        at += _RECORD.size
        if at + size > len(records):
            raise EOFError("a chunk ends early")
        yield from _message(kind, records[at : at + size], topics)
        at += size


def _message(kind: int, content: bytes, topics: dict[int, str]) -> Iterator[tuple[str, bytes]]:
    """The message that the record is, if it is one of a known topic; a channel's topic is known from here on."""
    if kind == _CHANNEL:
        channel = Channel.read(_stream(content))
        topics[channel.id] = channel.topic
    elif kind == _MESSAGE:
        number = _OF_MESSAGE.unpack_from(content)[0]
        if number in topics:
            yield topics[number], content[_OF_MESSAGE.size :]


def _stream(content: bytes) -> ReadDataStream:
    return ReadDataStream(BytesIO(content))
