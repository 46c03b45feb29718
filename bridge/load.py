"""Load for a daemon: many people tracked at a steady rate, each a live session, and what became of every frame."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from bridge.client_live import Answer
from bridge.frames import TrackerClip, TrackerFrame
from bridge.playback import figures_of

PATIENCE_S = 3.0  # for the last answers, once all frames are sent; a busy machine may stand still for a second
OnSent = Callable[[int, int], None]


class LiveLink(Protocol):
    """What a load needs of bridge.client's LiveSession."""

    def send(self, frame: TrackerFrame) -> None: ...


class Together(Protocol):
    """What it needs of bridge.client_crowd's Crowd."""

    def answers(self, timeout_s: float) -> list[tuple[int, Answer]]: ...


@dataclass(frozen=True)
class Load:
    """How many people, how often each is tracked, and for how long."""

    sessions: int
    rate_hz: float
    seconds: float

    @property
    def frames(self) -> int:
        """Of each session."""
        return max(1, round(self.rate_hz * self.seconds))

    def due_s(self, event: int) -> float:
        """Events take turns: the sessions' frames are spread evenly, as devices that know nothing of each other."""
        return event / (self.sessions * self.rate_hz)


@dataclass
class Heard:
    """What one session was answered."""

    latencies_ms: list[float] = field(default_factory=list)
    newest: int = 0

    def note(self, answer: Answer) -> None:
        self.latencies_ms.append(answer.latency_ms)
        self.newest = answer.pose.sequence


@dataclass(frozen=True)
class Driven:
    """What a load came to, before the daemon's account."""

    load: Load
    heard: list[Heard]
    took_s: float  # from the first frame due to the last one sent
    behind_ms: list[float]  # how late each frame left: the generator's own fault


def drive(
    links: list[LiveLink], together: Together, clip: TrackerClip, load: Load,
    on_sent: OnSent = lambda done, total: None, now_s: Callable[[], float] = time.monotonic,
) -> Driven:
    """Sends every session's frames when they are due and gathers what comes back."""
    heard = [Heard() for _ in links]
    people = [frames_of(clip, load, start=number * len(clip) // len(links)) for number in range(len(links))]
    began_s, total, behind_ms = now_s(), load.frames * load.sessions, list[float]()

    def gather(until_s: float, enough: Callable[[], bool] = lambda: False) -> None:
        while (left_s := until_s - now_s()) > 0 and not enough():
            for number, answer in together.answers(left_s):
                heard[number].note(answer)

    for event in range(total):
        due_s = began_s + load.due_s(event)
        gather(due_s)
        behind_ms.append(1000 * max(now_s() - due_s, 0.0))
        links[event % load.sessions].send(next(people[event % load.sessions]))
        on_sent(event + 1, total)
    took_s = now_s() - began_s
    gather(now_s() + PATIENCE_S, lambda: all(one.newest == load.frames for one in heard))
    return Driven(load, heard, took_s, behind_ms)


def frames_of(clip: TrackerClip, load: Load, start: int) -> Iterator[TrackerFrame]:
    """Frames of somebody who moves as the clip does, there and back again for ever, from frame `start` on.

    Each is the clip's last reading by its time: the clip's own clock decides how fast the motion is.
    """
    rows = [*range(len(clip)), *range(len(clip) - 2, 0, -1)]
    for sequence in range(1, load.frames + 1):
        elapsed_s = (sequence - 1) / load.rate_hz
        row = rows[(start + int(elapsed_s * clip.rate_hz + 1e-6)) % len(rows)]
        yield TrackerFrame(sequence, round(1e9 * elapsed_s), clip.positions_m[row], clip.rotations_xyzw[row],
                           clip.position_valid[row], clip.rotation_valid[row])


@dataclass(frozen=True)
class LoadFigures:
    """sent = answered + superseded + lost; latencies are of the answered, from sent to received."""

    sessions: int
    rate_hz: float
    seconds: float
    sent: int
    answered: int
    superseded: int  # the daemon took a newer frame instead
    lost: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    results_per_s: list[float]  # of each session
    generator_behind_p99_ms: float  # how late frames left here: beyond a millisecond the latencies are ours as well


def load_figures(driven: Driven, superseded: int) -> LoadFigures:
    """DaemonRefused if nothing was answered."""
    load = driven.load
    told = figures_of(load.frames * load.sessions, [ms for one in driven.heard for ms in one.latencies_ms], superseded)
    rates = [len(one.latencies_ms) / max(driven.took_s, load.frames / load.rate_hz) for one in driven.heard]
    return LoadFigures(
        load.sessions, load.rate_hz, driven.took_s, **vars(told), results_per_s=rates,
        generator_behind_p99_ms=float(np.percentile(driven.behind_ms, 99)),
    )
