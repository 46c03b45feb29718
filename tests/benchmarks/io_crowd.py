"""Many live sessions that cost their driver little, the daemon's and a bare ROUTER's: io_rate.py measures with them."""
from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import zmq

from bridge.client_talk import Talk
from bridge.config import Limits, ServeConfig
from bridge.frames import Setup, TrackerFrame
from bridge.generated import posebridge_pb2 as pb
from bridge.local import LocalDaemon
from bridge.messages import CloseSession, GetStatus, LiveFrame, OpenSession
from bridge.replies import SessionClosed, SessionOpened, Status
from bridge.security import read_connection
from bridge.wire_client import encode_client

BARE = Path(__file__).with_name("io_bare.py")
WARM_S = 0.5
SETTLED_S = 20.0  # at most, until all that was sent has been taken
Counts = tuple[int, int]  # frames taken, frames answered
Due = Callable[["Person", float], bool]


class Person:
    """One session's socket, and a message of which only the numbers change."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], port: int, token: bytes, number: int) -> None:
        self.message = self.sample(token, number)
        self.frame = self.message.tracker_frame
        self.sent = self.heard = self.began = 0
        self.phase = number % 97 / 97
        self.socket = context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDHWM, 16)
        self.socket.connect(f"tcp://127.0.0.1:{port}")

    @staticmethod
    def sample(token: bytes = bytes(16), number: int = 0) -> pb.ClientMessage:
        """A frame of three trackers, as a message."""
        random = np.random.default_rng(number)
        turned, seen = random.normal(size=(3, 4)), np.ones(3, dtype=np.bool_)
        turned /= np.linalg.norm(turned, axis=1, keepdims=True)
        frame = TrackerFrame(1, 0, random.normal(size=(3, 3)).astype("f4"), turned.astype("f4"), seen, seen)
        return pb.ClientMessage.FromString(encode_client(0, LiveFrame(token, frame, 0)))

    def step(self, due: bool, now_s: float) -> bool:
        """Reads one answer if there is one, sends one frame if it is due and there is room; whether it did either."""
        events = self.socket.getsockopt(zmq.EVENTS)
        hears, sends = events & zmq.POLLIN, due and events & zmq.POLLOUT
        if hears:
            answer = pb.ServerMessage.FromString(self.socket.recv())
            if not answer.HasField("pose_frame"):
                raise SystemExit(f"io_rate: the daemon said {answer}")
            self.heard += 1
            self.frame.last_result_seen = answer.pose_frame.sequence
        if sends:
            self.sent += 1
            self.frame.sequence, self.frame.time_ns = self.sent, int(now_s * 1e9)
            self.socket.send(self.message.SerializeToString(), zmq.NOBLOCK)
        return bool(hears or sends)


@dataclass(frozen=True)
class Spent:
    """Up to a moment, or between two."""

    frames: int
    answers: int
    seconds: float
    loop_s: float  # CPU
    process_s: float

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.frames - other.frames, self.answers - other.answers, self.seconds - other.seconds,
                     self.loop_s - other.loop_s, self.process_s - other.process_s)


class Target:
    """What is driven: its people, and its counts so far."""

    def __init__(self, pid: int, people: list[Person], counts: Callable[[], Counts]) -> None:
        self.process, self.people, self.counts = psutil.Process(pid), people, counts

    def drive(self, due: Due, until_s: float) -> None:
        while (now_s := time.monotonic()) < until_s:
            if not any([person.step(due(person, now_s), now_s) for person in self.people]):
                time.sleep(0.0005)

    def settle(self) -> None:
        """Until all that was sent is taken."""
        until_s = time.monotonic() + SETTLED_S
        while self.counts()[0] < sum(person.sent for person in self.people) and time.monotonic() < until_s:
            self.drive(lambda person, now_s: False, time.monotonic() + 0.05)
        self.drive(lambda person, now_s: False, time.monotonic() + 0.1)

    def measure(self, way: str, rate_hz: float, seconds: float) -> Spent:
        """Drives in one of WAYS, first unmeasured for WARM_S; ends when all has been taken."""
        for person in self.people:
            person.heard = person.began = person.sent  # nothing is on its way: what has no answer was superseded
        began_s = time.monotonic()
        due: dict[str, Due] = {
            "step": lambda person, now_s: person.heard == person.sent,
            "paced": lambda person, now_s: person.sent - person.began + person.phase <= (now_s - began_s) * rate_hz,
            "flood": lambda person, now_s: True,
        }
        self.drive(due[way], began_s + WARM_S)
        before = self._so_far()
        self.drive(due[way], time.monotonic() + seconds)
        spent = self._so_far() - before
        self.settle()
        return spent

    def _so_far(self) -> Spent:
        """Of the loop's thread, and of the whole process, its library's threads included."""
        loop = next(thread for thread in self.process.threads() if thread.id == self.process.pid)
        times = self.process.cpu_times()
        return Spent(*self.counts(), time.monotonic(), loop.user_time + loop.system_time, times.user + times.system)


@contextmanager
def daemon(sessions: int, context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[Target]:
    """With its sessions open; at the end what became of every frame is told."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        config = ServeConfig(engine="echo", threads=1, connection_file=Path(folder) / "daemon.json",
                             recordings=Path(folder), limits=Limits(sessions=sessions))
        stack.enter_context(LocalDaemon(config))
        there = read_connection(config.connection_file)
        talk = Talk(there, 10.0)
        stack.callback(talk.close)
        talk.greet()
        tokens = [talk.ask(OpenSession(Setup(), f"{number}"), SessionOpened).session for number in range(sessions)]
        people = [Person(context, there.live_port, token, number) for number, token in enumerate(tokens)]

        def counts() -> Counts:
            account = talk.ask(GetStatus(), Status).account
            return account.frames + account.late + account.invalid, account.answered

        yield Target(there.pid, people, counts)
        closed = sum((talk.ask(CloseSession(token), SessionClosed) for token in tokens), SessionClosed(0, 0, 0, 0))
        sent = sum(person.sent for person in people)
        lost = sent - closed.frames - closed.late - closed.invalid
        print(f"sent {sent} = answered {closed.answered} + superseded {closed.superseded} + late {closed.late} "
              f"+ invalid {closed.invalid} + lost {lost}")


@contextmanager
def bare(sessions: int, every: float, context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[Target]:
    """A ROUTER that answers one message in `every`."""
    with subprocess.Popen([sys.executable, str(BARE), str(every)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        said, asked = process.stdout, process.stdin
        assert said is not None and asked is not None
        port = int(said.readline())

        def counts() -> Counts:
            asked.write("\n")
            asked.flush()
            taken, answered = said.readline().split()
            return int(taken), int(answered)

        yield Target(process.pid, [Person(context, port, bytes(16), number) for number in range(sessions)], counts)
        asked.close()
