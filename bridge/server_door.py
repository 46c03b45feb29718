"""Who gets a connection at all, before the first byte of ours: ZMTP's own authentication, answered by the daemon's loop
(ZAP, 0MQ RFC 27).

libzmq asks over a socket inside the process; there is no thread that could die and leave the door open, and while
nobody answers nobody comes in (ZAP_ENFORCE_DOMAIN).
"""
from __future__ import annotations

import logging
from typing import Protocol

import zmq
from zmq.utils import z85

from bridge.security import PLAIN_NAME, same_token
from bridge.security_keys import DaemonKey, KeyRing

log = logging.getLogger(__name__)
ADDRESS = "inproc://zeromq.zap.01"
DOMAIN = b"posebridge"
VERSION = b"1.0"
Options = dict[int, int | bytes]


class Guard(Protocol):
    """A mechanism and whom it lets in."""

    mechanism: bytes

    def options(self) -> Options:
        """Of each of the daemon's sockets."""

    def admits(self, credentials: list[bytes]) -> str | None:
        """The key that these prove, None for who may not come in. Sessions belong to it."""


class CurveGuard:
    """Encrypted; only clients whose public keys are allowed. `local` is the key of this machine's own clients."""

    mechanism = b"CURVE"

    def __init__(self, own: DaemonKey, ring: KeyRing, local: str) -> None:
        self._own, self._ring, self._local = own, ring, local

    def options(self) -> Options:
        return {zmq.CURVE_SERVER: 1, zmq.CURVE_SECRETKEY: self._own.secret.encode()}

    def admits(self, credentials: list[bytes]) -> str | None:
        key = z85.encode(credentials[0]).decode() if len(credentials) == 1 and len(credentials[0]) == 32 else ""
        return key if key == self._local or self._ring.allows(key) else None


class PlainGuard:
    """Not encrypted: who knows the token. For headsets that can do no better, on a network one trusts."""

    mechanism = b"PLAIN"

    def __init__(self, token: str) -> None:
        self._token = token

    def options(self) -> Options:
        return {zmq.PLAIN_SERVER: 1}

    def admits(self, credentials: list[bytes]) -> str | None:
        if len(credentials) != 2 or credentials[0] != PLAIN_NAME.encode():
            return None
        return PLAIN_NAME if same_token(credentials[1].decode("latin-1"), self._token) else None


def key_of(frame: zmq.Frame) -> str:
    """By which the door let in whoever sent this."""
    return str(frame.get("User-Id"))


class Door:
    """Answers libzmq's questions with a guard."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], guard: Guard) -> None:
        self._guard = guard
        self.zmq = context.socket(zmq.REP)
        self.zmq.setsockopt(zmq.LINGER, 0)
        self.zmq.bind(ADDRESS)

    def options(self) -> Options:
        """Of the sockets behind it."""
        return {zmq.ZAP_DOMAIN: DOMAIN, zmq.ZAP_ENFORCE_DOMAIN: 1, **self._guard.options()}

    def answer(self) -> None:
        """All questions there are now."""
        while self.zmq.poll(0):
            self.zmq.send_multipart(self._reply(self.zmq.recv_multipart()))

    def _reply(self, question: list[bytes]) -> list[bytes]:
        if len(question) < 6 or question[0] != VERSION:
            return [VERSION, question[1] if len(question) > 1 else b"", b"400", b"not a question", b"", b""]
        _, request, domain, address, _, mechanism, *credentials = question
        known = domain == DOMAIN and mechanism == self._guard.mechanism
        key = self._guard.admits(credentials) if known else None
        if key is None:
            log.warning("refused a connection from %s: not a key or token that is allowed", address.decode("latin-1"))
            return [VERSION, request, b"400", b"not allowed", b"", b""]
        return [VERSION, request, b"200", b"OK", key.encode(), b""]

    def close(self) -> None:
        self.zmq.close(0)
