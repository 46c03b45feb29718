"""Takes on their way: read, solved by a daemon that seldom is idle, written.

So many are under way as have no more frames together than the daemon is worth, and one more is read besides. All is
decided in one thread, by which everybody is told; hands.py has others for the files.
"""
from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

from bridge.client_clips import Outcome
from bridge.errors import Busy, DaemonMissing, PoseBridgeError
from bridge.farm.batch import Told, ending
from bridge.farm.flight import FRAMES_BEFORE, Clips, Flight, Item
from bridge.farm.hands import Hands
from bridge.farm.pace import Pace
from bridge.farm.row import DONE, Row
from bridge.farm.unit import Unit
from bridge.frames import Motion
from bridge.refusals import EngineRestarting
from bridge.replies import ClipProgress

LOOK_S, REST_S = 0.01, 0.5  # between looks at the files; after a daemon said that it is busy
AT_ONCE = 64  # things heard before a look


class Stream:
    """Leaving its context waits for what is being written, and forgets the rest."""

    def __init__(self, crew: Hands, told: Told) -> None:
        self.flight: Flight | None = None
        self._crew, self._told = crew, told
        self._left, self._ready = deque[Item](), deque[Item]()
        self._reading, self._writing = set[Item](), set[Item]()
        self._flying: dict[int, Item] = {}
        self._files: queue.SimpleQueue[tuple[Item, Future[Any]]] = queue.SimpleQueue()  # read or written
        self._pace, self._rest_until_s = Pace(), 0.0

    def add(self, unit: Unit, row: Row) -> None:
        self._left.append(Item(unit, row))

    @property
    def over(self) -> bool:
        return not (self._left or self._reading or self._ready or self._flying or self._writing)

    def turn(self, patience_s: float = 0.1) -> None:
        """All that there is to do now; waits so long at most if that is nothing."""
        self.read_ahead()
        self._send_ready()
        if self._flying:
            self._hear(LOOK_S if self._reading or self._writing else patience_s)
            patience_s = 0.0
        self._note_files(patience_s)

    def read_ahead(self) -> None:
        most = self.flight.frames if self.flight else FRAMES_BEFORE
        while self._left and len(self._reading) < self._crew.abreast and (
                not (self._reading or self._ready) or self._frames() < most):
            item = self._left.popleft()
            self._reading.add(item)
            self._later(item, self._crew.read(item.unit))

    def _frames(self) -> int:
        there = (*self._reading, *self._ready, *self._flying.values(), *self._writing)
        return sum(item.frames for item in there)

    def _later(self, item: Item, work: Future[Any]) -> None:
        work.add_done_callback(lambda done: self._files.put((item, done)))

    def _send_ready(self) -> None:
        """As many as the line takes."""
        while self._ready and self.flight and self.flight.clips.has_room and self._may_fly(self._ready[0], self.flight):
            item = self._ready.popleft()
            with self._ending(item):
                self._send(item, self.flight.clips)

    def _may_fly(self, item: Item, flight: Flight) -> bool:
        """One that is under suspicion only while no other is in the engine."""
        there = self._flying.values()
        if time.monotonic() < self._rest_until_s or (there and (item.alone or any(other.alone for other in there))):
            return False
        return not there or sum(other.frames for other in there) + item.frames <= flight.frames

    def _send(self, item: Item, clips: Clips) -> None:
        assert item.read is not None
        session, now_s = item.read.session, time.monotonic()
        number = clips.send(session.setup, session.clip)
        item.began_s = item.began_s or now_s
        self._flying[number] = item
        for other in self._flying.values() if len(self._flying) > 1 else ():
            other.beside = True
        self._pace.begin(number, now_s)
        item.on_progress = item.shown.enter_context(self._told.solving(item.row))

    def _hear(self, patience_s: float) -> None:
        """What the daemon says."""
        assert self.flight is not None
        for _ in range(AT_ONCE):
            try:
                heard = self.flight.clips.hear(patience_s)
            except DaemonMissing as error:
                for number in list(self._flying):
                    self._fail(number, error)
                    self._forget(number)
                return
            if heard is None:
                return
            self._take(*heard)
            patience_s = 0.0

    def _take(self, number: int, outcome: Outcome) -> None:
        match outcome:
            case ClipProgress(done, total):
                self._pace.told(number, done)
                self._flying[number].on_progress(done, total)
            case Motion():
                item = self._landed(number)
                seconds = self._pace.end(number, len(outcome), time.monotonic())
                assert item.read is not None
                self._writing.add(item)
                self._later(item, self._crew.write(item.unit, item.read, outcome, seconds))
            case error:
                self._fail(number, error)

    def _forget(self, number: int) -> None:
        """A daemon that was silent for too long may speak of it yet."""
        with suppress(DaemonMissing):
            if self.flight:
                self.flight.clips.cancel(number)

    def _landed(self, number: int) -> Item:
        item = self._flying.pop(number)
        item.shown.close()
        return item

    def _fail(self, number: int, error: PoseBridgeError) -> None:
        """Of one among others that may be to blame, or that keep the daemon busy, it is no failure yet."""
        item = self._landed(number)
        beside, item.beside = item.beside, False
        self._pace.drop(number)
        if isinstance(error, EngineRestarting) and beside and not item.alone:
            item.alone = True
            self._ready.append(item)
        elif type(error) is Busy and beside:
            self._rest_until_s = time.monotonic() + REST_S
            self._ready.appendleft(item)
        else:
            with self._ending(item):
                raise error

    def _note_files(self, patience_s: float) -> None:
        """What has been read or written."""
        try:
            item, work = self._files.get(timeout=patience_s) if patience_s else self._files.get_nowait()
            while True:
                self._note(item, work)
                item, work = self._files.get_nowait()
        except queue.Empty:
            return

    def _note(self, item: Item, work: Future[Any]) -> None:
        if item in self._reading:
            self._reading.remove(item)
            with self._ending(item):
                item.read = work.result()
                self._ready.append(item)
        else:
            self._writing.remove(item)
            with self._ending(item):
                item.row.about = work.result()
                item.row.said, item.row.state, item.row.code = "", DONE, 0

    @contextmanager
    def _ending(self, item: Item) -> Iterator[None]:
        """What happens is the take's own; it is told if it has ended with it."""
        with ending(item.row, self._told, item.began_s):
            yield

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in list(self._flying):
            self._landed(number)
            if not isinstance(error, DaemonMissing):
                self._forget(number)
        self._left.clear()
        self._ready.clear()
        while self._writing:
            self._note_files(1.0)
