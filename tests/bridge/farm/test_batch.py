from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.capture.mcap import write_session
from bridge.client_clips import Outcome
from bridge.commands.console import OnProgress
from bridge.commands.formats import Formats
from bridge.errors import DeviceFailed, ModelMissing, PoseBridgeError
from bridge.export.bvh_style import BvhStyle
from bridge.farm.batch import Batch, Order
from bridge.farm.flight import Flight
from bridge.farm.frame_range import FrameRange
from bridge.farm.pipeline import Meanwhile, in_turn
from bridge.farm.row import CURRENT, DONE, FAILED, VALID, WAITING, WOULD, Row
from bridge.farm.take import Take, named
from bridge.frames import Motion, Setup, TrackerClip
from bridge.simulate import as_session

MADE = [".bvh", ".npz", ".png", ".solved.json"]


class Knowing:
    """A daemon that knows the answer; refuses clips of `refused` frames, and is killed at the `last`."""

    has_room = True

    def __init__(self, answer: Motion, refused: int = 0, last: int = 0) -> None:
        self.answer, self.refused, self.last, self.asked = answer, refused, last, 0
        self.clips: dict[int, TrackerClip] = {}

    def send(self, setup: Setup, clip: TrackerClip) -> int:
        self.asked += 1
        self.clips[self.asked] = clip
        return self.asked

    def cancel(self, number: int) -> None:
        self.clips.pop(number)

    def hear(self, timeout_s: float) -> tuple[int, Outcome] | None:
        number = next(iter(self.clips), None)
        if number is None:
            return None
        if number == self.last:
            raise KeyboardInterrupt
        return number, self.outcome(self.clips.pop(number))

    def outcome(self, clip: TrackerClip) -> Outcome:
        return DeviceFailed("out of memory") if len(clip) == self.refused else self.answer


