"""Several clips of one client at a time, solved in whatever order suits the daemon's engine."""
from __future__ import annotations

import math
import time
from dataclasses import dataclass

from bridge.client_clip import GatheredClip
from bridge.client_talk import AFTER_CUT_S, Talk
from bridge.errors import DaemonMissing, DaemonRefused, PoseBridgeError
from bridge.frames import Motion, Setup, TrackerClip
from bridge.messages import CancelClip, SolveClip
from bridge.refusals import error_of
from bridge.replies import ClipProgress, ClipSolved, ErrorMessage

Outcome = ClipProgress | Motion | PoseBridgeError  # the last two are a clip's last


@dataclass
class _Clip:
    setup: Setup
    rate_hz: float
    gathered: GatheredClip


class ClipsInFlight:
    """On a client's line, whose other questions wait until none is in flight."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._clips: dict[int, _Clip] = {}
        self._cuts = talk.cuts
        self._lost_at_s = math.inf

    def __len__(self) -> int:
        return len(self._clips)

    @property
    def has_room(self) -> bool:
        """Whether the line takes another clip at once."""
        return self._talk.has_room

    def send(self, setup: Setup, clip: TrackerClip) -> int:
        """The number by which hear() calls it. DaemonMissing; TooLarge for a clip that no message holds."""
        number = self._talk.send(SolveClip(setup, clip))
        self._clips[number] = _Clip(setup, clip.rate_hz, GatheredClip(len(clip)))
        return number

    def cancel(self, number: int) -> None:
        """Nothing more is heard of it. Again is harmless."""
        if self._clips.pop(number, None) is not None:
            self._talk.send(CancelClip(number))

    def hear(self, timeout_s: float) -> tuple[int, Outcome] | None:
        """What comes of one of them next; None if nothing does in time. DaemonMissing: none of them will be solved."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            self._talk.socket.poll(max(0, math.ceil(1000 * min(deadline_s - time.monotonic(), 0.1))))
            heard = self._talk.hear()
            self._note_cut()
            if heard and heard[0] in self._clips:
                outcome = self._outcome(*heard)
                if outcome is not None:
                    return heard[0], outcome
            if time.monotonic() >= deadline_s and not heard:
                return None

    def _outcome(self, number: int, body: object) -> Outcome | None:
        clip = self._clips[number]
        try:
            match body:
                case ClipProgress():
                    return body
                case ClipSolved():
                    clip.gathered.add(body)
                    if not clip.gathered.whole:
                        return None
                    del self._clips[number]
                    return clip.gathered.motion(clip.setup.skeleton, clip.rate_hz)
                case ErrorMessage():
                    del self._clips[number]
                    return error_of(body)
        except DaemonRefused as error:
            self.cancel(number)
            return error
        return None

    def _note_cut(self) -> None:
        """A cut takes those that are in flight along, but for what is heard of them soon after."""
        if self._talk.cuts != self._cuts:
            self._cuts, self._lost_at_s = self._talk.cuts, time.monotonic() + AFTER_CUT_S
        if self._clips and time.monotonic() > self._lost_at_s:
            self._clips.clear()
            raise DaemonMissing("the line to the daemon was cut while it solved; ask again")
