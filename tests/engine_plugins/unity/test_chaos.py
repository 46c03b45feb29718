"""Whatever the network and the daemon do, the C# client says what is wrong and is back by itself."""
from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import zmq

from bridge.client import Client
from bridge.config import Limits, ServeConfig
from bridge.frames import Setup
from bridge.generated import posebridge_pb2 as pb
from bridge.local import LocalDaemon
from bridge.security import Connection, read_connection, write_connection
from bridge.server import Server
from tests.bridge.cable import Cable
from tests.bridge.test_server import Slow
from tests.engine_plugins.blender.posebridge.core.zmtp_links import raw_peer
from tests.engine_plugins.unity.test_live import check_closing, probing
from tests.engine_plugins.unity.test_zmtp import says

Serve = Callable[..., tuple[Server, Path]]


def at(path: Path, port: int) -> Path:
    """A connection file that leads there."""
    write_connection(path, Connection("127.0.0.1", port, port, "token", os.getpid(), 1, "0"))
    return path


@contextmanager
def answering(message: pb.ServerMessage) -> Iterator[int]:
    """The port of a daemon that answers everything with that."""
    context = zmq.Context[zmq.Socket[bytes]]()
    router = context.socket(zmq.ROUTER)
    port, stop = router.bind_to_random_port("tcp://127.0.0.1"), threading.Event()

    def run() -> None:
        while not stop.is_set():
            if router.poll(50):
                name, data = router.recv_multipart()
                message.request_id = pb.ClientMessage.FromString(data).request_id
                router.send_multipart([name, message.SerializeToString()])

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield port
    finally:
        stop.set()
        thread.join()
        context.destroy(linger=0)


def test_a_garbage_peer_is_told_and_the_daemon_that_follows_is_found(
    serve: Serve, probe_exe: Path, tmp_path: Path
) -> None:
    file = tmp_path / "daemon.json"
    with raw_peer(says(b"HTTP/1.1 400 Bad Request\r\n")) as port, \
            probing(probe_exe, "steady", str(at(file, port))) as (process, heard):
        assert "does not speak ZMTP" in heard("problem")
        write_connection(file, read_connection(serve()[1]))
        heard("flows 1")
        check_closing(process, heard)


def test_another_version_is_told(probe_exe: Path, tmp_path: Path) -> None:
    refusal = pb.ServerMessage(error=pb.Error(code="ERROR_CODE_PROTOCOL_UNSUPPORTED", message="protocols 2 to 3"))
    with answering(refusal) as port, \
            probing(probe_exe, "steady", str(at(tmp_path / "daemon.json", port))) as (process, heard):
        assert heard("problem") == "problem protocols 2 to 3: update the older of the two"
        check_closing(process, heard)


def test_a_daemon_that_answers_nonsense_is_told(probe_exe: Path, tmp_path: Path) -> None:
    with answering(pb.ServerMessage(status=pb.Status())) as port, \
            probing(probe_exe, "steady", str(at(tmp_path / "daemon.json", port))) as (process, heard):
        assert heard("problem") == "problem the daemon answered our greeting with Status"
        check_closing(process, heard)


def test_lines_cut_again_and_again(
    serve: Serve, probe_exe: Path, cable: Callable[[int], Cable], tmp_path: Path
) -> None:
    connection = read_connection(serve()[1])
    cables = cable(connection.control_port), cable(connection.live_port)
    write_connection(tmp_path / "cables.json", replace(connection, control_port=cables[0].port,
                                                       live_port=cables[1].port))
    with probing(probe_exe, "steady", str(tmp_path / "cables.json")) as (process, heard):
        heard("flows 1")
        for round_number in range(6):
            time.sleep(0.3)
            cables[round_number % 2].cut()
            cables[0].cut()
            heard("state Mending")
            assert heard("flows") == "flows 1", "its sessions go on"
        check_closing(process, heard)


def resident_bytes(process: subprocess.Popen[str]) -> int:
    return psutil.Process(process.pid).memory_info().rss


