"""Many live sessions of one client, waited for together."""
from __future__ import annotations

import math
from collections.abc import Sequence

import zmq

from bridge.client_live import Answer, LiveSession


class Crowd:
    """Sessions by their numbers, 0 and up."""

    def __init__(self, sessions: Sequence[LiveSession]) -> None:
        self.sessions = sessions
        self._poller = zmq.Poller()
        self._numbers = {}
        for number, session in enumerate(sessions):
            self._poller.register(session.socket, zmq.POLLIN)
            self._numbers[session.socket] = number

    def answers(self, timeout_s: float) -> list[tuple[int, Answer]]:
        """One answer of each session that has any, waiting up to timeout_s for the first; raises what
        LiveSession.poll raises."""
        found = []
        for socket, _ in self._poller.poll(math.ceil(1000 * timeout_s)):
            number = self._numbers[socket]
            if answer := self.sessions[number].poll():
                found.append((number, answer))
        if not found and (late := self.sessions[0].poll()):  # hears whether the daemon lives; an answer may have come
            found.append((0, late))
        return found
