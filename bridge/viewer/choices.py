"""What was done on the page: changes of one state, put in by the page's threads and taken out by the loop."""
from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, replace

from bridge.viewer.shown import Shown
from bridge.viewer.timeline import Timeline


@dataclass(frozen=True)
class State:
    """All that a person decides on the page."""

    shown: Shown
    timeline: Timeline | None = None  # None: live
    frozen: bool = False  # live: the newest is not looked at


Change = Callable[[State], State]


def showing(**choices: object) -> Change:
    """The change that makes these choices of what is shown."""
    return lambda state: replace(state, shown=replace(state.shown, **choices))  # type: ignore[arg-type]


def hiding(person: int, hidden: bool) -> Change:
    """The change that shows one person, or not."""

    def change(state: State) -> State:
        others = state.shown.hidden - {person}
        return replace(state, shown=replace(state.shown, hidden=others | {person} if hidden else others))

    return change


def timing(move: Callable[[Timeline], Timeline]) -> Change:
    """The change that moves the timeline; live there is none to move."""
    return lambda state: replace(state, timeline=move(state.timeline)) if state.timeline else state


def freezing(state: State) -> State:
    """The change from frozen to not, and back."""
    return replace(state, frozen=not state.frozen)


class Changes:
    """Those that wait, in the order they were made."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Change] = queue.SimpleQueue()

    def add(self, change: Change) -> None:
        self._waiting.put(change)

    def apply(self, state: State) -> State:
        """Takes them out; the state after the last."""
        while not self._waiting.empty():
            state = self._waiting.get()(state)
        return state
