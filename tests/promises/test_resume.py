"""Tests 6 and 7: a session outlives the cuts of its connection with all it knows, and its client for the grace time,
and no longer."""
from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from bridge.capture.mcap import read_recording
from bridge.client import Answer, Client, LiveSession
from bridge.client_line import Line
from bridge.config import Limits, Timing
from bridge.engine.echo import EchoEngine
from bridge.engine.interface import LivePose
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.messages import ErrorCode
from bridge.refusals import Refusal
from bridge.replies import SessionOpened
from bridge.security import read_connection, write_connection
from bridge.server import Server

Serving = Callable[..., Server]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
Within = Callable[[Callable[[], object], float], bool]


class Remembering(EchoEngine):
    """The pelvis is where the head was at the window's beginning, two thirds of a second ago."""

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> list[LivePose]:
        poses = super().solve_live(slots, windows, times_s)
        return [replace(pose, root_position_m=window.positions_m[0, 0])
                for pose, window in zip(poses, windows, strict=True)]


class Cable(Protocol):
    """tests/conftest.py's."""

    port: int

    def cut(self) -> None: ...


@pytest.fixture
def behind_cables(
    serving: Serving, cable: Callable[[int], Cable], tmp_path: Path
) -> tuple[Path, Callable[[], None]]:
    """A connection file that leads through cables to a daemon that remembers, and what cuts them."""
    there = serving(load=Remembering).connection
    cables = cable(there.control_port), cable(there.live_port)
    write_connection(tmp_path / "cables.json", replace(there, control_port=cables[0].port, live_port=cables[1].port))
    return tmp_path / "cables.json", lambda: [one.cut() for one in cables] and None


CUTS = [(4, 0.1, 0.6), pytest.param(34, 2.0, 5.0, marks=[pytest.mark.slow, pytest.mark.timeout(400)])]


@pytest.mark.parametrize(("cuts", "least_s", "most_s"), CUTS)
def test_a_session_goes_on_after_every_cut(
    behind_cables: tuple[Path, Callable[[], None]], frames: Iterator[TrackerFrame], answered: Answered,
    figures: Callable[..., None], cuts: int, least_s: float, most_s: float,
) -> None:
    """Test 6: the first answer after a cut knows of the time before it; results never go back."""
    file, cut = behind_cables
    moments, gone_for_ms, results, sent = random.Random(6), [], list[int](), list[TrackerFrame]()

    def kept() -> Iterator[TrackerFrame]:
        for frame in frames:
            sent.append(frame)
            yield frame

    with Client.connect(file) as client:
        client.wait_ready(20)
        with client.open_session(Setup()) as live:
            for _ in range(cuts):
                until_s = time.monotonic() + moments.uniform(least_s, most_s)
                while time.monotonic() < until_s or len(results) < 45:
                    results.append(answered(live, kept()).pose.sequence)
                cut()
                began_s = time.monotonic()
                first = answered(live, kept())
                gone_for_ms.append(1000 * (time.monotonic() - began_s))
                results.append(first.pose.sequence)
                before = sent[first.pose.sequence - 41]  # its own is the 41st of the window
                assert first.pose.root_position_m == pytest.approx(before.positions_m[0], abs=0.02)
            assert len(client.status().sessions) == 1
    figures(cuts=cuts, gone_for_ms=gone_for_ms, longest_ms=max(gone_for_ms), lost=len(sent) - live.account.frames)
    assert results == sorted(set(results)) and len(results) <= live.account.answered


def resumed(client: Client, live: LiveSession, frame: TrackerFrame) -> Answer | None:
    """As another connection does it: a live line of its own, and the session's token."""
    with closing(client._talk.live_line()) as line:
        assert isinstance(line, Line)
        again = LiveSession(client._talk, line, SessionOpened(live._session))
        again.send(frame)
        return again.poll(10.0)


@pytest.mark.parametrize("grace_s", [1.5, pytest.param(30.0, marks=[pytest.mark.slow, pytest.mark.timeout(200)])])
def test_who_is_gone_for_longer_than_the_grace_time_is_forgotten(
    serving: Serving, frames: Iterator[TrackerFrame], answered: Answered, within: Within,
    tmp_path: Path, grace_s: float
) -> None:
    """Test 7: resumed within it; then closed with its recording, its place free, its token unknown."""
    server = serving(limits=Limits(sessions=2), timing=Timing(session_grace_s=grace_s, heartbeat_s=0.2))
    file = tmp_path / "run" / "daemon.json"
    assert read_connection(file) == server.connection
    with Client.connect(file) as staying:
        staying.wait_ready(20)
        leaving = Client.connect(file)
        live = leaving.open_session(Setup(), "Ada", record=True)
        answered(live, frames)
        leaving.close()
        slot = server._daemon._sessions.find(live._session).slot
        time.sleep(0.6 * grace_s)
        answer = resumed(staying, live, next(frames))
        assert answer is not None and answer.pose.sequence == next(frames).sequence - 1
        time.sleep(0.6 * grace_s)  # since it was heard of, not since it left
        assert [one.name for one in staying.status().sessions] == ["Ada"]
        assert within(lambda: not staying.status().sessions, 2 * grace_s)
        with pytest.raises(Refusal) as refused:
            resumed(staying, live, next(frames))
        assert refused.value.code is ErrorCode.SESSION_UNKNOWN
        new = staying.open_session(Setup())
        assert server._daemon._sessions.find(new._session).slot == slot
    assert live.recording is not None
    assert not read_recording(live.recording).damage
