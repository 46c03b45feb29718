"""A C# program of the shipped classes, and the real daemon: the same poses as the Python client's, nothing allocated a
frame, stopped at once, and back by itself when the daemon is killed."""
from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue

import numpy as np
import pytest

from bridge.capture.mcap import read_recording
from bridge.capture.steady import clip_frames
from bridge.client import Client
from bridge.config import ServeConfig
from bridge.frames import Setup, TrackerClip, TrackerFrame
from bridge.local import LocalDaemon
from bridge.playback import play
from bridge.security import Connection, read_connection, write_connection
from bridge.server import Server
from tests.bridge.cable import Cable
from tests.engine_plugins.unity.mono import ROOT
from tests.engine_plugins.unity.tracker_stream import play_in_csharp, play_in_python, radians_apart

Serve = Callable[..., tuple[Server, Path]]
Heard = Callable[[str], str]
STOP_MS = 300.0


@pytest.fixture(scope="module")
def stream() -> tuple[Setup, list[TrackerFrame]]:
    """What a headset and two controllers read in the demo's session."""
    session = read_recording(ROOT / "bridge" / "assets" / "demo.mcap").session()
    return session.setup, list(clip_frames(session.clip))


def ready(serve: Serve, **config: object) -> Path:
    """The connection file of a daemon whose engine has loaded."""
    file = serve(**config)[1]
    with Client.connect(file) as client:
        client.wait_ready()
    return file


