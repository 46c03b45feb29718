"""Where in time the page is, and what its buttons do to that. Every change gives a new timeline; no clock, no page."""
from __future__ import annotations

from dataclasses import dataclass, replace

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Timeline:
    """Frames are those of `rate_hz`, the first being 0 s; the last is at `duration_s`."""

    duration_s: float
    rate_hz: float
    time_s: float = 0.0
    speed: float = 1.0
    playing: bool = True
    loop: bool = True

    @property
    def frames(self) -> int:
        return round(self.duration_s * self.rate_hz) + 1

    @property
    def frame(self) -> int:
        return min(round(self.time_s * self.rate_hz), self.frames - 1)

    def after(self, passed_s: float) -> Timeline:
        """So many seconds of the wall's clock later: at the end it begins anew, or stays there."""
        if not self.playing:
            return self
        time_s = self.time_s + passed_s * self.speed
        if time_s <= self.duration_s:
            return replace(self, time_s=time_s)
        if self.loop and self.duration_s > 0:
            return replace(self, time_s=time_s % self.duration_s)
        return replace(self, time_s=self.duration_s, playing=False)

    def at_frame(self, frame: int) -> Timeline:
        """At that frame, or at the nearest there is."""
        time_s = min(max(frame, 0), self.frames - 1) / self.rate_hz
        return replace(self, time_s=min(time_s, self.duration_s))

    def stepped(self, frames: int) -> Timeline:
        """So many frames on or back, and still."""
        return replace(self.at_frame(self.frame + frames), playing=False)

    def toggled(self) -> Timeline:
        """Playing or not; from the end it plays from the beginning."""
        at_end = not self.playing and self.time_s >= self.duration_s
        return replace(self, playing=not self.playing, time_s=0.0 if at_end else self.time_s)

    def readout(self) -> str:
        """The place in words: minutes, seconds and milliseconds, and the frame counted from 0."""
        return (f"{clock(self.time_s)} of {clock(self.duration_s)}, frame {self.frame} of 0 to {self.frames - 1} "
                f"at {self.rate_hz:g} Hz")


def clock(time_s: float) -> str:
    """1:02.345"""
    thousandths = round(time_s * 1000)
    return f"{thousandths // 60_000}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"
