"""Several clips of one client over real sockets, with echo engines that take several at a time."""
from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge import replies
from bridge.client import Client
from bridge.client_clips import ClipsInFlight, Outcome
from bridge.config import Limits
from bridge.engine.echo import EchoEngine
from bridge.engine.interface import Clip, ClipProgress, EngineInfo
from bridge.errors import Busy, DaemonMissing, TooShort
from bridge.frames import Motion, Setup, TrackerClip
from bridge.server import Server
from tests.bridge.cable import Cable

Serve = Callable[..., tuple[Server, Path]]
Clips = Callable[..., TrackerClip]
LONG_S = 20.0


class Together(EchoEngine):
    """Solves all that wait at once, and cannot bear 13 frames; begins with a batch when it may."""

    frames_together = 10_000

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.batches: list[list[int]] = []

    def info(self) -> EngineInfo:
        return EngineInfo("echo", "none", "", 2, 3 * self.frames_together)

    def solve_clips(self, clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        while not self.may.wait(0.01):
            yield 0, ClipProgress(0, len(clips[0][1]))  # else it would be taken for one that hangs
        self.batches.append([len(clip) for _, clip in clips])
        if 13 in self.batches[-1]:
            raise TooShort("thirteen frames")
        yield from super().solve_clips(clips)


@pytest.fixture
def engine() -> Together:
    return Together()


@pytest.fixture
def client(serve: Serve, engine: Together) -> Iterator[Client]:
    with _client_of(serve(lambda: engine)[1]) as client:
        yield client


@contextlib.contextmanager
def _client_of(file: Path) -> Iterator[Client]:
    with Client.connect(file) as client:
        client.wait_ready(LONG_S)
        yield client


def outcomes(clips: ClipsInFlight) -> dict[int, Outcome]:
    """What became of each."""
    found: dict[int, Outcome] = {}
    until_s = time.monotonic() + LONG_S
    while len(clips):
        assert time.monotonic() < until_s
        heard = clips.hear(0.1)
        if heard is not None:
            found[heard[0]] = heard[1]
    return found


def test_many_are_solved_together_and_each_comes_back_whole(client: Client, engine: Together, standing: Clips) -> None:
    clips = client.clips()
    sent = {clips.send(Setup(), standing(frames)): frames for frames in (300, 20, 700, 41)}
    assert len(clips) == 4
    while client.status().clips_waiting < 4:
        time.sleep(0.01)
    engine.may.set()
    found = outcomes(clips)
    assert {number: len(motion) for number, motion in found.items() if isinstance(motion, Motion)} == sent
    assert [frames for batch in engine.batches for frames in batch] == [*sent.values()]
    motion = found[max(sent)]
    assert isinstance(motion, Motion) and motion.root_position_m[-1, 1] == pytest.approx(0.94 + 0.041, abs=1e-3)
    assert np.isfinite(motion.local_xyzw).all()


def test_a_broken_clip_is_its_own_error(client: Client, engine: Together, standing: Clips) -> None:
    engine.may.set()
    clips = client.clips()
    sent = [clips.send(Setup(), standing(frames)) for frames in (300, 13, 60, 70)]
    found = outcomes(clips)
    assert [isinstance(found[number], Motion) for number in sent] == [True, False, True, True]
    assert isinstance(found[sent[1]], TooShort) and str(found[sent[1]]) == "thirteen frames"


def test_nothing_is_heard_of_a_cancelled_one(client: Client, engine: Together, standing: Clips) -> None:
    clips = client.clips()
    sent = [clips.send(Setup(), standing(300)) for _ in range(3)]
    clips.cancel(sent[1])
    clips.cancel(sent[1])
    engine.may.set()
    found = outcomes(clips)
    assert [isinstance(found.get(number), Motion) for number in sent] == [True, False, True]
    assert len(client.solve_clip(Setup(), standing(30))) == 30  # the line serves other questions again


def test_a_daemon_with_enough_to_do_says_so(serve: Serve, engine: Together, standing: Clips) -> None:
    _, file = serve(lambda: engine, limits=Limits(clips_waiting=2, frames_waiting=640))
    refused: list[Outcome] = []
    with _client_of(file) as client:
        clips, clip = client.clips(), standing(5000)
        while not refused:
            if clips.has_room:
                clips.send(Setup(), clip)
            heard = clips.hear(0.0)
            refused += [heard[1]] if heard and not isinstance(heard[1], replies.ClipProgress) else []
    assert type(refused[0]) is Busy and "2 clips are waiting" in str(refused[0])


def test_a_cut_takes_them_along(
    engine: Together, serve: Serve, cable: Callable[[int], Cable], standing: Clips
) -> None:
    server, _ = serve(lambda: engine)
    near = cable(server.connection.control_port)
    with Client.at(replace(server.connection, control_port=near.port)) as far:
        far.wait_ready(LONG_S)
        clips = far.clips()
        clips.send(Setup(), standing(300))
        assert isinstance((clips.hear(LONG_S) or (0, None))[1], replies.ClipProgress)
        near.cut()
        with pytest.raises(DaemonMissing, match="cut"):
            while True:
                clips.hear(LONG_S)
        assert len(clips) == 0
