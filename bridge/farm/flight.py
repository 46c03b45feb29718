"""Takes that are with a daemon, or on their way there."""
from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from bridge.client_clips import Outcome
from bridge.commands.console import OnProgress
from bridge.farm.row import Row
from bridge.farm.unit import Read, Unit
from bridge.frames import Setup, TrackerClip

FRAMES = 1 << 14  # of takes under way at a time
FRAMES_BEFORE = 1 << 16  # read before there is a daemon to send them to: half a kilobyte each
LEAST_FRAMES = 64  # a take counts as so many at least


class Clips(Protocol):
    """What is needed of bridge.client_clips' ClipsInFlight."""

    @property
    def has_room(self) -> bool: ...
    def send(self, setup: Setup, clip: TrackerClip) -> int: ...
    def cancel(self, number: int) -> None: ...
    def hear(self, timeout_s: float) -> tuple[int, Outcome] | None: ...


@dataclass(frozen=True)
class Flight:
    """To a daemon that is ready. `frames`: of takes under way at a time."""

    clips: Clips
    frames: int = FRAMES


@dataclass(eq=False)
class Item:
    """A take on its way."""

    unit: Unit
    row: Row
    read: Read | None = None
    began_s: float | None = None
    beside: bool = False  # others were in the engine with it
    alone: bool = False  # an engine ended with it and others: is it to blame?
    shown: ExitStack = field(default_factory=ExitStack)
    on_progress: OnProgress = lambda done, total: None

    @property
    def frames(self) -> int:
        return max(len(self.read.session.clip), LEAST_FRAMES) if self.read else LEAST_FRAMES
