from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from bridge.engine import link
from bridge.engine.echo import EchoEngine
from bridge.engine.gather import clip_orders
from bridge.engine.interface import ClipProgress, Engine, LivePose
from bridge.engine.orders import (
    Beat,
    CancelJob,
    CloseSlot,
    Fault,
    JobProgress,
    JobRows,
    Message,
    OpenSlot,
    Order,
    Poses,
    Ready,
    SolveLive,
    Stop,
)
from bridge.engine.worker import work
from bridge.errors import ModelMissing
from bridge.frames import Setup, TrackerClip


class Slow(EchoEngine):
    """Its clips step only when told; it cannot bear slot 13."""

    def __init__(self) -> None:
        super().__init__()
        self.step = threading.Semaphore(0)
        self.steps = 3

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> list[LivePose]:
        if 13 in slots:
            raise ValueError("thirteen")
        return super().solve_live(slots, windows, times_s)

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        for done in range(self.steps):
            self.step.acquire(timeout=5)
            yield ClipProgress(done, len(clip))
        yield from super().solve_clip(setup, clip)


class Bench:
    """The IO side's end of a worker in a thread."""

    def __init__(self, load: Callable[[], Engine]) -> None:
        self.connection, far = Pipe()
        self.lost = threading.Event()
        self.thread = threading.Thread(target=work, args=(far, load, self.lost.set))
        self.thread.start()

    def order(self, *orders: Order) -> None:
        for order in orders:
            self.connection.send_bytes(link.encode(order))

    def report(self) -> Message:
        """The next one that is no heartbeat."""
        while True:
            assert self.connection.poll(5)
            message = link.decode(self.connection.recv_bytes())
            if not isinstance(message, Beat):
                return message

    def end(self) -> None:
        self.connection.close()
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def bench(slow: Slow) -> Iterator[Bench]:
    bench = Bench(lambda: slow)
    assert isinstance(bench.report(), Ready)
    yield bench
    bench.end()


def test_an_engine_that_cannot_load_says_why_and_ends() -> None:
    def load() -> Engine:
        raise ModelMissing("no prior at x")

    bench = Bench(load)
    report = bench.report()
    assert isinstance(report, Fault) and isinstance(report.error(), ModelMissing)
    bench.end()


def test_a_live_tick_is_answered(bench: Bench, standing: Callable[..., TrackerClip]) -> None:
    bench.order(OpenSlot(2, Setup()), SolveLive(5, (2,), (standing(41),), (0.5,)))
    report = bench.report()
    assert isinstance(report, Poses) and (report.tick, report.slots) == (5, (2,))


def test_a_tick_does_not_wait_for_a_clip(bench: Bench, slow: Slow, standing: Callable[..., TrackerClip]) -> None:
    slow.steps = 1000  # not to end by itself before the tick is read
    bench.order(OpenSlot(0, Setup()), *clip_orders(1, Setup(), standing(600)))
    slow.step.release()
    assert bench.report() == JobProgress(1, 0, 600)
    bench.order(SolveLive(9, (0,), (standing(41),), (0.0,)))
    reports: list[Message] = []
    while not (reports and isinstance(reports[-1], Poses)):
        slow.step.release()
        reports.append(bench.report())
    assert all(isinstance(report, JobProgress) for report in reports[:-1])  # and no rows yet
    slow.step.release(slow.steps)
    rows = [report.rows for report in iter_until_last(bench)]
    assert sum(len(part.root_position_m) for part in rows) == 600


def iter_until_last(bench: Bench) -> Iterator[JobRows]:
    while True:
        report = bench.report()
        if isinstance(report, JobRows):
            yield report
            if report.rows.first_frame + len(report.rows.root_position_m) == report.rows.frames_total:
                return


def test_the_fault_of_one_slot_stays_with_it(bench: Bench, standing: Callable[..., TrackerClip]) -> None:
    bench.order(OpenSlot(2, Setup()), OpenSlot(13, Setup()))
    bench.order(SolveLive(1, (13, 2), (standing(41), standing(41)), (0.0, 0.0)))
    fault, poses = bench.report(), bench.report()
    assert fault == Fault("slot", 13, "ValueError", "thirteen")
    assert isinstance(poses, Poses) and poses.slots == (2,)
    bench.order(SolveLive(2, (13,), (standing(41),), (0.0,)))
    assert isinstance(bench.report(), Fault)
    ended = bench.report()
    assert isinstance(ended, Poses) and ended.tick == 2 and ended.slots == () and not ended.poses


def test_a_slot_that_is_closed_is_gone(bench: Bench, standing: Callable[..., TrackerClip]) -> None:
    bench.order(OpenSlot(2, Setup()), CloseSlot(2), SolveLive(1, (2,), (standing(41),), (0.0,)))
    report = bench.report()
    assert isinstance(report, Fault) and report.kind == "KeyError"


def test_a_cancelled_clip_makes_room_for_the_next(
    bench: Bench, slow: Slow, standing: Callable[..., TrackerClip]
) -> None:
    slow.steps = 1000  # not to end by itself before the cancelling is read
    bench.order(OpenSlot(0, Setup()), *clip_orders(1, Setup(), standing(50)))
    slow.step.release()
    assert bench.report() == JobProgress(1, 0, 50)
    bench.order(CancelJob(1), SolveLive(9, (0,), (standing(41),), (0.0,)))
    report: Message | None = None
    while not isinstance(report, Poses):
        slow.step.release()
        report = bench.report()
        assert not isinstance(report, JobRows)
    slow.steps = 3
    bench.order(*clip_orders(2, Setup(), standing(30)))
    slow.step.release(10)
    last = list(iter_until_last(bench))[-1]
    assert last.job == 2


def test_it_stops_when_told_and_when_alone(bench: Bench, slow: Slow) -> None:
    bench.order(Stop())
    bench.thread.join(5)
    assert not bench.thread.is_alive() and not bench.lost.is_set()
    alone = Bench(lambda: slow)
    alone.report()
    alone.end()
    assert alone.lost.is_set()


def test_a_connection_is_what_it_speaks_over(bench: Bench) -> None:
    assert isinstance(bench.connection, Connection)
