"""The control connections that have said Hello, by their routing ids, and the keys they came with; so many and no more.
"""
from __future__ import annotations

from collections import OrderedDict


class Peers:
    """The one heard longest ago makes room for a new one; if it lives, it is asked to greet again."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._greeted: OrderedDict[bytes, str] = OrderedDict()

    def greet(self, peer: bytes, key: str) -> None:
        self._greeted[peer] = key
        self._greeted.move_to_end(peer)
        if len(self._greeted) > self._most:
            self._greeted.popitem(last=False)

    def heard(self, peer: bytes) -> bool:
        """Whether it has greeted."""
        if peer not in self._greeted:
            return False
        self._greeted.move_to_end(peer)
        return True

    def key(self, peer: bytes) -> str:
        """By which the door let it in; empty where there is none, or for a stranger."""
        return self._greeted.get(peer, "")

    def gone(self, peer: bytes) -> bool:
        """Forgets it; whether there was anything to forget."""
        return self._greeted.pop(peer, None) is not None

    def all(self) -> tuple[bytes, ...]:
        return tuple(self._greeted)
