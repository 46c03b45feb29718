"""The daemon as a process, with its engine as another: what happens when one of them is killed."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.client import Client, LiveSession
from bridge.config import ServeConfig
from bridge.errors import Busy, DaemonMissing, DeviceFailed, InputInvalid, ModelMissing, UsageError
from bridge.frames import Setup, TrackerFrame
from bridge.local import LocalDaemon, ended, serve_arguments

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
Frames = Callable[..., TrackerFrame]


@pytest.fixture
def config(serve_config: ServeConfig) -> ServeConfig:
    return replace(serve_config, in_process=False)


@pytest.fixture
def local(config: ServeConfig) -> Iterator[LocalDaemon]:
    with LocalDaemon(config, ready_s=60.0) as daemon:
        yield daemon


def pid_of(local: LocalDaemon) -> int:
    assert local.process is not None
    return local.process.pid


def engine_of(local: LocalDaemon) -> int:
    """The process the daemon started."""
    pid = pid_of(local)
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        pytest.skip("there is no /proc here")
    (child,) = children.read_text().split()
    return int(child)


def gone(pid: int, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def answered(live: LiveSession, frame: TrackerFrame) -> int:
    live.send(frame)
    answer = live.poll(5.0)
    assert answer is not None
    return answer.pose.sequence


def test_it_serves_and_leaves_nothing_behind(local: LocalDaemon, tracker_frame: Frames) -> None:
    engine, daemon = engine_of(local), pid_of(local)
    with Client.connect(local.connection_file) as client, client.open_session(Setup()) as live:
        assert [answered(live, tracker_frame(sequence)) for sequence in range(1, 6)] == [1, 2, 3, 4, 5]
    process = local.process
    local.stop()
    assert process is not None and process.returncode == 0
    assert gone(engine, 3) and gone(daemon, 0.1) and not local.connection_file.exists()


def test_a_killed_daemon_is_missed_within_seconds(local: LocalDaemon, tracker_frame: Frames) -> None:
    engine = engine_of(local)
    with Client.connect(local.connection_file) as client:
        live = client.open_session(Setup())
        answered(live, tracker_frame(1))
        os.kill(pid_of(local), signal.SIGKILL)
        began = time.monotonic()
        with pytest.raises(DaemonMissing):
            while True:
                live.send(tracker_frame(2))
                live.poll(0.5)
        with pytest.raises(DaemonMissing):
            client.ping()
        assert time.monotonic() - began < 5
    with pytest.raises(DaemonMissing, match="is gone"):
        Client.connect(local.connection_file)
    assert gone(engine, 8)


def test_a_stopped_daemon_is_missed_too(local: LocalDaemon, tracker_frame: Frames) -> None:
    with Client.connect(local.connection_file) as client, pytest.raises(DaemonMissing):
        live = client.open_session(Setup())
        answered(live, tracker_frame(1))
        os.kill(pid_of(local), signal.SIGSTOP)
        try:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                live.poll(0.5)
        finally:
            os.kill(pid_of(local), signal.SIGCONT)


def test_a_killed_engine_comes_back_and_sessions_go_on(local: LocalDaemon, tracker_frame: Frames) -> None:
    with Client.connect(local.connection_file) as client, client.open_session(Setup()) as live:
        assert answered(live, tracker_frame(1)) == 1
        os.kill(engine_of(local), signal.SIGKILL)
        with pytest.raises(Busy, match="SIGKILL"):
            live.poll(5.0)
        live.send(tracker_frame(2))
        answer = live.poll(10.0)
        assert answer is not None and answer.pose.sequence == 2
        assert client.wait_ready(10).model == "echo"


def test_a_clip_in_a_killed_engine_is_refused_and_the_next_one_solved(
    local: LocalDaemon, standing: Callable[..., object]
) -> None:
    killed: list[int] = []

    def kill(done: int, total: int) -> None:
        if not killed:
            killed.append(engine_of(local))
            os.kill(killed[0], signal.SIGKILL)

    with Client.connect(local.connection_file) as client:
        with pytest.raises(Busy, match="SIGKILL"):
            client.solve_clip(Setup(), standing(60_000), kill)  # type: ignore[arg-type]
        client.wait_ready(10)
        assert len(client.solve_clip(Setup(), standing(100))) == 100  # type: ignore[arg-type]


def test_a_killed_client_is_nothing_to_the_others(local: LocalDaemon, tracker_frame: Frames) -> None:
    script = ("import sys, time; from pathlib import Path; from bridge.client import Client;"
              "from bridge.frames import Setup; c = Client.connect(Path(sys.argv[1]));"
              "s = c.open_session(Setup()); print('open', flush=True); time.sleep(60)")
    with Client.connect(local.connection_file) as client, client.open_session(Setup()) as live:
        victim = subprocess.Popen([sys.executable, "-c", script, str(local.connection_file)],
                                  stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.getcwd()})
        with victim:
            assert victim.stdout is not None and victim.stdout.readline() == b"open\n"
            victim.kill()
        assert [answered(live, tracker_frame(sequence)) for sequence in range(1, 10)] == list(range(1, 10))


def test_a_second_daemon_in_the_same_place_is_refused(local: LocalDaemon, config: ServeConfig) -> None:
    with pytest.raises(UsageError, match="already runs"), LocalDaemon(config, ready_s=20.0):
        pass
    Client.connect(local.connection_file).close()


def test_a_daemon_whose_starter_dies_leaves(config: ServeConfig) -> None:
    script = ("import os, sys; from dataclasses import replace; from pathlib import Path;"
              "from bridge.config import ServeConfig; from bridge.local import LocalDaemon;"
              "d = LocalDaemon(replace(ServeConfig(), connection_file=Path(sys.argv[1]), engine='echo'));"
              "d.__enter__(); print(d.process.pid, flush=True); os._exit(9)")
    starter = subprocess.run([sys.executable, "-c", script, str(config.connection_file)], capture_output=True,
                             env=os.environ | {"PYTHONPATH": os.getcwd()}, check=False)
    assert starter.returncode == 9
    assert gone(int(starter.stdout), 5) and not config.connection_file.exists()


def test_an_address_for_others_without_keys_ends_at_once(config: ServeConfig, tmp_path: Path) -> None:
    wide = replace(config, host="0.0.0.0", keys=tmp_path / "keys")
    with pytest.raises(UsageError, match="nobody has a key yet"), LocalDaemon(wide):
        pass


def test_a_missing_prior_is_said_to_be(config: ServeConfig, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    missing = replace(config, engine="cpu", weights=tmp_path / "nothing.safetensors")
    with pytest.raises(ModelMissing, match=r"nothing\.safetensors"), LocalDaemon(missing):
        pass


def test_an_exit_status_is_the_error_it_stands_for() -> None:
    assert isinstance(ended(5, "no prior"), ModelMissing)
    assert isinstance(ended(6, "no GPU"), DeviceFailed)
    assert type(ended(4, "what?")) is InputInvalid
    assert isinstance(ended(1, "a fault"), DaemonMissing)
    assert isinstance(ended(-9, ""), DaemonMissing)


def test_every_choice_becomes_a_flag(serve_config: ServeConfig) -> None:
    from bridge.cli import build_parser

    wanted = replace(serve_config, weights=Path("w.safetensors"), live_port=5, control_port=6, threads=3,
                     allow_jobs=(Path("/takes"), Path("/more")), jobs=Path("/jobs"), daemons=4, metrics_port=0,
                     plain_token=True)
    args = build_parser("serve").parse_args(["serve", *serve_arguments(wanted)])
    assert (args.weights, args.live_port, args.control_port, args.threads, args.in_process) == (
        Path("w.safetensors"), 5, 6, 3, True)
    assert (args.daemons, args.metrics_port, args.plain_token) == (4, 0, True)
    assert (args.allow_jobs, args.jobs) == ([Path("/takes"), Path("/more")], Path("/jobs"))