@contextmanager
def probing(probe: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Heard]]:
    """The probe on an errand, and a wait for a line that begins so."""
    process = subprocess.Popen(["mono", str(probe), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
    lines: Queue[str] = Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line.strip())

    reader = threading.Thread(target=read)
    reader.start()

    def heard(beginning: str, limit_s: float = 30.0) -> str:
        said = []
        try:
            while not (said and said[-1].startswith(beginning)):
                said.append(lines.get(timeout=limit_s))
        except Empty:
            pytest.fail(f"no line {beginning!r} within {limit_s} s; it said {said}")
        return said[-1]

    try:
        yield process, heard
    finally:
        process.kill()
        process.communicate()
        reader.join()


def check_closing(process: subprocess.Popen[str], heard: Heard) -> None:
    """Told to stop it stops in time and leaves no thread behind."""
    assert process.stdin is not None
    process.stdin.close()
    took_ms, threads = heard("closed").split()[1:]
    assert 0 <= float(took_ms) <= STOP_MS and int(threads) <= 0
    process.stdin = None


@pytest.mark.parametrize(("engine", "seconds", "share"), [
    ("echo", 5, 0.5), pytest.param("echo", 60, 0.99, marks=pytest.mark.slow),
    pytest.param("cpu", 60, 0.99, marks=pytest.mark.slow)])
def test_at_90_hz_nothing_is_lost_and_nothing_is_later_than_in_python(
    request: pytest.FixtureRequest, probe_exe: Path, stream: tuple[Setup, list[TrackerFrame]], tmp_path: Path,
    engine: str, seconds: int, share: float
) -> None:
    """Both clients play at once to one daemon: what disturbs one disturbs the other. Their 50th (on a busy machine) or
    99th percentile of the way there and back is within 3 ms. Every frame goes; the daemon solves the newest it has."""
    real = engine == "cpu"
    file = request.getfixturevalue("real_daemon") if real else ready(request.getfixturevalue("serve"))
    setup, frames = stream
    frames = [replace(frame, sequence=number + 1, time_ns=number * 11_111_111)
              for number, frame in enumerate((frames * 5)[: 90 * seconds])]
    with ThreadPoolExecutor(1) as pool:
        ours = pool.submit(play_in_csharp, probe_exe, file, setup, frames, tmp_path, 90.0)
        with Client.connect(file) as client, client.open_session(setup) as live:
            answers = play(live, clip_at_90_hz(frames))
        played = ours.result()
    figures, theirs_ms = played.figures, np.quantile([answer.latency_ms for answer in answers], share)
    print(figures, f"python: {len(answers)} answers, {share:.0%} within {theirs_ms:.2f} ms")
    assert figures["taken"] == figures["sent"] == len(frames) and figures["unsent"] == 0, "no frame is lost"
    assert figures["answered"] == figures["solved"] == len(frames) - figures["superseded"], "and no pose"
    assert figures["answered"] >= len(answers) - 0.05 * len(frames)
    assert figures["p50_ms" if share == 0.5 else "p99_ms"] <= theirs_ms + 3
    assert figures["stopped"] and figures["stop_ms"] <= STOP_MS
    assert (np.diff(played.poses["time_ns"]) > 0).all()


def clip_at_90_hz(frames: Sequence[TrackerFrame]) -> TrackerClip:
    return TrackerClip(90.0, *(np.stack([getattr(frame, name) for frame in frames]) for name in (
        "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")))


def test_nothing_is_allocated_a_frame(
    serve: Serve, probe_exe: Path, stream: tuple[Setup, list[TrackerFrame]], tmp_path: Path
) -> None:
    """After 200 frames: the caller's thread by the runtime's own counter; all threads together as there is no
    collection, which one object of the smallest size a frame would bring about twice."""
    setup, frames = stream
    twice = [replace(frame, sequence=number + 1, time_ns=number * 11_111_111)
             for number, frame in enumerate([*frames, *frames])]
    figures = play_in_csharp(probe_exe, ready(serve), setup, twice[:2400], tmp_path, rate_hz=0).figures
    assert figures["answered"] == figures["sent"] == 2400
    assert (figures["own_bytes"], figures["collections"]) == (0, 0)


def test_the_real_engine_s_poses_are_those_of_the_python_client(
    real_daemon: Path, probe_exe: Path, stream: tuple[Setup, list[TrackerFrame]], tmp_path: Path
) -> None:
    setup, frames = stream
    ours = play_in_csharp(probe_exe, real_daemon, setup, frames[:90], tmp_path, rate_hz=0).poses
    theirs = play_in_python(real_daemon, setup, frames[:90])
    assert len(ours) == 90 and (ours["time_ns"] == theirs["time_ns"]).all()
    print(f"at most {radians_apart(ours['local'], theirs['local']).max():.1e} rad apart")
    assert radians_apart(ours["local"], theirs["local"]).max() <= 1e-4
    np.testing.assert_allclose(ours["root"], theirs["root"], atol=1e-5)
    np.testing.assert_allclose(ours["confidence"], theirs["confidence"], atol=1e-4)
    assert radians_apart(ours["local"][30], ours["local"][60]).max() > 0.02, "the body moves"


@pytest.mark.parametrize("times", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_it_stops_at_once_again_and_again(serve: Serve, probe_exe: Path, times: int) -> None:
    done = subprocess.run(["mono", str(probe_exe), "stop", str(ready(serve)), str(times)], capture_output=True,
                          text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    print(f"{len(rows)} stops, the slowest in {max(float(took_ms) for took_ms, _ in rows)} ms")
    assert len(rows) == times and max(float(took_ms) for took_ms, _ in rows) <= STOP_MS
    threads = [int(count) for _, count in rows]
    assert threads[-1] <= threads[0] + 1


def test_a_daemon_for_other_machines_lets_in_by_token(serve: Serve, probe_exe: Path, tmp_path: Path) -> None:
    file = ready(serve, host="0.0.0.0", plain_token=True, keys=tmp_path / "keys")
    with probing(probe_exe, "steady", str(file)) as (process, heard):
        heard("flows 1")
        write_connection(tmp_path / "wrong.json", replace(read_connection(file), token="guess"))
        with probing(probe_exe, "steady", str(tmp_path / "wrong.json")) as (_, other):
            assert "does not let us in" in other("problem")
        check_closing(process, heard)


def test_a_daemon_that_wants_keys_is_told_apart(probe_exe: Path, tmp_path: Path) -> None:
    write_connection(tmp_path / "curve.json", Connection("127.0.0.1", 1, 2, "token", 0, 1, "0", "curve"))
    with probing(probe_exe, "steady", str(tmp_path / "curve.json")) as (_, heard):
        assert "asks for CURVE" in heard("problem")


def test_a_daemon_killed_and_started_anew_is_found(probe_exe: Path, tmp_path: Path) -> None:
    config = ServeConfig(connection_file=tmp_path / "daemon.json", recordings=tmp_path / "recordings", engine="echo")
    with probing(probe_exe, "steady", str(config.connection_file)) as (process, heard):
        heard("state Looking")
        with LocalDaemon(config) as first:
            heard("flows 1")
            assert first.process is not None
            os.kill(first.process.pid, signal.SIGKILL)
            heard("state Looking")
        with LocalDaemon(config):
            heard("flows 2")
            check_closing(process, heard)


def test_sessions_go_on_after_a_cut(
    serve: Serve, probe_exe: Path, cable: Callable[[int], Cable], tmp_path: Path
) -> None:
    connection = read_connection(ready(serve))
    cables = cable(connection.control_port), cable(connection.live_port)
    mended = replace(connection, control_port=cables[0].port, live_port=cables[1].port)
    write_connection(tmp_path / "cables.json", mended)
    with probing(probe_exe, "steady", str(tmp_path / "cables.json")) as (process, heard):
        heard("flows 1")
        for one in cables:
            one.cut()
        heard("state Mending")
        heard("state Connected")
        heard("flows 1")  # not opened anew
        check_closing(process, heard)
