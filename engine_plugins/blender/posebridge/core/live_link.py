"""A live session kept going without ever making its caller wait: opened on one of the daemons of the connection file,
on the next where that one is full or gone, and anew where the daemon has forgotten it.

    link = LiveLink(find_connection(), "blender 5.1", setup)
    ...                                 # from a timer:
    link.step(time.monotonic())         # DaemonError: it is over, and why
    link.send(reading)
    for moment in link.take(): ...
    link.close()
"""
from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from .client import Client
from .client_errors import DaemonError, DaemonMissing, DaemonRefused
from .client_events import Answered, Cut, Ended, Event, Failed, Leaving
from .client_live import Pose, Reading
from .clip_solver import PATIENCE_S, is_passing
from .connection_file import ConnectionFile, each_of
from .messages import ErrorCode, SessionOpened, SessionSetup
from .rotations import Floats

LIVE = "live"


@dataclass(frozen=True)
class Moment:
    """The solved body at one time, and what its trackers read where that is known. Project axes."""

    time_ns: int
    root_m: Floats  # (3,)
    local_xyzw: Floats  # (22, 4)
    trackers_m: Floats  # (M, 3); M may be 0


def moment_of(pose: Pose, trackers_m: Floats) -> Moment:
    return Moment(pose.time_ns, pose.root_position_m.astype(np.float64), pose.local_xyzw.astype(np.float64), trackers_m)


def closed_aside(client: Client) -> None:
    """A client's farewell takes a moment that no user interface has."""
    threading.Thread(target=client.close, name="posebridge farewell", daemon=True).start()


class LiveLink:
    """`stage`: what it is at, for people to read; LIVE while poses may come."""

    def __init__(self, connection: ConnectionFile, name: str, setup: SessionSetup,
                 make: Callable[[ConnectionFile, str], Client] = Client) -> None:
        self._daemons = each_of(connection)
        self._turns = cycle(self._daemons)
        self._name, self._setup, self._make = name, setup, make
        self._client: Client | None = None
        self._request = 0  # that opens the session
        self._tried = 0  # daemons since the last that took us
        self._again_s = self._since_s = 0.0
        self._newest_m: Floats = np.zeros((0, 3))
        self.stage = "connecting"
        self.offsets_m: Floats = np.array(setup.offsets_m, dtype=np.float64).reshape(-1, 3)

    def step(self, now_s: float) -> None:
        """Hears what happened. Raises DaemonMissing, DaemonRefused, VersionMismatch: no daemon has us any more."""
        if self._client is None:
            if now_s >= self._again_s:
                self._open(now_s)
            return
        for event in self._client.take_events():
            self._hear(event, now_s)
            if self._client is None:
                return

    def send(self, reading: Reading) -> None:
        """Before the session is open, the newest waits for it."""
        self._newest_m = np.asarray(reading.positions_m, dtype=np.float64)
        if self._client is not None:
            self._client.send(reading)

    def take(self) -> list[Moment]:
        """What came since this was last asked, the newest last; its trackers as they were sent last."""
        poses = [] if self._client is None else self._client.take_poses()
        return [moment_of(pose, self._newest_m) for pose in poses]

    def close(self) -> None:
        """Again is harmless. Waits for nothing."""
        if self._client is not None:
            closed_aside(self._client)
        self._client = None

    def _open(self, now_s: float) -> None:
        self._since_s = self._since_s or now_s
        self._client = self._make(next(self._turns), self._name)
        self._request = self._client.open_session(self._setup)

    def _hear(self, event: Event, now_s: float) -> None:
        match event:
            case Answered(request=self._request, body=SessionOpened()):
                self.stage, self._tried, self._since_s = LIVE, 0, 0.0
            case Failed(request=self._request, error=error) | Ended(error=DaemonError() as error):
                self._elsewhere(error, now_s)
            case Leaving(reason=reason):
                self._elsewhere(DaemonMissing(f"the daemon leaves: {reason}"), now_s)
            case Failed(request=0, error=DaemonRefused(code=ErrorCode.SESSION_UNKNOWN)) if self._client is not None:
                self.stage = "opening the session anew"
                self._request = self._client.open_session(self._setup)
            case Cut(why=why):
                self.stage = f"mending the connection ({why})"

    def _elsewhere(self, error: DaemonError, now_s: float) -> None:
        """The next daemon, after a pause where all have been asked; or the end."""
        self.close()
        self._tried += 1
        passing = is_passing(error)
        if not passing and not (isinstance(error, DaemonMissing) and self._tried < len(self._daemons)):
            raise error
        if passing and now_s - (self._since_s or now_s) > PATIENCE_S:
            raise error
        around = self._tried % len(self._daemons) == 0
        self._again_s = now_s + (max(0.1, min(getattr(error, "retry_after_s", 0.0), 1.0)) if around else 0.0)
        self.stage = f"waiting for the daemon ({error})"
