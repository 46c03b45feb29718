"""The Python client: blocking, small, typed. Every wait ends: with an answer, or with an error that says why.

    with Client.connect() as client, client.open_session(setup) as live:
        live.send(frame)
        answer = live.poll(timeout_s=0.1)

Where posebridge serve --daemons keeps several, each session goes to the one with the most room and stays there; status,
watch and recordings are of all of them, jobs are the first's.

A client belongs to one thread. DaemonMissing: no daemon, or it went away. DaemonRefused, Busy or an
InputInvalid: what the daemon said.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from bridge.client_clip import GatheredClip
from bridge.client_clips import ClipsInFlight
from bridge.client_family import Family
from bridge.client_live import Answer, LiveSession
from bridge.config import default_connection_file
from bridge.errors import Busy, PoseBridgeError
from bridge.family import joined
from bridge.frames import Motion, Setup, TrackerClip
from bridge.messages import (
    CancelClip,
    EngineState,
    GetStatus,
    OpenSession,
    Ping,
    SolveClip,
    StartRecording,
    StopRecording,
)
from bridge.messages_jobs import SOLVE, CancelJob, GetJobResult, GetJobStatus, ListJobs, Options, SubmitJob
from bridge.replies import (
    ClipProgress,
    ClipSolved,
    Pong,
    RecordingStarted,
    RecordingStopped,
    Status,
    Watched,
    Welcome,
)
from bridge.replies_jobs import JobList, JobResult, JobStatus
from bridge.security import Connection, read_connection

__all__ = ["Answer", "Client", "Clock", "LiveSession"]
SUBMIT_S = 30.0  # a daemon that has just started imports what understands a job's options first


@dataclass(frozen=True)
class Clock:
    """One ping: the daemon's clock less ours, the time it took, and how the engine is."""

    offset_ns: int
    round_trip_ns: int
    engine: EngineState


class Client:
    """A greeted connection to a daemon. Make one with Client.connect()."""

    def __init__(self, family: Family) -> None:
        self._family, self._talk = family, family.home
        self.welcome = family.welcome

    @classmethod
    def connect(cls, connection_file: Path | None = None, timeout_s: float = 5.0) -> Client:
        """Greets the daemon the file names, of several the one with the most room; without one, the file `posebridge
        serve` leaves by default."""
        return cls(Family(partial(read_connection, connection_file or default_connection_file()), timeout_s))

    @classmethod
    def at(cls, connection: Connection, timeout_s: float = 5.0) -> Client:
        """Greets the daemon that is there."""
        return cls(Family(lambda: connection, timeout_s))

    def open_session(self, setup: Setup, name: str = "", record: bool = False) -> LiveSession:
        """A live session; Busy while the engine starts or the daemon is full."""
        talk, opened = self._family.open(OpenSession(setup, name, record))
        return LiveSession(talk, talk.live_line(), opened)

    def solve_clip(
        self, setup: Setup, clip: TrackerClip, on_progress: Callable[[int, int], None] | None = None
    ) -> Motion:
        """The whole clip at its own rate; on_progress(frames done, frames in all) cancels it by raising anything."""
        request = self._talk.send(SolveClip(setup, clip))
        gathered = GatheredClip(len(clip))
        try:
            while not gathered.whole:
                match self._talk.answer(request):
                    case ClipProgress(done, total) if on_progress:
                        on_progress(done, total)
                    case ClipSolved() as part:
                        gathered.add(part)
        except PoseBridgeError:
            raise
        except BaseException:
            self._talk.send(CancelClip(request))
            raise
        return gathered.motion(setup.skeleton, clip.rate_hz)

    def clips(self) -> ClipsInFlight:
        """For several clips at a time."""
        return ClipsInFlight(self._talk)

    @property
    def daemon_pids(self) -> tuple[int, ...]:
        """The daemons' processes, as the connection file has them."""
        return tuple(connection.pid for connection in self._family.connections)

    def ping(self) -> Clock:
        sent = time.monotonic_ns()
        pong = self._talk.ask(Ping(sent), Pong)
        received = time.monotonic_ns()
        offset = (pong.server_received_ns - sent + pong.server_sent_ns - received) // 2
        stay = pong.server_sent_ns - pong.server_received_ns
        return Clock(offset, received - sent - stay, pong.engine)

    def status(self) -> Status:
        """How the daemon is doing: its engine, its ticks, every session; of several, all as one."""
        return joined(list(self.statuses().values()))

    def statuses(self) -> dict[Connection, Status]:
        """The same of each daemon that answers."""
        return self._family.each(GetStatus(), Status)

    def watch(self, known: Collection[int] = ()) -> Watched:
        """What every live session looks like now; without the setups of those known by number."""
        return self._family.watch(known)

    def wait_ready(self, timeout_s: float = 180.0, meanwhile: Callable[[], object] | None = None) -> Welcome:
        """Waits for the engine to have loaded; Busy if it has not in time. `meanwhile` is called between questions."""
        deadline = time.monotonic() + timeout_s
        while self.ping().engine is not EngineState.READY:
            if time.monotonic() > deadline:
                raise Busy(f"the engine was not ready after {timeout_s:g} s")
            (meanwhile or _a_moment)()
        self.welcome = self._talk.greet()
        return self.welcome

    def start_recording(self) -> list[Path]:
        """Every session, open or opened later, goes to a file of its own; the files of those open now."""
        started = self._family.each(StartRecording(), RecordingStarted)
        return [Path(file) for told in started.values() for file in told.files]

    def stop_recording(self) -> list[Path]:
        """The files written since, whole and closed."""
        stopped = self._family.each(StopRecording(), RecordingStopped)
        return [Path(file) for told in stopped.values() for file in told.files]

    def submit_job(
        self, files: Iterable[str], out: str, formats: Iterable[str] = ("bvh", "npz"), problem: str = SOLVE,
        options: Options = (),
    ) -> JobStatus:
        """Files on the daemon's machine, solved into a folder there: sessions, or another problem, by its command's
        name and flags. Once this returns, the job outlives whatever is killed; submitted again it is the same job."""
        body = SubmitJob(tuple(files), out, tuple(formats), problem, options)
        return self._family.first.ask(body, JobStatus, SUBMIT_S)

    def job_status(self, job: str) -> JobStatus:
        return self._family.first.ask(GetJobStatus(job), JobStatus)

    def job_result(self, job: str) -> JobResult:
        """What became of each of its files, so far."""
        return self._family.first.ask(GetJobResult(job), JobResult)

    def cancel_job(self, job: str) -> JobStatus:
        return self._family.first.ask(CancelJob(job), JobStatus)

    def list_jobs(self) -> tuple[JobStatus, ...]:
        """Oldest first."""
        return self._family.first.ask(ListJobs(), JobList).jobs

    def close(self) -> None:
        self._family.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _a_moment() -> None:
    time.sleep(0.02)
