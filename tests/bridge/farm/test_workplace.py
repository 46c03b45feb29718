from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from bridge.capture.mcap import write_session
from bridge.commands.formats import Formats
from bridge.farm.equipment import Equipment
from bridge.farm.identity import of_private_daemon
from bridge.farm.on_ray import ABREAST
from bridge.farm.receipt import About
from bridge.farm.row import DONE, FAILED
from bridge.farm.take import Take
from bridge.farm.unit import Prepare, Read, Unit
from bridge.farm.workplace import Workplace
from bridge.frames import Motion
from bridge.simulate import as_session

LONG_S = 60.0
SMALL = Formats(("npz",))


@pytest.fixture(scope="module")
def place() -> Iterator[Workplace]:
    """Whose daemon echoes."""
    place = Workplace(Equipment(of_private_daemon("echo", None), "echo", None, 1, lambda session, take: session))
    assert place.ready().state == DONE
    yield place
    place.close()


@dataclass(frozen=True)
class Watched(Unit):
    """Says when it is read and when its writing begins, which then waits for another to be read if there is one."""

    other_is_read: Event | None = None
    is_read: Event = field(default_factory=Event)
    is_being_written: Event = field(default_factory=Event)

    def read(self, prepare: Prepare) -> Read:
        read = super().read(prepare)
        self.is_read.set()
        return read

    def write(self, read: Read, motion: Motion, seconds: float) -> About:
        self.is_being_written.set()
        assert self.other_is_read is None or self.other_is_read.wait(LONG_S)
        return super().write(read, motion, seconds)


@pytest.fixture
def take(tmp_path: Path, swaying: Callable[..., Motion]) -> Callable[[str], Take]:
    def make(name: str) -> Take:
        write_session(tmp_path / f"{name}.mcap", as_session(swaying(seconds=1)))
        return Take(tmp_path / f"{name}.mcap", name)

    return make


def test_while_one_is_written_another_is_read_and_solved(
    place: Workplace, take: Callable[[str], Take], tmp_path: Path
) -> None:
    last = Watched(take("c"), tmp_path / "out", {}, SMALL)
    first = Watched(take("a"), tmp_path / "out", {}, SMALL, other_is_read=last.is_read)
    middle = Unit(take("b"), tmp_path / "out", {}, SMALL)
    with ThreadPoolExecutor(ABREAST) as callers:
        told = [callers.submit(place.make, first)]
        assert first.is_being_written.wait(LONG_S)
        told += [callers.submit(place.make, unit) for unit in (middle, last)]
        assert [one.result().state for one in told] == [DONE] * 3
    assert {path.name for path in (tmp_path / "out").glob("*.solved.json")} == {f"{name}.solved.json" for name in "abc"}


def test_a_unit_that_fails_leaves_the_others_and_their_place_alone(
    place: Workplace, take: Callable[[str], Take], tmp_path: Path
) -> None:
    (tmp_path / "text.mcap").write_text("no session")
    units = [Unit(one, tmp_path / "out", {}, SMALL) for one in (
        take("a"), Take(tmp_path / "text.mcap", "text"), Take(tmp_path / "none.mcap", "none"), take("b"))]
    with ThreadPoolExecutor(ABREAST) as callers:
        told = list(callers.map(place.make, units))
    assert [(one.state, one.code) for one in told] == [(DONE, 0), (FAILED, 4), (FAILED, 3), (DONE, 0)]
    assert all("fault of ours" not in one.said for one in told)


def test_a_place_that_would_solve_otherwise_says_so() -> None:
    told = Workplace(Equipment("another", "echo", None, 1, lambda session, take: session)).ready()
    assert (told.state, told.code) == (FAILED, 5) and "not with another" in told.said
