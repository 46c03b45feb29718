"""Files on the page: the loop that moves time and shows everybody where they were then."""
from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import viser

from bridge.viewer.camera import FOV_RAD, View
from bridge.viewer.choices import Changes, State
from bridge.viewer.panel import Panel
from bridge.viewer.people import Take
from bridge.viewer.playbill import floor_of, followed, places_of, timeline_of, told, view_on
from bridge.viewer.shown import first_choice
from bridge.viewer.stage import Stage
from bridge.viewer.timeline import Timeline
from bridge.viewer.transport import TELL_S, Transport

FRAME_S = 1 / 60
IDLE_S = 0.1


@dataclass
class Playing:
    """The page with files on it."""

    server: viser.ViserServer
    takes: Sequence[Take]
    line: Timeline

    def __post_init__(self) -> None:
        self.shown, self.changes = first_choice(len(self.takes)), Changes()
        self.stage = Stage(self.server.scene)
        self.stage.floor_at(floor_of(self.takes))
        truth = any(take.truth is not None for take in self.takes)
        self.panel = Panel(self.server.gui, self.shown, self.changes, truth)
        self.transport = Transport(self.server.gui, self.line, self.changes)
        self.actors = [self.stage.add(number, take.person) for number, take in enumerate(self.takes)]
        for number, take in enumerate(self.takes):
            self.panel.add_person(number, take.person.name)
        look_from(self.server, view_on(self.takes, self.shown))
        self.show()
        self.tell()

    def step(self, passed_s: float) -> None:
        """Changes are made and time goes on; what is different now is shown."""
        before = self.shown, self.line
        state = self.changes.apply(State(self.shown, self.line))
        self.shown, self.line = state.shown, (state.timeline or self.line).after(passed_s)
        if (self.shown, self.line) != before:
            self.show()

    def show(self) -> None:
        with self.server.atomic():
            moments = [take.at(self.line.time_s) for take in self.takes]
            places = places_of(self.takes, self.shown)
            for actor, moment, place in zip(self.actors, moments, places, strict=True):
                actor.show(moment, place, self.shown)
            self.stage.move_world(*followed(self.takes, moments, self.shown))

    def tell(self) -> None:
        """What is written on the page, less often than what is drawn."""
        self.transport.tell(self.line)
        self.panel.tell_colours(self.shown.scheme, any(take.session is not None for take in self.takes))
        for number, take in enumerate(self.takes):
            self.panel.tell_person(number, told(take.at(self.line.time_s)))


def look_from(server: viser.ViserServer, view: View) -> None:
    """Where who opens the page stands at first, and comes back to."""
    camera = server.initial_camera
    camera.position, camera.look_at, camera.fov = view.position_m, view.look_at_m, float(FOV_RAD)


def play(
    server: viser.ViserServer, takes: Sequence[Take], at_s: float | None = None,
    running: Callable[[], bool] = lambda: True,
) -> None:
    """Shows the takes until it is interrupted. While nobody looks, time stands still."""
    page = Playing(server, takes, timeline_of(takes, at_s))
    last_s = told_s = time.monotonic()
    while running():
        now_s, looked_at = time.monotonic(), bool(server.get_clients())
        page.step(now_s - last_s if looked_at else 0.0)
        if now_s - told_s >= TELL_S:
            told_s = now_s
            page.tell()
        last_s = now_s
        time.sleep(max(FRAME_S - (time.monotonic() - now_s), 0.001) if looked_at else IDLE_S)
