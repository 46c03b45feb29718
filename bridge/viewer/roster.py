"""Who is live: what each look at the daemon says of who has come, who has gone and how each is now."""
from __future__ import annotations

from dataclasses import dataclass, field

from bridge.frames import Floats
from bridge.replies import Watched, WatchedSession
from bridge.viewer.people import Moment, Person, moment_of

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
