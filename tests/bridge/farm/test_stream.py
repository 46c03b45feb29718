"""Takes on their way through a daemon that solves several at a time, is busy, or loses its engine."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.capture.mcap import write_session
from bridge.client_clips import Outcome
from bridge.commands.console import OnProgress
from bridge.commands.formats import Formats
from bridge.errors import Busy, DaemonMissing, InputInvalid
from bridge.farm.flight import Flight
from bridge.farm.hands import hands, processes_for
from bridge.farm.preparation import Preparation
from bridge.farm.row import DONE, FAILED, Row
from bridge.farm.stream import Stream
from bridge.farm.take import Take
from bridge.farm.unit import Unit
from bridge.frames import Motion, Setup, TrackerClip
from bridge.refusals import EngineRestarting
from bridge.replies import ClipProgress
from bridge.simulate import as_session

POISON = 90  # frames


class Engine:
    """Answers when `waits` clips are there, or nothing more comes; what it answers with is up to `outcomes`."""

    has_room = True

    def __init__(self, answer: Motion, waits: int = 3) -> None:
        self.answer, self.waits, self.sent = answer, waits, 0
        self.there: dict[int, TrackerClip] = {}
        self.heard: list[tuple[int, Outcome]] = []
        self.together: list[list[int]] = []

    def send(self, setup: Setup, clip: TrackerClip) -> int:
        self.sent += 1
        self.there[self.sent] = clip
        return self.sent

    def cancel(self, number: int) -> None:
        del self.there[number]

    def hear(self, timeout_s: float) -> tuple[int, Outcome] | None:
        if not self.heard and self.there and (len(self.there) >= self.waits or timeout_s >= 0.1):
            self.together.append([len(clip) for clip in self.there.values()])
            self.heard = list(self.outcomes(self.there))
            self.there = {}
        return self.heard.pop(0) if self.heard else None

    def outcomes(self, there: dict[int, TrackerClip]) -> Iterator[tuple[int, Outcome]]:
        yield from ((number, ClipProgress(1, len(clip))) for number, clip in there.items())
        yield from ((number, self.answer) for number in there)


class Mortal(Engine):
    """Ends with all that is there where one of them is poison."""

    def outcomes(self, there: dict[int, TrackerClip]) -> Iterator[tuple[int, Outcome]]:
        if any(len(clip) == POISON for clip in there.values()):
            return ((number, EngineRestarting("killed")) for number in there)
        return super().outcomes(there)


class Crowded(Engine):
    """Takes two at a time."""

    def outcomes(self, there: dict[int, TrackerClip]) -> Iterator[tuple[int, Outcome]]:
        for place, number in enumerate(there):
            yield number, self.answer if place < 2 else Busy("8 clips are waiting")


class Gone(Engine):
    """Is not there any more."""

    def hear(self, timeout_s: float) -> tuple[int, Outcome] | None:
        raise DaemonMissing("the daemon went away")


class Silent(Engine):
    """Says nothing for so long that it seems gone, and then speaks of all that it was given and nobody took back."""

    silent = True

    def hear(self, timeout_s: float) -> tuple[int, Outcome] | None:
        if self.there and self.silent:
            self.silent = False
            raise DaemonMissing("the daemon has been silent")
        return super().hear(timeout_s)


class Told:
    """Remembers what is told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int]] = []
        self.open: set[str] = set()
        self.most = 0

    @contextmanager
    def solving(self, row: Row) -> Iterator[OnProgress]:
        self.open.add(row.name)
        self.most = max(self.most, len(self.open))
        yield lambda done, total: self.steps.append((row.name, done))
        self.open.remove(row.name)

    def ended(self, row: Row) -> None:
        assert row.ended and row.name not in self.open


@pytest.fixture
def units(tmp_path: Path, swaying: Callable[..., Motion]) -> Callable[..., list[Unit]]:
    """units(seconds of each): named by their places; 0 seconds is a file that is no session."""

    def make(*seconds: float) -> list[Unit]:
        made = []
        for place, length in enumerate(seconds):
            path = tmp_path / f"{place}.mcap"
            if length:
                write_session(path, as_session(swaying(seconds=length)))
            else:
                path.write_text("no session")
            made.append(Unit(Take(path, str(place)), tmp_path / "out", {}, Formats(("npz",))))
        return made

    return make


