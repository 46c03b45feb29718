"""Test 8: the daemon is killed and another started in its place: whoever was waiting hears so in one line, within
seconds, and who asks again is served."""
from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.client import Answer, Client, LiveSession
from bridge.errors import Busy, DaemonMissing, DaemonRefused, PoseBridgeError
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.local import LocalDaemon

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
Daemons = Callable[..., LocalDaemon]
EngineOf = Callable[[LocalDaemon], object]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
HANGS_S = 20.0


def ask_on(client: Client) -> None:
    while True:
        client.ping()
        time.sleep(0.01)


def send_on(client: Client, frames: list[TrackerFrame]) -> None:
    live = client.open_session(Setup())
    for frame in frames:
        live.send(frame)
        live.poll(0.02)


def listen(client: Client, frames: list[TrackerFrame]) -> None:
    """Sends one frame, and then says nothing more."""
    live = client.open_session(Setup())
    live.send(frames[0])
    while True:
        live.poll(60.0)


def solve_on(client: Client, clip: TrackerClip) -> None:
    while True:
        client.solve_clip(Setup(), clip)


def open_on(client: Client) -> None:
    while True:
        client.open_session(Setup()).close()


class Waiting:
    """A client in a thread of its own that goes on until it is told that it cannot."""

    def __init__(self, file: Path, what: Callable[..., None], *about: object) -> None:
        self.name, self.error, self.after_s = what.__name__, None, 0.0
        self._file, self._what, self._about = file, what, about
        self.busy = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            with Client.connect(self._file) as client:
                self.busy.set()
                self._what(client, *self._about)
        except Exception as error:
            self.error: Exception | None = error
            self.heard_s = time.monotonic()


def free_ports() -> dict[str, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return {"control_port": one.getsockname()[1], "live_port": other.getsockname()[1]}


@pytest.mark.parametrize("kills", [1, pytest.param(8, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
@pytest.mark.parametrize("same_ports", [False, True], ids=["other ports", "the same ports"])
def test_a_daemon_is_killed_and_another_takes_its_place(
    daemons: Daemons, swaying: TrackerClip, frames: Iterator[TrackerFrame], answered: Answered,
    figures: Callable[..., None], same_ports: bool, kills: int,
) -> None:
    """On the same ports old connections find the new daemon by themselves, which knows none of them."""
    ports = free_ports() if same_ports else {}
    many, heard_after_s = [next(frames) for _ in range(5000)], dict[str, list[float]]()
    daemon = daemons(**ports)
    for _ in range(kills):
        file = daemon.connection_file
        waiting = [Waiting(file, ask_on), Waiting(file, send_on, many), Waiting(file, listen, many),
                   Waiting(file, solve_on, swaying), Waiting(file, open_on)]
        assert all(one.busy.wait(20) for one in waiting)
        time.sleep(0.3)
        assert [one.error for one in waiting] == [None] * len(waiting)
        assert daemon.process is not None
        daemon.process.kill()
        killed_s = time.monotonic()
        daemon.process.wait()
        daemon = daemons(**ports)
        for one in waiting:
            one.thread.join(HANGS_S)
            assert not one.thread.is_alive(), f"{one.name} hangs"
            assert isinstance(one.error, DaemonMissing | DaemonRefused | Busy), repr(one.error)
            assert str(one.error) and "\n" not in str(one.error)
            heard_after_s.setdefault(one.name, []).append(one.heard_s - killed_s)
        with Client.connect(file) as client, client.open_session(Setup()) as live:
            answered(live, iter(many))
            assert len(client.status().sessions) == 1
    figures(kills=kills, longest_s={name: max(seconds) for name, seconds in heard_after_s.items()})


def test_a_client_of_the_old_daemon_is_served_once_it_asks_anew(
    daemons: Daemons, frames: Iterator[TrackerFrame], answered: Answered
) -> None:
    ports = free_ports()
    daemon = daemons(**ports)
    with Client.connect(daemon.connection_file) as client:
        live = client.open_session(Setup())
        answered(live, frames)
        assert daemon.process is not None
        daemon.process.kill()
        daemons(**ports)
        with pytest.raises(PoseBridgeError, match=r"token|no open session"):
            for _ in range(100):
                answered(live, frames)
        with pytest.raises(PoseBridgeError, match=r"token is not the one in the connection file"):
            client.ping()
    with Client.connect(daemon.connection_file) as client, client.open_session(Setup()) as live:
        answered(live, frames)