@pytest.mark.slow
def test_it_lasts_while_lines_are_cut_every_three_seconds(
    serve: Serve, probe_exe: Path, cable: Callable[[int], Cable], tmp_path: Path
) -> None:
    """As long as POSEBRIDGE_SOAK_S says: its sessions go on, and it does not grow once it is warm."""
    rounds = int(os.environ.get("POSEBRIDGE_SOAK_S", "90")) // 3
    connection = read_connection(serve()[1])
    cables = cable(connection.control_port), cable(connection.live_port)
    write_connection(tmp_path / "cables.json", replace(connection, control_port=cables[0].port,
                                                       live_port=cables[1].port))
    with probing(probe_exe, "steady", str(tmp_path / "cables.json")) as (process, heard):
        heard("flows 1")
        sizes = []
        for number in range(rounds):
            time.sleep(3)
            cables[0].cut()
            if number % 2:
                cables[1].cut()
            heard("state Mending")
            assert heard("flows") == "flows 1", "its sessions go on"
            sizes.append(resident_bytes(process))
        print("resident MB:", [round(size / 1e6, 1) for size in sizes])
        assert max(sizes[rounds // 2 :]) - max(sizes[: rounds // 2]) < 4e6
        check_closing(process, heard)


def test_a_slow_daemon_is_followed_as_it_can(serve: Serve, probe_exe: Path) -> None:
    """It solves at a sixth of the rate at which it is sent: poses flow, and nothing is in the way of stopping."""
    with probing(probe_exe, "steady", str(serve(Slow)[1])) as (process, heard):
        heard("flows 1")
        check_closing(process, heard)


@contextmanager
def standing_still(daemon: LocalDaemon) -> Iterator[None]:
    """It is there, and does nothing."""
    assert daemon.process is not None
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)


@pytest.fixture
def echo_daemon(tmp_path: Path) -> ServeConfig:
    return ServeConfig(connection_file=tmp_path / "daemon.json", recordings=tmp_path / "recordings", engine="echo")


def test_a_daemon_that_stands_still_is_left_and_found_again(probe_exe: Path, echo_daemon: ServeConfig) -> None:
    with LocalDaemon(echo_daemon) as daemon, \
            probing(probe_exe, "steady", str(echo_daemon.connection_file)) as (process, heard):
        heard("flows 1")
        with standing_still(daemon):
            assert "silent" in heard("problem")
        heard("state Connected")
        heard("flows")
        check_closing(process, heard)


def test_it_stops_at_once_while_the_daemon_stands_still(probe_exe: Path, echo_daemon: ServeConfig) -> None:
    with LocalDaemon(echo_daemon) as daemon, \
            probing(probe_exe, "steady", str(echo_daemon.connection_file)) as (process, heard):
        heard("flows 1")
        with standing_still(daemon):
            check_closing(process, heard)


def test_the_daemon_beside_a_dead_one_is_taken(serve: Serve, probe_exe: Path, tmp_path: Path) -> None:
    there = read_connection(serve()[1])
    gone = replace(there, control_port=9, live_port=9, others=(there,))
    write_connection(tmp_path / "two.json", gone)
    with probing(probe_exe, "steady", str(tmp_path / "two.json")) as (process, heard):
        heard("flows 1")
        check_closing(process, heard)


def test_the_daemon_beside_a_full_one_is_taken(serve: Serve, probe_exe: Path, tmp_path: Path) -> None:
    full = read_connection(serve(limits=replace(Limits(), sessions=1))[1])
    there = read_connection(serve(connection_file=tmp_path / "other.json")[1])
    write_connection(tmp_path / "full.json", full)
    write_connection(tmp_path / "two.json", replace(full, others=(there,)))
    with Client.connect(tmp_path / "full.json") as client:
        client.wait_ready()
        with client.open_session(Setup()), \
                probing(probe_exe, "steady", str(tmp_path / "two.json")) as (process, heard):
            heard("flows 1")
            check_closing(process, heard)


def test_a_connection_file_that_others_can_read_is_not_taken(serve: Serve, probe_exe: Path) -> None:
    file = serve()[1]
    file.chmod(0o644)
    with probing(probe_exe, "steady", str(file)) as (process, heard):
        assert "is open to others (mode 644); its mode must be 600" in heard("problem")
        file.chmod(0o600)
        heard("flows 1")
        check_closing(process, heard)
