"""Live sessions on the page: the loop that asks the daemon who is there, as often as a display needs it and not at all
while nobody looks."""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import viser

from bridge.errors import PoseBridgeError
from bridge.replies import Watched
from bridge.viewer.camera import view_of
from bridge.viewer.choices import Changes, State
from bridge.viewer.panel import Panel
from bridge.viewer.play import FRAME_S, IDLE_S, look_from
from bridge.viewer.roster import Guest, Roster, followed, headline, standing_joints, told
from bridge.viewer.shown import Places, Shown, places
from bridge.viewer.stage import Actor, Stage
from bridge.viewer.transport import TELL_S, Freeze

RETRY_S = 1.0


class Watcher(Protocol):
    """What watching needs of bridge.client's Client."""

    def watch(self, known: tuple[int, ...]) -> Watched: ...

    def close(self) -> None: ...


@dataclass
class Watching:
    """The page with live sessions on it."""

    server: viser.ViserServer
    connect: Callable[[], Watcher]
    client: Watcher | None

    def __post_init__(self) -> None:
        self.state = State(Shown(places=Places.BESIDE))
        self.changes, self.roster, self.actors = Changes(), Roster(), dict[int, Actor]()
        self.stage = Stage(self.server.scene)
        self.panel = Panel(self.server.gui, self.state.shown, self.changes, truth=False)
        self.freeze = Freeze(self.server.gui, self.changes)
        self.retry_s = 0.0
        look_from(self.server, view_of(standing_joints(), 0.0))

    def look(self, now_s: float) -> None:
        """Asks the daemon once, or for the daemon."""
        try:
            if self.client is None and now_s >= self.retry_s:
                self.client = self.connect()
            if self.client is not None:
                self._take_in(*self.roster.look(self.client.watch(self.roster.known), now_s))
        except PoseBridgeError:
            self._lost(now_s)

    def _lost(self, now_s: float) -> None:
        if self.client is not None:
            self.client.close()
        self.client, self.retry_s = None, now_s + RETRY_S
        self._take_in([], self.roster.clear())

    def _take_in(self, come: list[Guest], gone: list[Guest]) -> None:
        for guest in gone:
            self.actors.pop(guest.number).remove()
            self.panel.remove_person(guest.number)
        for guest in come:
            self.actors[guest.number] = self.stage.add(guest.number, guest.person)
            self.panel.add_person(guest.number, guest.person.name)

    def show(self) -> None:
        guests, shown = list(self.roster.guests.values()), self.state.shown
        starts = [np.zeros(3, np.float32) if guest.start_m is None else guest.start_m for guest in guests]
        with self.server.atomic():
            for guest, place in zip(guests, places(starts, [False] * len(guests), shown), strict=True):
                self.actors[guest.number].show(guest.moment, place, shown)
            self.stage.move_world(*followed(guests, shown))

    def tell(self) -> None:
        self.panel.tell_headline(headline(len(self.roster.guests), self.client is not None, self.state.frozen))
        self.panel.tell_colours(self.state.shown.scheme, True)
        self.freeze.tell(self.state.frozen)
        for guest in self.roster.guests.values():
            self.panel.tell_person(guest.number, told(guest))

    def close(self) -> None:
        if self.client is not None:
            self.client.close()


def watch(
    server: viser.ViserServer, connect: Callable[[], Watcher], running: Callable[[], bool] = lambda: True
) -> None:
    """Shows the daemon's sessions until it is interrupted. DaemonMissing if none runs at first; one that goes away
    later is waited for."""
    page = Watching(server, connect, connect())
    told_s = 0.0
    try:
        while running():
            now_s = time.monotonic()
            watched = bool(server.get_clients())
            page.state = page.changes.apply(page.state)
            if watched and not page.state.frozen:
                page.look(now_s)
            page.show()
            if now_s - told_s >= TELL_S:
                told_s = now_s
                page.tell()
            time.sleep(max(FRAME_S - (time.monotonic() - now_s), 0.001) if watched else IDLE_S)
    finally:
        page.close()
