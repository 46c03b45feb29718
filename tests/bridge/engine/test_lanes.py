from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from bridge.engine.interface import Clip, ClipProgress
from bridge.engine.lanes import Batch, Ended, Gate, Lanes, Outcome, Stepped
from bridge.frames import Motion, Setup, TrackerClip

LONG_S = 10.0


class Solving:
    """Two steps for each clip, the second with its motion; one of `refused` frames is an error."""

    def __init__(self, motion: Motion, refused: int = 0) -> None:
        self.motion, self.refused = motion, refused
        self.may = threading.Semaphore(0)  # step

    def solve(self, clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        for place, (_, clip) in enumerate(clips):
            assert self.may.acquire(timeout=LONG_S)
            yield place, ClipProgress(0, len(clip))
            if len(clip) == self.refused:
                raise ValueError("no such clip")
            yield place, ClipProgress(len(clip), len(clip), self.motion)


@pytest.fixture
def batch(standing: Callable[..., TrackerClip]) -> Callable[..., Batch]:
    """batch(frames of each): jobs 10, 11, ..."""
    return lambda *frames: Batch([10 + place for place in range(len(frames))],
                                 [(Setup(), standing(count)) for count in frames])


def until_ended(heard: queue.SimpleQueue[Outcome]) -> tuple[list[int], Ended]:
    """The jobs of the steps, and the end."""
    jobs = []
    while isinstance(outcome := heard.get(timeout=LONG_S), Stepped):
        jobs.append(outcome.job)
    assert isinstance(outcome, Ended)
    return jobs, outcome


def test_a_batch_is_solved_to_its_end(batch: Callable[..., Batch], swaying: Callable[..., Motion]) -> None:
    heard: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    solving, asked = Solving(swaying()), batch(5, 6)
    solving.may.release(2)
    lanes = Lanes(1, solving.solve, heard.put)
    lanes.begin(asked)
    jobs, end = until_ended(heard)
    assert jobs == [10, 10, 11, 11]
    assert end.batch is asked and end.left.jobs == [] and end.error is None and lanes.cpu_s() > 0


def test_an_error_leaves_what_is_not_solved_yet(batch: Callable[..., Batch], swaying: Callable[..., Motion]) -> None:
    heard: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    solving = Solving(swaying(), refused=7)
    solving.may.release(9)
    Lanes(1, solving.solve, heard.put).begin(batch(5, 7, 6))
    _, end = until_ended(heard)
    assert end.left.jobs == [11, 12] and isinstance(end.error, ValueError)
    assert [half.jobs for half in end.left.halves()] == [[11], [12]]


def test_a_batch_that_nobody_waits_for_is_dropped(batch: Callable[..., Batch], swaying: Callable[..., Motion]) -> None:
    heard: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    solving, asked = Solving(swaying()), batch(5, 6)
    solving.may.release()
    Lanes(1, solving.solve, heard.put).begin(asked)
    assert isinstance(heard.get(timeout=LONG_S), Stepped)
    asked.dropped.update(asked.jobs)
    solving.may.release()
    jobs, end = until_ended(heard)
    assert len(jobs) <= 2 and end.left.jobs == [] and end.error is None


def test_lanes_solve_side_by_side(batch: Callable[..., Batch], swaying: Callable[..., Motion]) -> None:
    """Each waits for the other within a step."""
    heard: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    both = threading.Barrier(2)

    def solve(clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        both.wait(LONG_S)
        yield 0, ClipProgress(1, 1, swaying())

    lanes = Lanes(2, solve, heard.put)
    lanes.begin(batch(5))
    lanes.begin(batch(5))
    ends = [outcome for outcome in (heard.get(timeout=LONG_S) for _ in range(4)) if isinstance(outcome, Ended)]
    assert [end.error for end in ends] == [None, None]


def test_whoever_holds_the_gate_is_alone() -> None:
    gate, inside, let_out = Gate(), threading.Event(), threading.Event()

    def pass_through() -> None:
        with gate:
            inside.set()
            assert let_out.wait(LONG_S)

    first = threading.Thread(target=pass_through)
    first.start()
    assert inside.wait(LONG_S)
    gate.hold(0.01)  # somebody is inside still
    inside.clear()
    second = threading.Thread(target=pass_through)
    second.start()
    let_out.set()
    gate.hold()
    first.join(LONG_S)
    assert not first.is_alive() and not inside.wait(0.05)
    gate.let_go()
    assert inside.wait(LONG_S)
    second.join(LONG_S)


def test_closed_lanes_end_after_their_step(batch: Callable[..., Batch], swaying: Callable[..., Motion]) -> None:
    heard: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    solving = Solving(swaying())
    before = set(threading.enumerate())
    lanes = Lanes(2, solving.solve, heard.put)
    lanes.begin(batch(5, 6))
    solving.may.release()
    assert isinstance(heard.get(timeout=LONG_S), Stepped)
    solving.may.release(9)
    lanes.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(LONG_S)
        assert not thread.is_alive()
