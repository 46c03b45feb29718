"""How a ZMTP connection is agreed on: NULL, and PLAIN as a client. A mechanism answers commands until all is agreed.

NULL:   both send READY.
PLAIN:  HELLO -> WELCOME -> INITIATE -> READY. The password goes as it is: PLAIN does not encrypt.
"""
from __future__ import annotations

from typing import Protocol

from .zmtp_frames import ZmtpError, command

FITTING = (b"ROUTER", b"DEALER", b"REP")  # whom a DEALER may speak to


class Refused(ZmtpError):
    """The peer does not let us in, and will not if we try again."""


class Mechanism(Protocol):
    name: bytes

    def begin(self) -> bytes:
        """What the client sends once both greetings are there."""

    def answer(self, name: bytes, data: bytes) -> bytes | None:
        """What it answers to a command; None once the peer is ready."""


class Null:
    name = b"NULL"

    def begin(self) -> bytes:
        return command(b"READY", own_properties())

    def answer(self, name: bytes, data: bytes) -> bytes | None:
        expect(name, data, b"READY")
        check_properties(data)
        return None


class Plain:
    name = b"PLAIN"

    def __init__(self, user: str, password: str) -> None:
        self._credentials = b"".join(bytes((len(part),)) + part for part in (user.encode(), password.encode()))
        self._welcomed = False

    def begin(self) -> bytes:
        self._welcomed = False
        return command(b"HELLO", self._credentials)

    def answer(self, name: bytes, data: bytes) -> bytes | None:
        expect(name, data, b"READY" if self._welcomed else b"WELCOME")
        if self._welcomed:
            check_properties(data)
            return None
        self._welcomed = True
        return command(b"INITIATE", own_properties())


def expect(name: bytes, data: bytes, wanted: bytes) -> None:
    """Refused for an ERROR, ZmtpError for anything else but what is wanted."""
    if name == b"ERROR":
        reason = data[1 : 1 + data[0]].decode("latin-1") if data else ""
        raise Refused(f"the peer refused the connection: {reason or 'it gave no reason'}")
    if name != wanted:
        raise ZmtpError(f"the peer sent {name.decode('latin-1')!r} where {wanted.decode()} was due")


def own_properties() -> bytes:
    """A DEALER that brings no routing id."""
    return _property(b"Socket-Type", b"DEALER") + _property(b"Identity", b"")


def _property(name: bytes, value: bytes) -> bytes:
    return bytes((len(name),)) + name + len(value).to_bytes(4, "big") + value


def check_properties(data: bytes) -> None:
    """Refused if the peer is no socket for a DEALER."""
    kind = read_properties(data).get(b"socket-type")
    if kind not in FITTING:
        raise Refused(f"the peer is a {kind.decode('latin-1') if kind else 'nameless'} socket; "
                      f"a DEALER speaks to {', '.join(one.decode() for one in FITTING)}")


def read_properties(data: bytes) -> dict[bytes, bytes]:
    """Values by their names in lower case, as case does not count."""
    found, at = {}, 0
    while at < len(data):
        name_end = at + 1 + data[at]
        value = name_end + 4
        end = value + int.from_bytes(data[name_end:value], "big")
        if end > len(data):
            raise ZmtpError("the peer's properties are cut off")
        found[data[at + 1 : name_end].lower()] = data[value:end]
        at = end
    return found
