"""What the daemon asks of whatever solves poses. numpy only, so that the IO side and the tests need no torch."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.frames import Flags, Floats, Motion, Setup, TrackerClip

WINDOW_FRAMES = 41  # of a live window, at SOLVER_RATE_HZ


Clip = tuple[Setup, TrackerClip]


@dataclass(frozen=True)
class EngineInfo:
    """For people to read: which prior, where it runs, anything else worth a line. And how much it takes in at a time
    of clips that wait to be solved."""

    model: str
    device: str
    detail: str = ""
    clips_at_once: int = 1  # that it wants to have at a time,
    frames_at_once: int = 0  # or as many more as are no more frames in all


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
    """One device's solver. A slot is a small number the caller gives to a live session. Clips are solved in other
    threads than live sessions, but no step of one while anything else here is called but such steps (lanes.py)."""

    def info(self) -> EngineInfo: ...

    @property
    def lanes(self) -> int:
        """How many threads may solve clips side by side."""
        ...

    @property
    def frames_together(self) -> int:
        """How many frames of clips are best solved in one go; 0: each clip alone."""
        ...

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

    def solve_clips(self, clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        """Steps of each, by its place among them, in any order. Any rate in; a motion has its clip's rate and length.
        Yields often: live ticks are served in between. An error may be any clip's: alone, one keeps it to itself."""
        ...