def run(units: list[Unit], flight: Flight, told: Told, processes: int = 0) -> list[Row]:
    rows = [Row(str(unit.take.source), unit.take.name) for unit in units]
    with hands(Preparation(), processes) as crew, Stream(crew, told) as stream:
        for unit, row in zip(units, rows, strict=True):
            stream.add(unit, row)
        stream.flight = flight
        while not stream.over:
            stream.turn()
    assert not told.open
    return rows


def test_several_are_in_flight_and_each_is_told_of(
    units: Callable[..., list[Unit]], swaying: Callable[..., Motion], tmp_path: Path
) -> None:
    told, engine = Told(), Engine(swaying(seconds=1))
    rows = run(units(1, 1, 0, 1, 1, 1), Flight(engine), told)
    assert [(row.state, row.code) for row in rows] == [(FAILED, 4) if row.name == "2" else (DONE, 0) for row in rows]
    assert told.most >= 3 and sorted(told.steps) == [(name, 1) for name in "01345"]
    assert len(list((tmp_path / "out").glob("*.solved.json"))) == 5
    assert all(row.about["frames_per_s"] > 0 for row in rows if row.state == DONE)


def test_no_more_frames_are_under_way_than_asked_for(
    units: Callable[..., list[Unit]], swaying: Callable[..., Motion]
) -> None:
    """But for one that is read besides."""
    told, engine = Told(), Engine(swaying(seconds=1), waits=9)
    rows = run(units(1, 1, 1, 1, 1, 1), Flight(engine, frames=128), told)
    assert [row.state for row in rows] == [DONE] * 6 and max(map(len, engine.together)) <= 3


def test_who_ends_an_engine_is_found_and_fails_alone(
    units: Callable[..., list[Unit]], swaying: Callable[..., Motion]
) -> None:
    engine = Mortal(swaying(seconds=1))
    rows = run(units(1, 1.5, 1, 1, 1), Flight(engine), Told())
    assert [row.state for row in rows] == [DONE, FAILED, DONE, DONE, DONE] and rows[1].said == "killed"
    assert engine.together.count([POISON]) == 1


def test_what_a_busy_daemon_does_not_take_is_sent_again(
    units: Callable[..., list[Unit]], swaying: Callable[..., Motion]
) -> None:
    engine = Crowded(swaying(seconds=1), waits=4)
    rows = run(units(1, 1, 1, 1), Flight(engine), Told())
    assert [row.state for row in rows] == [DONE] * 4 and engine.sent > 4


def test_without_a_daemon_all_fail(units: Callable[..., list[Unit]], swaying: Callable[..., Motion]) -> None:
    rows = run(units(1, 1), Flight(Gone(swaying(seconds=1))), Told())
    assert [(row.state, row.code) for row in rows] == [(FAILED, DaemonMissing.exit_code)] * 2


def test_a_daemon_that_was_silent_may_speak_again(
    units: Callable[..., list[Unit]], swaying: Callable[..., Motion]
) -> None:
    rows = run(units(1, 1, 1), Flight(Silent(swaying(seconds=1), waits=1), frames=64), Told())
    assert [row.state for row in rows] == [FAILED, DONE, DONE]


def test_processes_do_what_threads_do(
    units: Callable[..., list[Unit]], swaying: Callable[..., Motion], tmp_path: Path
) -> None:
    made, answer = units(1, 0, 1, 1), swaying(seconds=1)
    rows = run(made, Flight(Engine(answer)), Told())
    left = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.npz")}
    assert len(left) == 3
    again = run(made, Flight(Engine(answer)), Told(), processes=2)
    assert [(row.state, row.code, row.said) for row in again] == [(row.state, row.code, row.said) for row in rows]
    assert again[1].code == InputInvalid.exit_code
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.npz")} == left


def test_processes_are_for_many_takes_and_many_cores() -> None:
    assert [processes_for(200, cores) for cores in (None, 2, 4, 6, 16, 64)] == [0, 0, 0, 2, 12, 12]
    assert [processes_for(takes, 16) for takes in (1, 15, 16, 40)] == [0, 0, 2, 5]
