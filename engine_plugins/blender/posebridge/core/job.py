"""Work too long for a user interface: gathering in slices on the caller's thread, thinking in one of its own, then
writing in slices on the caller's again.

    job = Job(think, write, gather)
    while not job.tick():      # from a timer, or at once one after another
        show(job.stage, job.share)

Rule: `think` touches nothing of the engine's; `gather` and `write` do, and are generators that yield often. Whatever
these have begun they take back when they are closed.
"""
from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

Thought = TypeVar("Thought")
Gathering = Generator[float, None, None]  # yields the share that is done
Writing = Generator[float, None, str]  # yields the share that is done, returns what there is to say at the end


class Cancelled(Exception):
    """The user wants no more of it."""


class Watch:
    """What a thinking thread tells, and is told."""

    def __init__(self) -> None:
        self.stage = "starting"
        self.share = 0.0
        self.cancelled = False
        self.remarks: list[str] = []  # each a line that is said beside the outcome

    def at(self, stage: str, share: float) -> None:
        """Raises Cancelled where the work is not wanted any more."""
        if self.cancelled:
            raise Cancelled("cancelled")
        self.stage, self.share = stage, share


class Job(Generic[Thought]):
    """Without something to gather `think` runs at once. Errors of all parts are raised by `tick`."""

    def __init__(
        self, think: Callable[[Watch], Thought], write: Callable[[Thought], Writing], gather: Gathering | None = None
    ) -> None:
        self.watch = Watch()
        self.outcome = ""
        self._think, self._write = think, write
        self._thoughts: list[Thought] = []
        self._failure: BaseException | None = None
        self._writing: Writing | None = None
        self._gathering = gather
        self._thread = threading.Thread(target=self._run, name="posebridge job", daemon=True)
        if gather is None:
            self._thread.start()

    def tick(self, budget_s: float = 0.01) -> bool:
        """Go on for about so long; whether all is done."""
        if self.watch.cancelled:
            self.cancel()
            raise Cancelled("cancelled")
        if self._gathering is not None:
            if self._go_on(self._gathering, "gathering", budget_s):
                self._gathering = None
                self._thread.start()
            return False
        if self._writing is None:
            self._thread.join(budget_s)
            if self._thread.is_alive():
                return False
            if self._failure is not None:
                raise self._failure
            self._writing = self._write(self._thoughts.pop())
        if not self._go_on(self._writing, "writing", budget_s):
            return False
        self.outcome = "; ".join(filter(None, [self.outcome, *self.watch.remarks]))
        return True

    def cancel(self) -> None:
        """Nothing of it stays. A thread that thinks ends at its next stage; nobody waits for it."""
        self.watch.cancelled = True
        for part in (self._gathering, self._writing):
            if part is not None:
                part.close()

    def left(self, patience_s: float) -> None:
        """After `cancel`, for who cannot go on before the thread's own children are gone: until it has ended."""
        if self._thread.ident is not None:
            self._thread.join(patience_s)

    def finish(self) -> str:
        """All of it now; what there is to say at the end."""
        while not self.tick(60.0):
            pass
        return self.outcome

    def _go_on(self, part: Gathering | Writing, stage: str, budget_s: float) -> bool:
        until = time.monotonic() + budget_s
        while True:
            try:
                self.watch.stage, self.watch.share = stage, next(part)
            except StopIteration as end:
                self.outcome = end.value or ""
                return True
            if time.monotonic() >= until:
                return False

    def _run(self) -> None:
        try:
            self._thoughts.append(self._think(self.watch))
        except BaseException as failure:
            self._failure = failure
