"""An evaluation shared out among processes: each makes the methods once, and measures its part of the clips.

What comes out is what one process gives, but for the rounding of live answers, which depends on how many are solved
together.
"""
from __future__ import annotations

import io
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from functools import partial

from models.evaluation.benchmark import Benchmark, Elsewhere, OnFrames, Part
from models.evaluation.cases import Setup

Benchmarks = Mapping[str, Benchmark]
_own: dict[str, Benchmark] = {}  # of a process that measures


class Jobs:
    """So many processes; `make` is called in each, once, and is a function of a module."""

    def __init__(self, count: int, make: Callable[[], Benchmarks]) -> None:
        self._count = count
        self._pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _prepare, (make,))

    def of(self, name: str, on_frames: OnFrames) -> Elsewhere:
        """Has the named benchmark measured there."""

        def begin(method: str, setup: Setup) -> Callable[[], list[Part]]:
            parts = [self._pool.submit(_part, name, method, setup, part, self._count) for part in range(self._count)]
            return partial(_collect, parts, on_frames)

        return begin

    def close(self) -> None:
        """Without waiting for what nobody will ask for."""
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def jobs(count: int, make: Callable[[], Benchmarks]) -> Iterator[Jobs | None]:
    """None where one process is enough."""
    shared = Jobs(count, make) if count > 1 else None
    try:
        yield shared
    finally:
        if shared:
            shared.close()


def _collect(parts: list[Future[tuple[Part, int]]], on_frames: OnFrames) -> list[Part]:
    collected = []
    for waited in parts:
        part, frames = waited.result()
        on_frames(frames)
        collected.append(part)
    return collected


def _prepare(make: Callable[[], Benchmarks]) -> None:
    """Silently: the bars are the first process's. Ctrl-C ends this one at once."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with redirect_stderr(io.StringIO()):
        _own.update(make())


def _part(name: str, method: str, setup: Setup, part: int, parts: int) -> tuple[Part, int]:
    """Every `parts`th clip from `part` on, and how many frames were solved for them."""
    solved: list[int] = []
    mine = replace(_own[name], clips=_own[name].clips[part::parts], on_frames=solved.append)
    (one,) = (each for each in mine.methods if each.name == method)
    return mine.part(one, setup), sum(solved)
