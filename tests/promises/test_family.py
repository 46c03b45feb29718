"""Several daemons side by side: sessions spread over them, and what happens to one happens to no other."""
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bridge.capture.mcap import read_recording
from bridge.cli import main
from bridge.client import Client, LiveSession
from bridge.client_live import Answer
from bridge.config import Limits, ServeConfig
from bridge.errors import Busy, DaemonMissing, ModelMissing, PoseBridgeError
from bridge.frames import Setup, TrackerFrame
from bridge.local import LocalDaemon
from bridge.security import read_connection

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
Daemons = Callable[..., LocalDaemon]
Answered = Callable[[LiveSession, Iterator[TrackerFrame]], Answer]
Within = Callable[[Callable[[], object], float], bool]


def pids(file: Path) -> list[int]:
    first = read_connection(file)
    return [first.pid, *(other.pid for other in first.others)]


def counts(client: Client) -> list[int]:
    """Sessions of each daemon."""
    return [len(status.sessions) for status in client.statuses().values()]


def spread(client: Client, sessions: int, stack: ExitStack) -> list[LiveSession]:
    return [stack.enter_context(client.open_session(Setup(), f"{number}")) for number in range(sessions)]


def test_sessions_are_spread_and_shown_as_one(
    daemons: Daemons, answered: Answered, frames: Iterator[TrackerFrame], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = daemons(daemons=2).connection_file
    with Client.connect(file) as client, ExitStack() as stack:
        people = spread(client, 6, stack)
        assert counts(client) == [3, 3] and len(client.status().sessions) == 6
        assert client.start_recording() and len({one.number for one in client.watch().sessions}) == 6
        assert all(answered(live, frames) for live in people)
        looked = client.watch()
        known = client.watch([one.number for one in looked.sessions])
        assert all(one.pose and one.setup for one in looked.sessions)
        assert not any(one.setup for one in known.sessions)
        assert main(["status", "--connection-file", str(file), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert len(told["sessions"]) == 6 and [one["pid"] for one in told["daemons"]] == pids(file)
        assert main(["top", "--connection-file", str(file), "--looks", "1"]) == 0
        assert "2 daemons, 6 of 128 sessions" in capsys.readouterr().out
        written = client.stop_recording()
        assert len(written) == 6 and all(read_recording(path).frames for path in written)


def test_who_is_full_is_passed_over_until_all_are(daemons: Daemons) -> None:
    file = daemons(daemons=2, limits=Limits(sessions=1)).connection_file
    with Client.connect(file) as client, ExitStack() as stack:
        spread(client, 2, stack)
        assert counts(client) == [1, 1]
        with pytest.raises(Busy):
            client.open_session(Setup())


def test_one_that_is_killed_takes_no_other_along_and_comes_back(
    daemons: Daemons, answered: Answered, frames: Iterator[TrackerFrame], within: Within
) -> None:
    """Its sessions end as those of a daemon that stands alone; the other's frames are answered, before and after."""
    file = daemons(daemons=2).connection_file
    before = read_connection(file)
    with Client.connect(file) as client, Client.at(replace(before, others=())) as lost, \
            Client.at(before.others[0]) as kept:
        dying, living = lost.open_session(Setup(), "dying"), kept.open_session(Setup(), "living")
        sent = [answered(dying, frames), answered(living, frames)]
        os.kill(before.pid, signal.SIGKILL)
        with pytest.raises(PoseBridgeError):
            for _ in range(100):
                answered(dying, frames)
                sent.append(answered(living, frames))
        assert within(lambda: pids(file)[0] != before.pid and sent.append(answered(living, frames)) is None, 30)
        account = living.close()
        assert account.answered >= len(sent) - 1 and account.frames == account.answered + account.superseded
        after = read_connection(file)
        assert (after.control_port, after.live_port, after.token) == (
            before.control_port, before.live_port, before.token)
        assert after.others == before.others
        with ExitStack() as stack:
            assert all(answered(live, frames) for live in spread(client, 4, stack)) and counts(client) == [2, 2]


def test_a_session_opened_while_one_is_away_goes_to_the_other(
    daemons: Daemons, answered: Answered, frames: Iterator[TrackerFrame]
) -> None:
    file = daemons(daemons=2).connection_file
    os.kill(pids(file)[0], signal.SIGKILL)
    with Client.connect(file) as client, client.open_session(Setup()) as live:
        assert answered(live, frames)


def test_stopped_it_drains_them_all_and_leaves_nothing(
    daemons: Daemons, answered: Answered, frames: Iterator[TrackerFrame]
) -> None:
    daemon = daemons(daemons=2)
    assert daemon.process is not None
    process, parent = daemon.process, psutil.Process(daemon.process.pid)
    family = parent.children(recursive=True)
    assert len(family) == 4  # two daemons, an engine each
    with Client.connect(daemon.connection_file) as client, ExitStack() as stack:
        people = [client.open_session(Setup()) for _ in range(2)]
        stack.callback(client.close)
        assert all(answered(live, frames) for live in people)
        process.send_signal(signal.SIGTERM)
        for live in people:
            with pytest.raises(DaemonMissing, match=r"leaving|went away"):
                for _ in range(100):
                    live.poll(0.1)
    assert process.wait(20) == 0
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert not list(daemon.connection_file.parent.iterdir())


def test_told_twice_it_waits_for_nobody(daemons: Daemons) -> None:
    daemon = daemons(daemons=2)
    assert daemon.process is not None
    hung = psutil.Process(pids(daemon.connection_file)[1])
    hung.suspend()  # it will never drain
    daemon.process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        daemon.process.wait(1)
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(5) == 0 and not hung.is_running()
    assert not list(daemon.connection_file.parent.iterdir())


def test_systemd_hears_once_that_all_are_ready(
    daemons: Daemons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        daemon = daemons(daemons=2)
        said = [systemd.recv(1000).decode() for _ in range(3)]
        assert [("READY=1" in one, "engine ready" in one, "WATCHDOG=1" in one) for one in said] == [
            (True, True, True), (False, True, True), (False, True, True)]
        daemon.stop()
        while "STOPPING=1" not in said[-1]:
            said.append(systemd.recv(1000).decode())


def test_what_is_wrong_with_all_is_said_once(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    config = ServeConfig(connection_file=tmp_path / "run" / "daemon.json", recordings=tmp_path, engine="cpu", threads=1,
                         weights=tmp_path / "nothing.safetensors", daemons=3)
    with pytest.raises(ModelMissing, match=r"nothing\.safetensors"), LocalDaemon(config, ready_s=60.0) as daemon:
        assert daemon
    assert not list((tmp_path / "run").iterdir())


def test_no_daemon_at_all_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--daemons", "0"]) == 2
    assert "1 or more" in capsys.readouterr().err
