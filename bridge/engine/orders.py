"""What the IO side orders of the engine's process, and what comes back as reports. link.py makes bytes of them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge import errors
from bridge.engine.interface import EngineInfo, LivePose
from bridge.frames import Setup, TrackerClip
from bridge.replies import ClipSolved


@dataclass(frozen=True)
class OpenSlot:
    slot: int
    setup: Setup


@dataclass(frozen=True)
class CloseSlot:
    slot: int


@dataclass(frozen=True)
class SolveLive:
    tick: int
    slots: tuple[int, ...]
    windows: Sequence[TrackerClip]
    times_s: tuple[float, ...]


@dataclass(frozen=True)
class ClipRows:
    """Rows first_frame ... of a clip to solve; the clip starts when the last row is there."""

    job: int
    setup: Setup
    first_frame: int
    frames_total: int
    rows: TrackerClip


@dataclass(frozen=True)
class CancelJob:
    job: int


@dataclass(frozen=True)
class Stop:
    pass


Order = OpenSlot | CloseSlot | SolveLive | ClipRows | CancelJob | Stop


@dataclass(frozen=True)
class Ready:
    info: EngineInfo


@dataclass(frozen=True)
class Fault:
    """An error of the engine, by the name of its class and in its words. Where: "load", "slot" or "clip"."""

    where: str
    number: int  # of the slot or the job
    kind: str
    message: str

    def error(self) -> errors.PoseBridgeError:
        """As one of our own errors; anything else becomes a DeviceFailed that names it."""
        kind = getattr(errors, self.kind, None)
        if isinstance(kind, type) and issubclass(kind, errors.PoseBridgeError):
            return kind(self.message)
        return errors.DeviceFailed(f"the engine failed: {self.kind}: {self.message}")


@dataclass(frozen=True)
class Poses:
    """Ends a tick; a slot of the tick that is not here had a Fault."""

    tick: int
    slots: tuple[int, ...]
    poses: Sequence[LivePose]


@dataclass(frozen=True)
class JobProgress:
    job: int
    frames_done: int
    frames_total: int


@dataclass(frozen=True)
class JobRows:
    job: int
    rows: ClipSolved


@dataclass(frozen=True)
class Beat:
    """So far: the orders and pieces of clips that are done, and the CPU time of the threads that do them."""

    steps: int
    cpu_s: float


Report = Ready | Fault | Poses | JobProgress | JobRows | Beat
Message = Order | Report


def fault(where: str, number: int, error: BaseException) -> Fault:
    return Fault(where, number, type(error).__name__, str(error) or type(error).__name__)
