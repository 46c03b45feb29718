"""Test 12: the daemon is ready once its engine has answered, and not before; with a damaged prior it never is, and ends
with one line that says so."""
from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bridge.client import Client
from bridge.config import ServeConfig
from bridge.errors import Busy, DaemonMissing, ModelMissing, PoseBridgeError
from bridge.frames import Setup
from bridge.local import serve_arguments
from bridge.messages import EngineState

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
Within = Callable[[Callable[[], object], float], bool]
ROOT = Path(__file__).resolve().parents[2]
LOADED_S = 60.0


@pytest.fixture
def notices(tmp_path: Path) -> Iterator[socket.socket]:
    """What the daemon would tell systemd."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notices"))
        heard.setblocking(False)
        yield heard


@pytest.fixture
def started(tmp_path: Path, notices: socket.socket) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """started(engine, weights): a daemon on its way, killed after the test."""
    running: list[subprocess.Popen[str]] = []

    def start(engine: str, weights: Path | None = None) -> subprocess.Popen[str]:
        config = ServeConfig(connection_file=tmp_path / "daemon.json", recordings=tmp_path, engine=engine, threads=1,
                             weights=weights)
        running.append(subprocess.Popen(
            [sys.executable, "-m", "bridge", "serve", *serve_arguments(config)], stderr=subprocess.PIPE, text=True,
            cwd=ROOT, env=os.environ | {"NOTIFY_SOCKET": str(tmp_path / "notices")}))
        return running[-1]

    yield start
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            for engine in psutil.Process(process.pid).children():  # which may stand still
                engine.kill()
        process.kill()
        process.communicate()


def said(notices: socket.socket) -> str:
    """All notices so far."""
    heard = b""
    while True:
        try:
            heard += notices.recv(4096) + b"\n"
        except BlockingIOError:
            return heard.decode()


def connects(file: Path) -> bool:
    try:
        Client.connect(file).close()
    except DaemonMissing:
        return False
    return True


def test_it_is_not_ready_before_its_engine_has_answered(
    started: Callable[..., subprocess.Popen[str]], notices: socket.socket, tmp_path: Path, within: Within
) -> None:
    daemon = psutil.Process(started("echo").pid)
    assert within(daemon.children, 20)
    (engine,) = daemon.children()
    engine.suspend()
    assert within(lambda: connects(tmp_path / "daemon.json"), 20)
    with Client.connect(tmp_path / "daemon.json") as client:
        for _ in range(20):
            assert client.ping().engine is EngineState.STARTING and client.status().engine is EngineState.STARTING
            with pytest.raises(Busy, match="loading"):
                client.open_session(Setup())
        with pytest.raises(Busy, match="not ready"):
            client.wait_ready(1.5)
        assert "READY=1" not in said(notices)
        engine.resume()
        assert client.wait_ready(LOADED_S).model == "echo"
        client.open_session(Setup()).close()
        assert within(lambda: "READY=1" in said(notices), 5)


def damaged(whole: bytes, moments: random.Random, number: int) -> bytes:
    """A bit turned, cut off, or nothing of ours, in turn."""
    at = moments.randrange(100, len(whole))
    return (whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :], whole[:at], b"no prior")[number % 3]


@pytest.mark.parametrize("priors", [1, pytest.param(12, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_with_a_damaged_prior_it_never_is(
    started: Callable[..., subprocess.Popen[str]], notices: socket.socket, tmp_path: Path, priors: int
) -> None:
    pytest.importorskip("torch")
    shipped = ROOT / "models" / "weights" / "default.safetensors"
    shutil.copy(shipped.with_suffix(".json"), tmp_path / "damaged.json")
    moments, prior = random.Random(12), tmp_path / "damaged.safetensors"
    for number in range(priors):
        prior.write_bytes(damaged(shipped.read_bytes(), moments, number))
        daemon = started("cpu", prior)
        while daemon.poll() is None:
            try:
                with Client.connect(tmp_path / "daemon.json", timeout_s=2.0) as client:
                    while True:
                        assert client.ping().engine is not EngineState.READY
                        time.sleep(0.02)
            except PoseBridgeError:
                time.sleep(0.02)
        lines = (daemon.stderr.read() if daemon.stderr else "").splitlines()
        assert daemon.returncode == ModelMissing.exit_code, lines
        assert str(prior) in lines[-1] and not any("Traceback" in line for line in lines)
        assert "READY=1" not in said(notices) and not (tmp_path / "daemon.json").exists()