class Quiet:
    """Hears, and remembers which rows have ended."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    @contextmanager
    def solving(self, row: Row) -> Iterator[OnProgress]:
        yield lambda done, total: None

    def ended(self, row: Row) -> None:
        self.heard.append(row.name)


@pytest.fixture
def take(tmp_path: Path, swaying: Callable[..., Motion]) -> Callable[..., Take]:
    """take(name, seconds): a session file."""

    def make(name: str, seconds: float = 1) -> Take:
        write_session(tmp_path / f"{name}.mcap", as_session(swaying(seconds=seconds)))
        return Take(tmp_path / f"{name}.mcap")

    return make


@pytest.fixture
def order(tmp_path: Path) -> Order:
    (tmp_path / "out").mkdir()
    return Order(tmp_path / "out", {"solver": "1 default"}, lambda session, take: session)


def run(order: Order, takes: list[Take], solver: Knowing) -> list[Row]:
    batch = Batch(order, named(takes))
    batch.run(Quiet(), in_turn(order.prepare, lambda _: Flight(solver), 0))
    return batch.rows


def states(rows: list[Row]) -> list[str]:
    return [row.state for row in rows]


def test_a_solved_file_leaves_its_results_and_their_receipt(
    order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]
) -> None:
    (row,) = run(order, [take("a")], Knowing(swaying(seconds=1)))
    assert sorted(path.name for path in order.out.iterdir()) == [f"a{end}" for end in MADE]
    assert row.about["errors"]["mpjpe_cm"] < 0.01 and (row.state, row.code) == (DONE, 0)


def test_a_failure_is_a_row_and_does_not_stop_the_others(
    order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]
) -> None:
    takes = [Take(Path("none.mcap")), take("long", 3), take("good")]
    batch, told = Batch(order, named(takes)), Quiet()
    batch.run(told, in_turn(order.prepare, lambda _: Flight(Knowing(swaying(seconds=1), refused=180)), 0))
    assert [(row.state, row.code) for row in batch.rows] == [(FAILED, 3), (FAILED, 6), (DONE, 0)]
    assert batch.code == 3 and sorted(told.heard) == ["good", "long", "none"]


def test_again_nothing_is_made_and_no_solver_is_opened(
    order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]
) -> None:
    takes = [take("a"), take("b")]
    first = run(order, takes, Knowing(swaying(seconds=1)))
    before = {path: path.stat().st_mtime_ns for path in order.out.iterdir()}
    batch = Batch(order, named(takes))
    batch.run(Quiet(), in_turn(order.prepare, lambda _: pytest.fail("nothing is to be solved"), 0))
    assert states(batch.rows) == [CURRENT, CURRENT] and batch.rows[0].about == first[0].about
    assert {path: path.stat().st_mtime_ns for path in order.out.iterdir()} == before


def test_twenty_are_up_to_date_within_a_fifth_of_a_second(
    order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]
) -> None:
    """Of CPU time, as others may be at work here."""
    takes, plain = [take(f"{number:02}") for number in range(20)], replace(order, formats=Formats(("npz",)))
    run(plain, takes, Knowing(swaying(seconds=1)))
    began_s = time.process_time()
    rows = run(plain, takes, Knowing(swaying(seconds=1)))
    assert time.process_time() - began_s < 0.2 and states(rows) == [CURRENT] * 20


def test_what_it_is_made_of_decides(order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]) -> None:
    takes, solver = [take("a"), take("b")], Knowing(swaying(seconds=1))
    run(order, takes, solver)
    take("b", seconds=2)
    assert states(run(order, takes, solver)) == [CURRENT, DONE]
    newer = replace(order, shared={"solver": "2 default"})
    assert [row.said for row in run(replace(newer, dry_run=True), takes, solver)] == ["another solver"] * 2
    assert states(run(replace(newer, resume=True), takes, solver)) == [CURRENT, CURRENT]
    assert states(run(newer, takes, solver)) == [DONE, DONE]
    assert states(run(replace(newer, force=True), takes, solver)) == [DONE, DONE]


def test_a_part_has_a_name_of_its_own(order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]) -> None:
    part = replace(take("a"), frames=FrameRange.parse("1-20"))
    beyond = replace(part, frames=FrameRange.parse("61-99"))
    rows = run(order, [part, take("a"), beyond], Knowing(swaying(seconds=1)))
    assert [row.name for row in rows] == ["a.f1-20", "a", "a.f61-99"] and states(rows) == [DONE, DONE, FAILED]
    assert (rows[2].code, "none of them is there" in rows[2].said) == (4, True)


def test_a_dry_run_and_a_validation_write_nothing(order: Order, take: Callable[..., Take], tmp_path: Path) -> None:
    (tmp_path / "text.mcap").write_text("no session")
    takes = [take("a"), Take(tmp_path / "text.mcap"), Take(tmp_path / "none.csv")]
    dry, valid = replace(order, dry_run=True), replace(order, validate=True)
    for how, expected in ((dry, [WOULD, WOULD, FAILED]), (valid, [VALID, FAILED, FAILED])):
        batch = Batch(how, named(takes))
        batch.run(Quiet(), in_turn(order.prepare, lambda _: pytest.fail("nothing is to be solved"), 0))
        assert states(batch.rows) == expected
    assert [row.code for row in batch.rows] == [0, 4, 3] and batch.rows[0].about == {"frames": 60, "rate_hz": 60.0}
    assert list(order.out.iterdir()) == []


def test_a_solver_that_cannot_be_had_ends_it_all(order: Order, take: Callable[..., Take]) -> None:
    def none(meanwhile: Meanwhile) -> Flight:
        raise ModelMissing("no prior")

    batch = Batch(order, named([take("a")]))
    with pytest.raises(ModelMissing):
        batch.run(Quiet(), in_turn(order.prepare, none, 0))
    assert states(batch.rows) == [WAITING]


def test_stopped_it_goes_on_where_it_was(
    order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]
) -> None:
    takes = [take("a"), take("b"), take("c")]
    batch = Batch(order, named(takes))
    with pytest.raises(KeyboardInterrupt):
        batch.run(Quiet(), in_turn(order.prepare, lambda _: Flight(Knowing(swaying(seconds=1), last=2), 1), 0))
    assert states(batch.rows) == [DONE, WAITING, WAITING]
    again = Knowing(swaying(seconds=1))
    assert states(run(order, takes, again)) == [CURRENT, DONE, DONE] and again.asked == 2


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="a file that opens and cannot be read is Linux's")
def test_what_cannot_be_read_is_input_missing_in_one_line(order: Order, tmp_path: Path) -> None:
    for name in ("mem.mcap", "mem.csv", "mem.npz"):
        (tmp_path / name).symlink_to("/proc/self/mem")
    takes = [Take(tmp_path / name) for name in ("mem.mcap", "mem.csv", "mem.npz")]
    for how in (order, replace(order, validate=True)):
        batch = Batch(how, named(takes))
        batch.run(Quiet(), in_turn(order.prepare, lambda _: pytest.fail("nothing is to be solved"), 0))
        assert [row.code for row in batch.rows] == [3, 3, 3]
        assert all("\n" not in row.said and "a fault of ours" not in row.said for row in batch.rows)


def test_a_full_disk_says_so_and_leaves_no_receipt(
    order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]
) -> None:
    class Filling(Knowing):
        def outcome(self, clip: TrackerClip) -> Outcome:
            resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, usual[1]))
            return self.answer

    resource = pytest.importorskip("resource")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        (row,) = run(order, [take("a")], Filling(swaying(seconds=1)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert (row.state, row.code) == (FAILED, PoseBridgeError.exit_code)
    assert row.said == f"{order.out / 'a'}: no room to write: File too large"
    assert list(order.out.iterdir()) == []


def test_other_formats_are_made_and_the_same_again_are_not(
    order: Order, take: Callable[..., Take], swaying: Callable[..., Motion]
) -> None:
    takes, answer = named([take("a")]), swaying(seconds=1)
    metres = Formats(("bvh", "glb"), BvhStyle("m"))
    assert run(order, takes, Knowing(answer))[0].state == DONE
    for formats, state in ((metres, DONE), (metres, CURRENT), (Formats(("glb", "bvh"), BvhStyle("m", "z")), DONE),
                           (Formats(("glb",), BvhStyle("m")), DONE), (Formats(("glb",)), CURRENT)):
        (row,) = run(replace(order, formats=formats), takes, Knowing(answer))
        assert row.state == state, (formats, row)
    assert (order.out / "a.glb").is_file()
