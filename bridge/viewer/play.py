"""Files on the page: the loop that moves time and shows everybody where they were then."""
from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import viser

from bridge.frames import Floats
from bridge.viewer.camera import FOV_RAD, heading_rad, view_of
from bridge.viewer.choices import Changes, State
from bridge.viewer.panel import Panel
from bridge.viewer.people import Moment, Take
from bridge.viewer.shown import Place, Places, Shown, first_choice, places
from bridge.viewer.stage import Stage
from bridge.viewer.timeline import Timeline
from bridge.viewer.transport import TELL_S, Transport

FRAME_S = 1 / 60
IDLE_S = 0.1
FRAMED = 60  # poses of each that the camera is to have in view


def timeline_of(takes: Sequence[Take], at_s: float | None) -> Timeline:
    """As long as the longest, in frames of the fastest; with `at_s` it stands still there."""
    line = Timeline(max(take.duration_s for take in takes), max(take.track.rate_hz for take in takes))
    return line if at_s is None else replace(line, time_s=min(at_s, line.duration_s), playing=False)


def places_of(takes: Sequence[Take], shown: Shown) -> list[Place]:
    return places([take.track.joints_m[0, 0] for take in takes], [take.truth is not None for take in takes], shown)


def framed_joints(takes: Sequence[Take], shown: Shown) -> Floats:
    """(N, 22, 3) what the camera is to have in view."""
    poses = []
    for take, place in zip(takes, places_of(takes, shown), strict=True):
        rows = np.unique(np.linspace(0, len(take.track) - 1, FRAMED).astype(int))
        poses.append(take.track.joints_m[rows] + place.body_m)
    return np.concatenate(poses)


def ahead_rad(takes: Sequence[Take], shown: Shown) -> float:
    """Where the camera takes ahead to be: before the first person, or before the row that stands side by side."""
    return 0.0 if shown.places is Places.BESIDE else heading_rad(takes[0].track.joints_m[0])


def told(take: Take, moment: Moment) -> str:
    """A person's line in the panel."""
    parts = []
    if moment.confidence is not None:
        parts.append(f"confidence {moment.confidence.mean():.2f}")
    if moment.apart_cm is not None:
        parts.append(f"{moment.apart_cm:.1f} cm from the truth")
    if moment.lost is not None and moment.lost.any():
        parts.append(f"{int(moment.lost.sum())} lost")
    return f"<small>{', '.join(parts)}</small>" if parts else ""


@dataclass
class Playing:
    """The page with files on it."""

    server: viser.ViserServer
    takes: Sequence[Take]
    state: State

    def __post_init__(self) -> None:
        shown, line = self.state.shown, self.state.timeline
        assert line is not None
        self.changes, stage = Changes(), Stage(self.server.scene)
        self.panel = Panel(self.server.gui, shown, self.changes, any(take.truth for take in self.takes))
        self.transport = Transport(self.server.gui, line, self.changes)
        self.stage = stage
        self.actors = [stage.add(number, take.person) for number, take in enumerate(self.takes)]
        for number, take in enumerate(self.takes):
            self.panel.add_person(number, take.person.name)
        floors = [take.person.floor_m for take in self.takes if take.person.floor_m is not None]
        stage.floor_at(min(floors, default=0.0))
        look_from(self.server, framed_joints(self.takes, shown), ahead_rad(self.takes, shown))
        self.panel.tell_colours(shown.scheme, any(take.session for take in self.takes))
        self.show()

    def step(self, passed_s: float) -> bool:
        """Time goes on and changes are made; whether anything is different now."""
        before = self.state
        changed = self.changes.apply(before)
        line = changed.timeline
        self.state = replace(changed, timeline=line and line.after(passed_s))
        return self.state != before

    def show(self) -> None:
        line, shown = self.state.timeline, self.state.shown
        assert line is not None
        with self.server.atomic():
            moments = [take.at(line.time_s) for take in self.takes]
            places = places_of(self.takes, shown)
            for actor, moment, place in zip(self.actors, moments, places, strict=True):
                actor.show(moment, place, shown)
            self.stage.move_world(*followed(self.takes, moments, shown))

    def tell(self) -> None:
        """What is written on the page, less often than what is drawn."""
        line, shown = self.state.timeline, self.state.shown
        assert line is not None
        self.transport.tell(line)
        self.panel.tell_colours(shown.scheme, any(take.session for take in self.takes))
        for number, take in enumerate(self.takes):
            self.panel.tell_person(number, told(take, take.at(line.time_s)))


def followed(takes: Sequence[Take], moments: Sequence[Moment], shown: Shown) -> tuple[float, float]:
    """How far the world is moved so that the first person shown stays where they began."""
    number = next((number for number in range(len(takes)) if number not in shown.hidden), None)
    if not shown.follow or number is None:
        return 0.0, 0.0
    way = takes[number].track.joints_m[0, 0] - moments[number].body.joints_m[0]
    return float(way[0]), float(way[2])


def look_from(server: viser.ViserServer, joints_m: Floats, ahead_rad: float = 0.0) -> None:
    """Where who opens the page stands at first, and comes back to."""
    view, camera = view_of(joints_m, ahead_rad), server.initial_camera
    camera.position, camera.look_at, camera.fov = view.position_m, view.look_at_m, float(FOV_RAD)


def play(
    server: viser.ViserServer, takes: Sequence[Take], at_s: float | None = None,
    running: Callable[[], bool] = lambda: True,
) -> None:
    """Shows the takes until it is interrupted. While nobody looks, time stands still."""
    page = Playing(server, takes, State(first_choice(len(takes)), timeline_of(takes, at_s)))
    page.tell()
    last_s = told_s = time.monotonic()
    while running():
        now_s = time.monotonic()
        watched = bool(server.get_clients())
        if page.step(now_s - last_s if watched else 0.0):
            page.show()
        if now_s - told_s >= TELL_S:
            told_s = now_s
            page.tell()
        last_s = now_s
        time.sleep(max(FRAME_S - (time.monotonic() - now_s), 0.001) if watched else IDLE_S)
