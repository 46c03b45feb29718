"""Who is live: what each look at the daemon says of who has come, who has gone and how each is now, in figures and in
words."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bridge.frames import Floats, Motion, Skeleton
from bridge.motion import joint_positions
from bridge.replies import Watched, WatchedSession
from bridge.viewer.people import Moment, Person, moment_of
from bridge.viewer.playbill import way_back
from bridge.viewer.shown import LANE_M, Shown

RATE_OVER_S = 1.0


@dataclass
class Guest:
    """One live session."""

    number: int
    person: Person
    moment: Moment | None = None  # None until it was answered first
    sequence: int = -1  # of the newest answer
    start_m: Floats | None = None  # where the pelvis was first
    answers: list[float] = field(default_factory=list)  # when newer ones were seen, the last second

    def look(self, seen: WatchedSession, now_s: float) -> None:
        self.answers = [when for when in self.answers if now_s - when < RATE_OVER_S]
        if seen.pose is None or seen.trackers is None or seen.pose.sequence == self.sequence:
            return
        self.sequence = seen.pose.sequence
        self.answers.append(now_s)
        self.moment = moment_of(self.person.skeleton, self.person.trackers, seen.pose, seen.trackers)
        if self.start_m is None:
            self.start_m = self.moment.body.joints_m[0]


class Roster:
    """All of them, by their numbers, in the order they came."""

    def __init__(self) -> None:
        self.guests: dict[int, Guest] = {}

    @property
    def known(self) -> tuple[int, ...]:
        return tuple(self.guests)

    def look(self, watched: Watched, now_s: float) -> tuple[list[Guest], list[Guest]]:
        """Who has come and who has gone since the last look."""
        there = {session.number: session for session in watched.sessions}
        gone = [self.guests.pop(number) for number in list(self.guests) if number not in there]
        come = [Guest(number, _person(session)) for number, session in there.items()
                if number not in self.guests and session.setup is not None]
        self.guests |= {guest.number: guest for guest in come}
        for number, guest in self.guests.items():
            guest.look(there[number], now_s)
        return come, gone

    def clear(self) -> list[Guest]:
        """The daemon has gone, and everybody with it."""
        gone, self.guests = list(self.guests.values()), {}
        return gone


def _person(session: WatchedSession) -> Person:
    assert session.setup is not None
    setup = session.setup
    return Person(session.name or f"session {session.number}", setup.skeleton, setup.trackers,
                  floor_m=setup.floor_height_m)


def headline(sessions: int, connected: bool, frozen: bool) -> str:
    """What the page says first."""
    if not connected:
        return "**No daemon.** Waiting for one: `posebridge serve`"
    if not sessions:
        return "**Nobody is live.** A session appears here as soon as a client opens one: `posebridge replay take.mcap`"
    return f"**{sessions} live**" + (", frozen" if frozen else "")


def told(guest: Guest) -> str:
    """A session's line in the panel."""
    if guest.moment is None or guest.moment.confidence is None:
        return "<small>no answer yet</small>"
    lost = 0 if guest.moment.lost is None else int(guest.moment.lost.sum())
    text = f"{len(guest.answers)} poses/s, confidence {guest.moment.confidence.mean():.2f}"
    return f"<small>{text}{f', {lost} lost' if lost else ''}</small>"


def followed(guests: Sequence[Guest], shown: Shown) -> tuple[float, float]:
    """How far the world is moved (x, z) metres, so that the first session shown stays where it began."""
    first = next((guest for guest in guests if guest.moment and guest.number not in shown.hidden), None)
    if not shown.follow or first is None or first.moment is None or first.start_m is None:
        return 0.0, 0.0
    return way_back(first.start_m, first.moment.body.joints_m[0])


def standing_joints() -> Floats:
    """(3, 22, 3) a row of three who look to +Z: whom the camera is set for while nobody is there."""
    identity = np.tile(np.array([0, 0, 0, 1], np.float32), (3, 22, 1))
    root = np.array([[lane * LANE_M, Skeleton().standing_head_height_m - 0.6, 0] for lane in (-1, 0, 1)], np.float32)
    return joint_positions(Motion(Skeleton(), 60.0, root, identity))
