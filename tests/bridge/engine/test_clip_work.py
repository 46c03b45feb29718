"""Batches, the faults of single clips in them, and cancelling: with an engine that only counts."""
from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence

import pytest

from bridge.engine.clip_work import ClipWork, fitting
from bridge.engine.echo import EchoEngine
from bridge.engine.gather import clip_orders
from bridge.engine.interface import Clip, ClipProgress
from bridge.engine.lanes import Ended, Outcome
from bridge.engine.orders import Fault, JobProgress, JobRows, Report
from bridge.frames import Setup, TrackerClip

POISON = 13  # frames


class Together(EchoEngine):
    """Solves `frames_together` frames of clips at a time, and none of a batch with a clip that it cannot bear."""

    def __init__(self, frames_together: int) -> None:
        super().__init__()
        self.frames_together = frames_together
        self.batches: list[list[int]] = []

    def solve_clips(self, clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        frames = [len(clip) for _, clip in clips]
        self.batches.append(frames)
        yield from ((place, ClipProgress(0, count)) for place, count in enumerate(frames))
        if POISON in frames:
            raise ValueError("thirteen")
        yield from super().solve_clips(clips)


class Bench:
    """An engine's clips, and what is reported of them."""

    def __init__(self, engine: EchoEngine) -> None:
        self.reports: list[Report] = []
        self._heard: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.work = ClipWork(engine, self._heard.put, self.reports.append)
        self.work.hold()

    def send(self, job: int, clip: TrackerClip) -> None:
        for order in clip_orders(job, Setup(), clip):
            self.work.take(order)

    def run(self, batches: int) -> None:
        """Until so many batches have ended, and everything is reported."""
        self.work.go_on()
        while batches:
            outcome = self._heard.get(timeout=10)
            self.work.hear(outcome)
            batches -= isinstance(outcome, Ended)
        while self.work.report_next():
            pass

    def solved(self) -> list[int]:
        """Jobs whose last frame is there."""
        return [report.job for report in self.reports if isinstance(report, JobRows)
                and report.rows.first_frame + len(report.rows.root_position_m) == report.rows.frames_total]


def test_what_waits_is_solved_together(standing: Callable[..., TrackerClip]) -> None:
    engine = Together(100)
    bench = Bench(engine)
    for job, frames in enumerate((30, 40, 50, 10, 300, 60)):
        bench.send(job, standing(frames))
    bench.run(batches=4)
    assert engine.batches == [[30], [40, 50, 10], [300], [60]]  # the first was begun when it came
    assert bench.solved() == list(range(6))
    assert {report.job for report in bench.reports if isinstance(report, JobProgress)} == set(range(6))


def test_each_clip_is_alone_where_that_is_better(standing: Callable[..., TrackerClip]) -> None:
    engine = Together(0)
    bench = Bench(engine)
    for job in range(3):
        bench.send(job, standing(20))
    bench.run(batches=3)
    assert engine.batches == [[20]] * 3 and bench.solved() == [0, 1, 2]


def test_the_fault_of_one_clip_is_its_own(standing: Callable[..., TrackerClip]) -> None:
    engine = Together(1000)
    bench = Bench(engine)
    for job, frames in enumerate((20, 30, POISON, 40, 50)):
        bench.send(job, standing(frames))
    bench.run(batches=6)
    assert engine.batches == [[20], [30, POISON, 40, 50], [30, POISON], [40, 50], [30], [POISON]]
    assert sorted(bench.solved()) == [0, 1, 3, 4]
    assert [report for report in bench.reports if isinstance(report, Fault)] == [
        Fault("clip", 2, "ValueError", "thirteen")]


def test_nothing_is_reported_of_what_is_cancelled(standing: Callable[..., TrackerClip]) -> None:
    engine = Together(1000)
    bench = Bench(engine)
    for job in range(4):
        bench.send(job, standing(600))
    bench.work.cancel(0)  # in the engine
    bench.work.cancel(2)  # waits
    bench.run(batches=3)
    assert bench.solved() == [1, 3]
    assert not [report for report in bench.reports if isinstance(report, JobProgress | JobRows | Fault)
                and (report.number if isinstance(report, Fault) else report.job) in (0, 2)]


@pytest.mark.parametrize(("frames", "most", "expected"), [
    ([5], 0, 1), ([5, 5], 9, 1), ([5, 5], 10, 2), ([50, 1], 10, 1), ([3, 3, 9, 1], 10, 2)])
def test_as_many_as_fit(frames: list[int], most: int, expected: int) -> None:
    assert fitting(frames, most) == expected
