"""What the daemon asks of whatever solves poses. numpy only, so that the IO side and the tests need no torch."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.frames import Flags, Floats, Motion, Setup, TrackerClip

WINDOW_FRAMES = 41  # of a live window, at SOLVER_RATE_HZ


@dataclass(frozen=True)
class EngineInfo:
    """For people to read: which prior, where it runs, anything else worth a line."""

    model: str
    device: str
    detail: str = ""


@dataclass(frozen=True)
class LivePose:
    """The body at the newest reading of a window."""

    root_position_m: Floats  # (3,)
    local_xyzw: Floats  # (22, 4)
    confidence: Floats  # (22,)
    measured: Flags  # (22,)


@dataclass(frozen=True)
class ClipProgress:
    """How far a clip is; the motion comes with the last one only."""

    frames_done: int
    frames_total: int
    motion: Motion | None = None


class Engine(Protocol):
    """One device's solver. Called from one thread; a slot is a small number the caller gives to a live session."""

    def info(self) -> EngineInfo: ...

    def open(self, slot: int, setup: Setup) -> None:
        """Whatever the slot held before is forgotten."""

    def close(self, slot: int) -> None: ...

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> Sequence[LivePose]:
        """One pose for each slot. A window has WINDOW_FRAMES readings at 60 Hz; the last is the newest one.

        times_s: of the newest reading of each, on a line of the session's own that only rises.
        """
        ...

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        """Any rate in; the motion has the clip's rate and length. Yields often: live ticks are served in between."""
        ...
