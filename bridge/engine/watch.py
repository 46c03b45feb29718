"""Whether the engine hangs: a pure rule over the loop's turns and the engine's heartbeats (pulse.py).

An engine hangs that has work and, for engine_silence_s, gives no sign of life or takes no CPU time. One that computes
is slow, not hung, and has engine_tick_s for a live tick, engine_piece_s for a piece of a clip.

No clock of the wall decides, since machines stand still for seconds. Silence counts in turns of the loop, a long one
for no more than LONGEST_TURN_S: while the machine stands still the loop does not turn. Idleness and slowness count in
heartbeats: an engine that is not let run has none.
"""
from __future__ import annotations

from enum import Enum, auto

from bridge.config import Timing
from bridge.engine.orders import Beat, Report
from bridge.engine.pulse import BEAT_S

LONGEST_TURN_S = 0.5  # the loop means to turn twice as often
IDLE_CPU_S = 0.001  # in a beat; whoever waits takes less


class Work(Enum):
    """What the engine has to do."""

    NONE = auto()
    TICK = auto()
    CLIP = auto()  # and perhaps a tick


class Watch:
    """Of one engine, from when it is ready."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._looked_s: float | None = None
        self._last = Beat(0, 0.0)
        self._silent_s = self._idle_s = self._working_s = 0.0

    def heard(self, report: Report) -> None:
        """A beat, or anything else it says: that is progress."""
        self._silent_s = 0.0
        if not isinstance(report, Beat):
            self._forgive()
            return
        before, self._last = self._last, report
        if report.steps != before.steps:
            self._forgive()
            return
        self._working_s += BEAT_S
        self._idle_s = 0.0 if report.cpu_s - before.cpu_s > IDLE_CPU_S else self._idle_s + BEAT_S

    def look(self, now_s: float, work: Work) -> str | None:
        """Once a turn, after its report: how the engine hangs, if it does."""
        passed_s = 0.0 if self._looked_s is None else min(now_s - self._looked_s, LONGEST_TURN_S)
        self._looked_s = now_s
        if work is Work.NONE:
            self._forgive()
            return None
        self._silent_s += passed_s
        if self._silent_s > self._timing.engine_silence_s:
            return f"no answer for {self._timing.engine_silence_s:g} s, nor a sign of life"
        if self._idle_s > self._timing.engine_silence_s:
            return f"no answer for {self._timing.engine_silence_s:g} s, and it computes nothing"
        most_s = self._timing.engine_tick_s if work is Work.TICK else self._timing.engine_piece_s
        return f"{most_s:g} s of work at one step" if self._working_s > most_s else None

    def _forgive(self) -> None:
        self._silent_s = self._idle_s = self._working_s = 0.0
