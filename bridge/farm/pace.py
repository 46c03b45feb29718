"""How fast frames are solved where several takes are under way: what is done of each counts once it is told."""
from __future__ import annotations


class Pace:
    """Of takes by their numbers."""

    def __init__(self) -> None:
        self._done: dict[int, int] = {}  # frames, of those under way
        self._before = 0  # of those that are over
        self._begun: dict[int, tuple[float, int]] = {}  # when, and how much was done then

    def begin(self, number: int, now_s: float) -> None:
        self._begun[number] = now_s, self._all()
        self._done[number] = 0

    def told(self, number: int, done: int) -> None:
        self._done[number] = done

    def end(self, number: int, frames: int, now_s: float) -> float:
        """Seconds that so many frames took while this take was under way."""
        self._done.pop(number)
        self._before += frames
        began_s, before = self._begun.pop(number)
        return (now_s - began_s) * frames / max(self._all() - before, frames, 1)

    def drop(self, number: int) -> None:
        """A take that is not solved."""
        self._done.pop(number, None)
        self._begun.pop(number, None)

    def _all(self) -> int:
        return self._before + sum(self._done.values())
