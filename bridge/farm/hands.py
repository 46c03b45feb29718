"""Who reads and writes the takes of a batch: threads of the command, or processes where there are cores for them.

A GPU solves hundreds of takes in the time in which one process reads and writes one.
"""
from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bridge.errors import PoseBridgeError, of_code
from bridge.farm.receipt import About
from bridge.farm.unit import Prepare, Read, Unit, load_judges
from bridge.frames import Motion
from bridge.report import exit_code, line_of

CORES_LEFT = 4  # to the engine, the daemon and the command itself
MOST, TAKES_EACH = 12, 8  # processes, each of which takes a second to start
COLLECTED_AFTER = 100_000  # more objects made than let go
_T = TypeVar("_T")


@dataclass(frozen=True)
class Hands:
    """`abreast`: how many takes are read at a time."""

    reads: Executor
    writes: Executor
    prepare: Prepare
    abreast: int = 1

    def read(self, unit: Unit) -> Future[Read]:
        return self.reads.submit(_plainly, partial(unit.read, self.prepare))

    def write(self, unit: Unit, read: Read, motion: Motion, seconds: float) -> Future[About]:
        return self.writes.submit(_plainly, partial(unit.write, read, motion, seconds))


def processes_for(takes: int, cores: int | None) -> int:
    """How many processes so many takes are worth; 0: threads do."""
    count = min(MOST, (cores or 1) - CORES_LEFT, takes // TAKES_EACH)
    return count if count > 1 else 0


@contextmanager
def hands(prepare: Prepare, processes: int) -> Iterator[Hands]:
    """So many processes, or of 0 a thread that reads and one that writes. What has not begun in the end is not done."""
    reads: Executor
    writes: Executor
    if processes:
        reads = writes = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin)
    else:
        reads, writes = ThreadPoolExecutor(1, "reads"), ThreadPoolExecutor(1, "writes")
        # seconds, in which a daemon of our own starts on another core; what is read meanwhile would meet half of torch
        reads.submit(load_judges)
    try:
        with seldom_collected():
            yield Hands(reads, writes, prepare, max(1, 2 * processes))
    finally:
        for one in (reads, writes):
            one.shutdown(cancel_futures=True)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Reading makes hundreds of thousands of small objects that are none of the collector's business: to look through
    them again and again took half of the time."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin() -> None:
    """A process of ours: Ctrl-C is for the command to hear, and with that it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    gc.set_threshold(COLLECTED_AFTER, 50, 50)
    load_judges()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _plainly(do: Callable[[], _T]) -> _T:
    """Errors in words and by the code alone, as they come out of a process."""
    try:
        return do()
    except (PoseBridgeError, OSError, MemoryError) as error:
        raise (of_code(exit_code(error)) or PoseBridgeError)(line_of(error)) from error
