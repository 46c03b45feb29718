"""Who is who from frame to frame, where a detector says only who is in each: nearest goes on as nearest."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bridge.keypoints.found import Numbers

PATIENCE = 30  # frames that somebody may be unseen and still be who they were
NEAR, NEARER = 0.5, 0.05  # of a person's height: how far they may be off in the next frame, and more a frame unseen
SURE = 0.05  # confidence without which a keypoint says nothing of where somebody is


@dataclass
class _Track:
    """One person so far."""

    frames: list[int] = field(default_factory=list)
    seen: list[Numbers] = field(default_factory=list)  # (K, 3) each
    weight: float = 0.0  # height times confidence, over all frames

    def add(self, frame: int, one: Numbers) -> None:
        self.frames.append(frame)
        self.seen.append(one)
        self.weight += _height(one) * float(one[:, 2].mean())

    def away(self, frame: int, one: Numbers) -> float:
        """How far off somebody is, in units of how far they may be; infinite where they cannot be the same."""
        gap, last = frame - self.frames[-1], self.seen[-1]
        if gap > PATIENCE:
            return np.inf
        size = max(_height(last), _height(one), 1.0)
        off = float(np.linalg.norm(_centre(last) - _centre(one))) / size / (NEAR + NEARER * (gap - 1))
        return off if off <= 1 else np.inf


def tracks(frames: Sequence[Sequence[Numbers]], count: int) -> tuple[Numbers, ...]:
    """Every person through all frames, (T, K, 3) each, zeros where unseen; who is largest for longest comes first.

    frames: those seen in each frame, (K, 3) each. count: K, for files in which nobody is seen.
    """
    known: list[_Track] = []
    for frame, people in enumerate(frames):
        people = [one for one in people if (one[:, 2] > SURE).sum() >= 2]
        pairs = sorted((track.away(frame, one), number, mine) for number, track in enumerate(known)
                       if frame - track.frames[-1] <= PATIENCE for mine, one in enumerate(people))
        taken, gone_on = set[int](), set[int]()
        for off, number, mine in pairs:
            if np.isfinite(off) and number not in gone_on and mine not in taken:
                known[number].add(frame, people[mine])
                taken.add(mine)
                gone_on.add(number)
        for mine, one in enumerate(people):
            if mine not in taken:
                known.append(_Track())
                known[-1].add(frame, one)
    known.sort(key=lambda track: -track.weight)
    return tuple(_whole(track, len(frames), count) for track in known) or (np.zeros((len(frames), count, 3)),)


def _whole(track: _Track, length: int, count: int) -> Numbers:
    whole = np.zeros((length, count, 3))
    whole[track.frames] = track.seen
    return whole


def _centre(one: Numbers) -> Numbers:
    middle: Numbers = np.median(one[one[:, 2] > SURE, :2], axis=0)
    return middle


def _height(one: Numbers) -> float:
    sure = one[one[:, 2] > SURE, :2]
    return float(np.ptp(sure, axis=0).max())
