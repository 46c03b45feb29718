"""Play a captured clip through a live session in real time, and say how the daemon kept up."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bridge.capture.steady import clip_frames
from bridge.client_live import Answer
from bridge.errors import DaemonRefused
from bridge.frames import Motion, Skeleton, TrackerClip, TrackerFrame

PATIENCE_S = 1.0  # for the last answers, once all frames are sent


class LiveLink(Protocol):
    """What playing needs of bridge.client's LiveSession."""

    def send(self, frame: TrackerFrame) -> None: ...

    def poll(self, timeout_s: float = 0.0) -> Answer | None: ...


@dataclass(frozen=True)
class LiveFigures:
    """sent = answered + superseded + lost; the latencies are of the answered, from sent to received."""

    sent: int
    answered: int
    superseded: int  # the daemon took a newer frame instead
    lost: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


def play(
    live: LiveLink,
    clip: TrackerClip,
    on_frame: Callable[[int, int], None] = lambda done, total: None,
    now_s: Callable[[], float] = time.monotonic,
) -> list[Answer]:
    """Sends each frame when it is due and gathers what comes back; on_frame(frames sent, frames in all)."""
    began_s, answers = now_s(), list[Answer]()
    for frame in clip_frames(clip):
        answers += _answers_until(live, began_s + frame.time_ns / 1e9, now_s)
        live.send(frame)
        on_frame(frame.sequence, len(clip))
    end_s = now_s() + PATIENCE_S
    while now_s() < end_s and not (answers and answers[-1].pose.sequence == len(clip)):
        if answer := live.poll(end_s - now_s()):
            answers.append(answer)
    return answers


def _answers_until(live: LiveLink, due_s: float, now_s: Callable[[], float]) -> Iterator[Answer]:
    while (left_s := due_s - now_s()) > 0:
        if answer := live.poll(left_s):
            yield answer


def figures(sent: int, answers: list[Answer], superseded: int) -> LiveFigures:
    """Of a session's answers; see figures_of."""
    return figures_of(sent, [answer.latency_ms for answer in answers], superseded)


def figures_of(sent: int, latencies_ms: Sequence[float], superseded: int) -> LiveFigures:
    """DaemonRefused if nothing was answered, as there is then nothing to say."""
    if not latencies_ms:
        raise DaemonRefused(f"{sent} frames were sent and the daemon answered none")
    p50, p95, p99 = np.percentile(latencies_ms, [50, 95, 99])
    lost = sent - len(latencies_ms) - superseded
    return LiveFigures(sent, len(latencies_ms), superseded, lost, float(p50), float(p95), float(p99))


def shown_motion(answers: list[Answer], skeleton: Skeleton, clip: TrackerClip) -> Motion:
    """What a viewer saw: at every frame of the clip the pose that answered it, or the last one before.

    Before the first answer the first is shown. There must be one answer or more.
    """
    sequences = np.array([answer.pose.sequence for answer in answers])
    newest = np.maximum(np.searchsorted(sequences, np.arange(1, len(clip) + 1), side="right") - 1, 0)
    poses = [answers[index].pose for index in newest]
    return Motion(
        skeleton,
        clip.rate_hz,
        np.stack([pose.root_position_m for pose in poses]),
        np.stack([pose.local_xyzw for pose in poses]),
        np.stack([pose.confidence for pose in poses]),
    )
