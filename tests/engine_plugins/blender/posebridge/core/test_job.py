"""A job's ways through: done, failed in either part, given up in either part."""
from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from engine_plugins.blender.posebridge.core.job import Cancelled, Job, Watch, Writing


class Book:
    """A write that takes back what it has begun."""

    def __init__(self, pages: int = 3) -> None:
        self.pages: list[int] = []
        self._count = pages

    def write(self, first: int) -> Writing:
        done = False
        try:
            for page in range(first, first + self._count):
                self.pages.append(page)
                yield (page - first + 1) / self._count
            done = True
            return "written"
        finally:
            if not done:
                self.pages.clear()


def test_what_was_thought_is_written_and_said() -> None:
    book = Book()
    job = Job(lambda _: 7, book.write)
    assert job.finish() == "written" and book.pages == [7, 8, 9] and job.watch.share == 1


def test_each_tick_writes_no_more_than_its_budget() -> None:
    book = Book()
    job = Job(lambda _: 0, book.write)
    while not book.pages:
        assert not job.tick(0.0)
    assert book.pages == [0]
    assert not job.tick(0.0) and book.pages == [0, 1]


def test_the_thinking_part_says_where_it_is_and_is_not_waited_for() -> None:
    go_on = threading.Event()

    def think(watch: Watch) -> int:
        watch.at("solving", 0.4)
        go_on.wait(10)
        return 1

    job = Job(think, Book().write)
    while job.watch.stage != "solving":
        assert not job.tick(0.001)
    assert job.watch.share == 0.4 and not job.tick(0.001)
    go_on.set()
    assert job.finish() == "written"


def test_an_error_of_the_thread_comes_out_of_the_tick() -> None:
    def think(_: Watch) -> int:
        raise ValueError("no such file")

    with pytest.raises(ValueError, match="no such file"):
        Job(think, Book().write).finish()


def test_given_up_while_it_thinks_it_ends_at_its_next_stage_and_writes_nothing() -> None:
    go_on, ended, book = threading.Event(), threading.Event(), Book()

    def think(watch: Watch) -> int:
        try:
            go_on.wait(10)
            watch.at("next", 0.5)
            return 1
        finally:
            ended.set()

    job = Job(think, book.write)
    job.cancel()
    with pytest.raises(Cancelled):
        job.tick(0.0)
    go_on.set()
    assert ended.wait(10) and book.pages == []


def test_given_up_while_it_writes_it_takes_back_what_it_wrote() -> None:
    book = Book()
    job = Job(lambda _: 0, book.write)
    while not book.pages:
        job.tick(0.0)
    job.cancel()
    assert book.pages == []


def test_what_is_gathered_is_there_before_it_is_thought_about() -> None:
    found: list[int] = []

    def gather() -> Generator[float, None, None]:
        for number in range(3):
            found.append(number)
            yield (number + 1) / 3

    book = Book()
    job = Job(lambda _: len(found), book.write, gather())
    assert not job.tick(0.0) and found == [0] and job.watch.stage == "gathering"
    assert job.finish() == "written" and book.pages == [3, 4, 5]


def test_given_up_while_it_gathers_nothing_is_thought() -> None:
    ended = []

    def gather() -> Generator[float, None, None]:
        try:
            yield 0.5
        finally:
            ended.append(True)

    job = Job(lambda _: pytest.fail("nobody wanted it"), Book().write, gather())
    job.tick(0.0)
    job.cancel()
    assert ended == [True]
    with pytest.raises(Cancelled):
        job.tick(0.0)


def test_a_write_that_fails_is_told() -> None:
    def write(_: int) -> Generator[float, None, str]:
        yield 0.5
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"):
        Job(lambda _: 0, write).finish()
