"""Whatever is killed, at random: the daemon, its engine, what keeps the jobs, clients. Meanwhile people are live and on
tape, and jobs run. Nothing that was promised is lost, everybody is served again, and memory stays where it was."""
from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bridge.capture.mcap import read_recording
from bridge.client import Client
from bridge.config import Timing
from bridge.errors import InputInvalid, PoseBridgeError
from bridge.jobs.roots import SUPPORTED
from bridge.local import LocalDaemon
from bridge.memory import memory_of
from bridge.messages_jobs import JobState

pytestmark = pytest.mark.skipif(not SUPPORTED, reason="this system keeps no jobs")
Daemons = Callable[..., LocalDaemon]
Within = Callable[[Callable[[], object], float], bool]
ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "bridge" / "assets" / "demo.mcap"
EASY_S = Timing().engine_restart_window_s / Timing().engine_restarts + 1  # between deaths, and nobody gives up
SERVED_S = 30.0
MOST_LOST_S = 1.0
GROWN_MB = 30.0
PERSON = """
import json, sys, time
from pathlib import Path
from bridge.client import Client
from bridge.commands.demo import packaged_session
from bridge.capture.steady import clip_frames
from bridge.errors import PoseBridgeError
session = packaged_session()
def tell(**words):
    print(json.dumps(words), flush=True)
def live_on(client):
    with client.open_session(session.setup, "person", record=True) as live:
        for frame in clip_frames(session.clip):
            live.send(frame)
            if answer := live.poll(1 / 60):
                tell(tape=str(live.recording), sequence=answer.pose.sequence, time_ns=answer.pose.time_ns)
while True:
    try:
        with Client.connect(Path(sys.argv[1])) as client:
            live_on(client)
    except PoseBridgeError as error:
        tell(error=str(error))
        time.sleep(0.1)
"""


class Person:
    """Somebody who is live in a process of their own, again and again, and what they were told."""

    def __init__(self, file: Path) -> None:
        self.answers: list[tuple[str, int, int]] = []  # tape, sequence, time
        self.errors: list[str] = []
        self.process = subprocess.Popen([sys.executable, "-c", PERSON, str(file)], stdout=subprocess.PIPE, cwd=ROOT)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with suppress(json.JSONDecodeError):  # the last line of who is killed
                said = json.loads(line)
                if "error" in said:
                    self.errors.append(said["error"])
                else:
                    self.answers.append((said["tape"], said["sequence"], said["time_ns"]))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def lost_s(self) -> list[float]:
        """Of each tape, how much of what was answered it has not; results on it never go back."""
        found = []
        for tape in dict.fromkeys(tape for tape, _, _ in self.answers):
            told = [(sequence, time_ns) for one, sequence, time_ns in self.answers if one == tape]
            assert told == sorted(set(told))
            newest_ns = max(time_ns for _, time_ns in told)
            try:
                found.append((newest_ns - read_recording(Path(tape)).frames[-1].time_ns) / 1e9)
            except InputInvalid:  # no whole chunk yet: the session's own time begins at nothing
                found.append(newest_ns / 1e9)
        return found


class Play:
    """Everything that runs, and how to kill it and to tell that it runs again."""

    def __init__(self, daemons: Daemons, within: Within, folder: Path) -> None:
        self._within, self._folder, self._killed_s = within, folder, dict[str, float]()
        self._start = lambda: daemons(allow_jobs=(folder,), jobs=folder.parent / "jobs")
        self.daemon = self._start()
        self.people = [Person(self.daemon.connection_file) for _ in range(2)]
        self.gone: list[Person] = []
        self.jobs: dict[str, Path] = {}

    def kill(self, victim: str) -> None:
        if victim == "client":
            self.gone.append(self.people.pop(0))
            self.gone[-1].kill()
            self.people.append(Person(self.daemon.connection_file))
            return
        assert self.daemon.process is not None
        processes = {one.name: one.pid for one in memory_of(self.daemon.process.pid)}
        with suppress(psutil.NoSuchProcess):
            psutil.Process(processes.get(victim, self.daemon.process.pid)).kill()
        self._killed_s[victim] = time.monotonic()
        if victim not in processes or victim == "io":
            self.daemon.process.wait()
            self.daemon = self._start()

    def easy(self, victim: str) -> bool:
        """Whether it may be killed again: a process that dies again and again is given up, as it should be."""
        return victim in ("io", "client") or time.monotonic() - self._killed_s.get(victim, 0.0) > EASY_S

    def served(self) -> None:
        """Everybody is answered anew, and a job is taken in."""
        before = {id(person): len(person.answers) for person in self.people}
        for person in self.people:
            assert self._within(lambda p=person: len(p.answers) > before[id(p)] + 3, SERVED_S), person.errors[-3:]
        assert self._within(self._submits, SERVED_S)

    def _submits(self) -> bool:
        out = self._folder / f"solved{len(self.jobs)}"
        try:
            with Client.connect(self.daemon.connection_file) as client:
                self.jobs[client.submit_job([str(self._folder / "take.mcap")], str(out)).job] = out
        except PoseBridgeError:
            return False
        return True

    def all_done(self) -> bool:
        with Client.connect(self.daemon.connection_file) as client:
            states = {client.job_status(job).state for job in self.jobs}
        assert states <= {JobState.WAITING, JobState.RUNNING, JobState.DONE}
        return states == {JobState.DONE}

    def held_mb(self) -> dict[str, float]:
        assert self.daemon.process is not None
        return {one.name: one.rss_mb for one in memory_of(self.daemon.process.pid)}

    def close(self) -> None:
        for person in self.people:
            person.kill()


@pytest.fixture
def play(daemons: Daemons, within: Within, tmp_path: Path) -> Iterator[Play]:
    (tmp_path / "allowed").mkdir()
    shutil.copy(DEMO, tmp_path / "allowed" / "take.mcap")
    running = Play(daemons, within, tmp_path / "allowed")
    yield running
    running.close()


@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_nothing_promised_is_lost_whatever_is_killed(
    play: Play, within: Within, figures: Callable[..., None], whole: Callable[[Path], None], kills: int
) -> None:
    moments, killed = random.Random(11), []
    play.served()
    assert within(play.all_done, SERVED_S)  # what a first job takes is not lost memory
    held_mb = [play.held_mb()]
    for number in range(kills):
        victim = moments.choice([one for one in ("io", "engine", "jobs", "client") if play.easy(one)])
        if kills < 10:
            victim = ("io", "engine", "jobs", "client")[number % 4]  # each of them
        time.sleep(moments.uniform(0.0, 1.0))
        play.kill(victim)
        killed.append(victim)
        play.served()
        held_mb.append(play.held_mb())
    assert within(play.all_done, 10 * SERVED_S)
    for out in play.jobs.values():
        assert sorted(os.listdir(out)) == ["take.bvh", "take.npz"]
        for path in out.iterdir():
            whole(path)
    play.close()
    lost_s = [lost for person in play.gone + play.people for lost in person.lost_s()]
    most_mb = {name: max(one.get(name, 0.0) for one in held_mb) for name in held_mb[0]}
    figures(kills={one: killed.count(one) for one in set(killed)}, jobs=len(play.jobs), tapes=len(lost_s),
            most_lost_s=max(lost_s), first_mb=held_mb[0], most_mb=most_mb)
    assert max(lost_s) <= MOST_LOST_S
    assert all(most_mb[name] - held_mb[0][name] < GROWN_MB for name in most_mb), held_mb
