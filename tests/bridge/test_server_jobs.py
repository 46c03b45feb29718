"""The daemon's side of jobs: the process that keeps them may die or hang, and nobody else notices."""
from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bridge.client import Client
from bridge.config import ServeConfig
from bridge.errors import Busy, DaemonMissing, UsageError
from bridge.frames import Setup, TrackerFrame
from bridge.jobs.orders import Orders, orders_from_json
from bridge.jobs.roots import SUPPORTED
from bridge.messages import ErrorCode
from bridge.messages_jobs import JobState
from bridge.refusals import Refusal
from bridge.security import Connection
from bridge.server import Server
from bridge.server_jobs import solver_name

pytestmark = pytest.mark.skipif(not SUPPORTED, reason="this system keeps no jobs")
DEMO = Path(__file__).resolve().parents[2] / "bridge" / "assets" / "demo.mcap"
Serve = Callable[..., tuple[Server, Path]]


@pytest.fixture
def started(serve: Serve, serve_config: ServeConfig, tmp_path: Path) -> tuple[Server, Path]:
    """A daemon that allows tmp_path/allowed and soon loses patience."""
    (tmp_path / "allowed").mkdir()
    shutil.copy(DEMO, tmp_path / "allowed" / "take.mcap")
    timing = replace(serve_config.timing, runner_silence_s=2.0)
    return serve(allow_jobs=(tmp_path / "allowed",), jobs=tmp_path / "jobs", timing=timing)


@pytest.fixture
def file(started: tuple[Server, Path]) -> Path:
    return started[1]


@pytest.fixture
def daemon(started: tuple[Server, Path]) -> Server:
    return started[0]


def runner() -> psutil.Process:
    """Of the daemon in this process."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for child in psutil.Process().children():
            try:
                if "bridge.jobs.runner" in child.cmdline():
                    return child
            except psutil.Error:
                continue
        time.sleep(0.02)
    raise AssertionError("nobody keeps jobs")


def done(client: Client, job: str) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if client.job_status(job).state is JobState.DONE:
                return True
        except Busy:
            pass
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_keeper_of_jobs_that_dies_or_hangs_is_replaced_and_live_goes_on(
    file: Path, tmp_path: Path, tracker_frame: Callable[..., TrackerFrame], how: signal.Signals
) -> None:
    folder = tmp_path / "allowed"
    with Client.connect(file) as client:
        client.wait_ready(20)
        live = client.open_session(Setup())
        job = client.submit_job([str(folder / "take.mcap")], str(folder / "solved")).job
        struck = runner().pid
        os.kill(struck, how)
        with contextlib.suppress(Busy):  # which it says to who asks meanwhile
            client.job_status(job)
        for sequence in range(1, 20):
            live.send(tracker_frame(sequence))
            answer = live.poll(3.0)
            assert answer is not None and answer.pose.sequence == sequence
        assert done(client, job) and runner().pid != struck
        live.close()


def test_a_daemon_that_leaves_takes_its_keeper_along(file: Path, daemon: Server) -> None:
    with Client.connect(file) as client:
        client.list_jobs()
        process = runner()
        daemon.stop()
        with pytest.raises(DaemonMissing):
            while True:
                client.ping()
    process.wait(5)


def test_without_folders_nothing_is_started(serve: Serve) -> None:
    with Client.connect(serve()[1]) as client, pytest.raises(Refusal) as refused:
        client.list_jobs()
    assert refused.value.code is ErrorCode.JOBS_NOT_ALLOWED
    assert not [child for child in psutil.Process().children() if "bridge.jobs.runner" in child.cmdline()]


def test_a_folder_that_is_not_there_is_a_mistake_at_the_start(serve_config: ServeConfig, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--allow-jobs"):
        Server(replace(serve_config, allow_jobs=(tmp_path / "none",)))


def test_orders_come_across(tmp_path: Path, serve_config: ServeConfig) -> None:
    orders = Orders(Connection("127.0.0.1", 1, 2, "t", 3, 1, "0"), (tmp_path,), tmp_path, "s", serve_config.limits, 5.0,
                    "json", "p", tmp_path, "cuda:1", 3)
    assert orders_from_json(orders.to_json()) == orders


def test_another_prior_makes_another_job(serve_config: ServeConfig, tmp_path: Path) -> None:
    weights = tmp_path / "own.safetensors"
    weights.write_bytes(b"a")
    mine = replace(serve_config, engine="cpu", weights=weights)
    names = {solver_name(serve_config), solver_name(mine), solver_name(replace(mine, weights=Path("commercial"))),
             solver_name(replace(mine, weights=None))}
    weights.write_bytes(b"bb")
    assert len(names | {solver_name(mine)}) == 5
    assert solver_name(replace(mine, engine="cuda")) == solver_name(mine)
