"""The bytes of a ZMTP peer, written by hand from RFC 37, and a connection that has met one."""
from __future__ import annotations

import struct

from engine_plugins.blender.posebridge.core.zmtp import Connection, Event
from engine_plugins.blender.posebridge.core.zmtp_mechanism import Mechanism, Null

MOST_BYTES = 4 << 20
ROUTER_READY = b"\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER"


def hello(mechanism: bytes = b"NULL", version: bytes = b"\x03\x01", as_server: bytes = b"\0") -> bytes:
    """A greeting."""
    return b"\xff\0\0\0\0\0\0\0\1\x7f" + version + mechanism.ljust(20, b"\0") + as_server + bytes(31)


def frame(body: bytes, flags: int = 0) -> bytes:
    if len(body) < 256:
        return struct.pack("BB", flags, len(body)) + body
    return struct.pack(">BQ", flags | 2, len(body)) + body


def command(name: bytes, data: bytes = b"") -> bytes:
    return frame(struct.pack("B", len(name)) + name + data, 4)


def sent(connection: Connection) -> bytes:
    """Takes out what it wants sent."""
    data = bytes(connection.out)
    connection.out.clear()
    return data


def met(mechanism: Mechanism | None = None, most_bytes: int = MOST_BYTES) -> Connection:
    """A connection that is ready, at second 0, with nothing left to send."""
    connection = Connection(mechanism or Null(), most_bytes, 0.0)
    connection.receive(hello() + ROUTER_READY, 0.0)
    sent(connection)
    return connection


def fed(connection: Connection, data: bytes, piece: int) -> list[Event]:
    """What comes of bytes that arrive in pieces."""
    return [event for at in range(0, len(data), piece) for event in connection.receive(data[at : at + piece], 0.0)]
