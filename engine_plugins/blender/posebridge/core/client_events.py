"""What a client tells its caller, in the order it happened; and the box where it lies until the caller comes."""
from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from .client_clip import SolvedClip
from .client_errors import DaemonError
from .messages import Welcome
from .wire_message import Message

MOST_EVENTS = 10_000  # that lie until they are taken; beyond, the oldest are lost


@dataclass(frozen=True)
class Connected:
    """The daemon has greeted us; after a cut, once more."""

    welcome: Welcome


@dataclass(frozen=True)
class Answered:
    """A request has its answer."""

    request: int
    body: Message


@dataclass(frozen=True)
class ClipAdvanced:
    request: int
    frames_done: int
    frames_total: int


@dataclass(frozen=True)
class ClipDone:
    request: int
    clip: SolvedClip


@dataclass(frozen=True)
class Failed:
    """A request will have no answer. Request 0: a live frame was refused; the session lives on unless it is unknown."""

    request: int
    error: DaemonError


@dataclass(frozen=True)
class Cut:
    """A connection broke and is being mended."""

    why: str


@dataclass(frozen=True)
class Leaving:
    """The daemon finishes what runs and takes nothing new."""

    reason: str


@dataclass(frozen=True)
class Ended:
    """The last event. None: the caller closed the client."""

    error: DaemonError | None


Event = Connected | Answered | ClipAdvanced | ClipDone | Failed | Cut | Leaving | Ended


class EventBox:
    """Filled by one thread, emptied by another."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._lock = threading.Lock()

    def add(self, event: Event) -> None:
        """Of a clip's progress only the newest is kept where nothing came between."""
        with self._lock:
            last = self._events[-1] if self._events else None
            if isinstance(event, ClipAdvanced) and isinstance(last, ClipAdvanced) and event.request == last.request:
                self._events.pop()
            self._events.append(event)

    def take(self) -> list[Event]:
        with self._lock:
            events = list(self._events)
            self._events.clear()
        return events
