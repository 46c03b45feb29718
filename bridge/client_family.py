"""The daemons of one connection file, as a client sees them: one, or several that `posebridge serve --daemons` keeps.
A session lives on one of them for good; a client that asks about all leaves out those that do not answer."""
from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from bridge.client_talk import Talk
from bridge.errors import Busy, DaemonMissing, DaemonRefused, PoseBridgeError
from bridge.family import by_room, each_of
from bridge.messages import ClientBody, GetStatus, OpenSession, Watch
from bridge.replies import ServerBody, SessionOpened, Status, Watched, WatchedSession, Welcome
from bridge.security import Connection

_A = TypeVar("_A", bound=ServerBody)


class Family:
    """Lines to them, each greeted when it is first needed. `look()` says who is there: one that was started anew may
    be somewhere else."""

    def __init__(self, look: Callable[[], Connection], timeout_s: float) -> None:
        self._look, self._timeout_s = look, timeout_s
        self._known = look()
        self._talks: dict[Connection, tuple[Talk, Welcome]] = {}
        self._numbers = Numbers()
        try:
            self.home, self.welcome = self._talks[next(self._best())[0]]
        except BaseException:
            self.close()
            raise

    @property
    def connections(self) -> tuple[Connection, ...]:
        """In their order; one that stands alone is not looked for again."""
        if self._known.others:
            with suppress(DaemonMissing):
                self._known = self._look()
        return each_of(self._known)

    @property
    def first(self) -> Talk:
        """The one that takes jobs."""
        return self._talk(self.connections[0])

    def each(self, body: ClientBody, kind: type[_A]) -> dict[Connection, _A]:
        """The answer of every daemon that gives one. If none does, what the first said instead."""
        return self._ask_each(lambda _: body, kind)

    def _ask_each(self, body: Callable[[Connection], ClientBody], kind: type[_A]) -> dict[Connection, _A]:
        answers: dict[Connection, _A] = {}
        gone: PoseBridgeError | None = None
        for connection in self.connections:
            try:
                answers[connection] = self._talk(connection).ask(body(connection), kind)
            except (DaemonMissing, DaemonRefused) as error:
                if isinstance(error, DaemonRefused) and connection in self._talks:
                    raise  # this is its answer; before it is greeted, one that is killed looks as if it refused us
                gone = gone or error
        if gone and not answers:
            raise gone
        return answers

    def open(self, body: OpenSession) -> tuple[Talk, SessionOpened]:
        """On the daemon with the most room; where that has none after all, on the next."""
        refused: Busy | DaemonMissing | None = None
        for _, talk in self._best():
            try:
                return talk, talk.ask(body, SessionOpened)
            except (Busy, DaemonMissing) as error:
                refused = refused or error
        raise refused or DaemonMissing("no daemon")

    def watch(self, known: Collection[int]) -> Watched:
        """Everybody's sessions, those of several daemons under numbers of our own."""
        connections = self.connections
        if len(connections) == 1:
            return self._talk(connections[0]).ask(Watch(tuple(known)), Watched)
        answers = self._ask_each(lambda daemon: Watch(self._numbers.theirs(daemon, known)), Watched)
        return Watched(tuple(session for daemon, watched in answers.items()
                             for session in self._numbers.ours(daemon, watched.sessions)))

    def _best(self) -> Iterator[tuple[Connection, Talk]]:
        if not self._known.others:
            yield self._known, self._talk(self._known)
            return
        statuses = self.each(GetStatus(), Status)
        for number in by_room(list(statuses.values())):
            connection = list(statuses)[number]
            yield connection, self._talk(connection)

    def _talk(self, connection: Connection) -> Talk:
        if connection not in self._talks:
            talk = Talk(connection, self._timeout_s)
            try:
                self._talks[connection] = talk, talk.greet()
            except BaseException:
                talk.close()
                raise
        return self._talks[connection][0]

    def close(self) -> None:
        """Lines to daemons that are gone, too: until now their sessions may have held them."""
        for talk, _ in self._talks.values():
            talk.close()


class Numbers:
    """Sessions of several daemons under numbers of our own, never used again."""

    def __init__(self) -> None:
        self._fresh = itertools.count(1)
        self._ours: dict[Connection, dict[int, int]] = {}

    def theirs(self, daemon: Connection, known: Collection[int]) -> tuple[int, ...]:
        """Those of a daemon that are known."""
        return tuple(theirs for theirs, ours in self._ours.get(daemon, {}).items() if ours in known)

    def ours(self, daemon: Connection, sessions: Collection[WatchedSession]) -> list[WatchedSession]:
        """A daemon's sessions under our numbers; those that are not among them are over."""
        before = self._ours.get(daemon, {})
        self._ours[daemon] = {one.number: before.get(one.number) or next(self._fresh) for one in sessions}
        return [replace(one, number=self._ours[daemon][one.number]) for one in sessions]
