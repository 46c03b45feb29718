"""Processes that share work: each makes once what it works with, and then does what it is told."""
from __future__ import annotations

import io
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")
_own: list[Any] = []  # of a process that works: what it made


class Processes(Generic[_T]):
    """So many of them; `make` is called in each, once, and is a function of a module, as all is that they do."""

    def __init__(self, count: int, make: Callable[[], _T]) -> None:
        self.count = count
        self._pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _prepare, (make,))

    def begin(self, act: Callable[..., _R], *given: object) -> Future[_R]:
        """act(what was made, *given), in whichever is free next."""
        return self._pool.submit(_act, act, *given)

    def close(self) -> None:
        """Without waiting for what nobody will ask for."""
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def processes(count: int, make: Callable[[], _T]) -> Iterator[Processes[_T] | None]:
    """None where one process is enough."""
    shared = Processes(count, make) if count > 1 else None
    try:
        yield shared
    finally:
        if shared:
            shared.close()


def _prepare(make: Callable[[], Any]) -> None:
    """Silently: the bars are the first process's. Ctrl-C ends this one at once."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with redirect_stderr(io.StringIO()):
        _own.append(make())


def _act(act: Callable[..., _R], *given: object) -> _R:
    return act(_own[0], *given)
