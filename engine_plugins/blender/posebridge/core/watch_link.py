"""Somebody else's live session, as the daemon shows it to viewers: asked for again and again, waited for never.

Used as live_link.LiveLink is; nothing can be sent.
"""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .client import Client
from .client_errors import DaemonError
from .client_events import Answered, Ended, Failed
from .client_live import read_pose
from .connection_file import ConnectionFile, each_of
from .live_link import LIVE, Moment, closed_aside, moment_of
from .messages import SessionSetup, TrackerFrame, Watch, Watched, WatchedSession
from .motion import JOINT_INDEX
from .rotations import Floats


class WatchLink:
    """`wanted`: the session's name; empty: whichever there is. `offsets_m`: of the body that is shown, None before."""

    def __init__(self, connection: ConnectionFile, name: str, wanted: str = "",
                 make: Callable[[ConnectionFile, str], Client] = Client) -> None:
        self._eyes = [_Eye(make(daemon, name)) for daemon in each_of(connection)]
        self._wanted = wanted
        self._shown: tuple[_Eye, int] | None = None
        self._moments: list[Moment] = []
        self._newest_ns = -1
        self.stage = "connecting"
        self.offsets_m: Floats | None = None

    def step(self, now_s: float) -> None:
        """Looks, and asks for the next look. Raises what ended the last daemon there was."""
        for eye in list(self._eyes):
            try:
                eye.look()
            except DaemonError:
                if len(self._eyes) == 1:
                    raise
                self._eyes.remove(eye)
        found = self._chosen()
        if found is None:
            self._shown = None
            self.stage = f'waiting for the live session "{self._wanted}"' if self._wanted else "waiting for a session"
            return
        self.stage = LIVE
        self._keep(*found)

    def take(self) -> list[Moment]:
        moments, self._moments = self._moments, []
        return moments

    def names(self) -> list[str]:
        """Of all the sessions that are open."""
        return [setup.name for eye in self._eyes for setup in eye.setups.values()]

    def close(self) -> None:
        for eye in self._eyes:
            closed_aside(eye.client)

    def _chosen(self) -> tuple[_Eye, WatchedSession] | None:
        """The one that is shown already, else the newest of that name with a pose."""
        there = [(eye, one) for eye in self._eyes for one in eye.sessions if one.pose is not None
                 and self._wanted in ("", eye.setups[one.number].name)]
        same = [found for found in there if self._shown == (found[0], found[1].number)]
        return next(iter(same or there[-1:]), None)

    def _keep(self, eye: _Eye, one: WatchedSession) -> None:
        if self._shown != (eye, one.number):
            self._shown, self._newest_ns = (eye, one.number), -1
            self.offsets_m = np.array(eye.setups[one.number].offsets_m, dtype=np.float64).reshape(len(JOINT_INDEX), 3)
        if one.pose is None or one.pose.time_ns <= self._newest_ns:
            return
        self._newest_ns = one.pose.time_ns
        self._moments.append(moment_of(read_pose(one.pose), _places(one.trackers)))


def _places(frame: TrackerFrame | None) -> Floats:
    """(M, 3) those that were tracked."""
    if frame is None:
        return np.zeros((0, 3))
    places = np.array(frame.positions_m, dtype=np.float64).reshape(-1, 3)
    return places[[bool(frame.position_valid >> row & 1) for row in range(len(places))]]


class _Eye:
    """One daemon's sessions as they were last seen."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.sessions: list[WatchedSession] = []
        self.setups: dict[int, SessionSetup] = {}
        self._asked = client.ask(Watch())

    def look(self) -> None:
        """Raises DaemonError once the daemon is gone."""
        for event in self.client.take_events():
            if isinstance(event, Ended) and event.error is not None:
                raise event.error
            if isinstance(event, Answered) and isinstance(event.body, Watched):
                self._see(event.body)
            if isinstance(event, Answered | Failed) and event.request == self._asked:
                self._asked = self.client.ask(Watch([*self.setups]))

    def _see(self, watched: Watched) -> None:
        fresh = {one.number: one.setup for one in watched.sessions if one.setup is not None}
        self.setups = {one.number: {**self.setups, **fresh}[one.number] for one in watched.sessions
                       if one.number in self.setups or one.number in fresh}
        self.sessions = [one for one in watched.sessions if one.number in self.setups]
