"""The package's sockets speak with libzmq, and end in good time with peers that do not speak as they must."""
from __future__ import annotations

import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq
from zmq.auth.thread import ThreadAuthenticator

from tests.engine_plugins.blender.posebridge.core.zmtp_links import raw_peer, trickling
from tests.engine_plugins.blender.posebridge.core.zmtp_peer import ROUTER_READY, hello

SIZES = (1, 2, 254, 255, 256, 257, 65_535, 65_536, 1_000_000, 3_000_000)
MOST_BYTES = 4 << 20


@contextmanager
def libzmq(password: str = "") -> Iterator[tuple[zmq.Socket[bytes], int]]:
    """A DEALER of libzmq that listens and whose heart beats fast, and its port; behind PLAIN with a password."""
    context = zmq.Context[zmq.Socket[bytes]]()
    door = ThreadAuthenticator(context) if password else None
    one = context.socket(zmq.DEALER)
    for option, value in ((zmq.HEARTBEAT_IVL, 100), (zmq.HEARTBEAT_TIMEOUT, 1000), (zmq.RCVTIMEO, 20_000),
                          (zmq.SNDTIMEO, 20_000)):
        one.setsockopt(option, value)
    if door is not None:
        door.start()
        door.configure_plain("*", {"posebridge": password})
        one.plain_server = True
    try:
        yield one, one.bind_to_random_port("tcp://127.0.0.1")
    finally:
        if door is not None:
            door.stop()
        context.destroy(linger=0)


@contextmanager
def echoing(probe: Path, port: int, mechanism: str = "null", password: str = "-") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(["mono", str(probe), "zmtp", str(port), mechanism, password, str(MOST_BYTES)],
                               stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def last_words(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=20)[0].strip()


@pytest.mark.parametrize("password", ["", "secret"], ids=["null", "plain"])
def test_messages_of_all_sizes_go_to_libzmq_and_back(probe_exe: Path, password: str) -> None:
    source = random.Random(0)
    with libzmq(password=password) as (peer, port), \
            echoing(probe_exe, port, "plain" if password else "null", password or "-") as process:
        for size in SIZES:
            payload = source.randbytes(size)
            peer.send(payload)
            assert peer.recv() == payload
        time.sleep(1.3)  # the peer drops who does not answer its heartbeats for a second
        peer.send(b"still there")
        assert peer.recv() == b"still there"
        peer.send(b"")
        assert last_words(process) == "goodbye"


def test_messages_come_through_byte_by_byte(probe_exe: Path) -> None:
    with libzmq() as (peer, port), trickling(port) as slow, echoing(probe_exe, slow) as process:
        for payload in (b"a", bytes(300)):
            peer.send(payload)
            assert peer.recv() == payload
        peer.send(b"")
        assert last_words(process) == "goodbye"


def test_a_wrong_password_is_told(probe_exe: Path) -> None:
    with libzmq(password="secret") as (_, port), echoing(probe_exe, port, "plain", "guess") as process:
        assert last_words(process).startswith("ZmtpRefusedException: the peer refused the connection")


def test_nobody_there(probe_exe: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with echoing(probe_exe, port) as process:
        assert last_words(process).startswith("ZmtpUnreachableException: nobody listens")


def says(*what: bytes) -> Callable[[socket.socket], None]:
    def serve(one: socket.socket) -> None:
        for part in what:
            one.sendall(part)
        one.settimeout(15)
        while one.recv(4096):
            pass
    return serve


@pytest.mark.parametrize(("what", "why"), [
    ((b"HTTP/1.1 400 Bad Request\r\n",), "does not speak ZMTP"),
    ((hello(b"CURVE"),), "wants the mechanism 'CURVE'"),
    ((hello(), ROUTER_READY, b"\x02\x7f" + b"\xff" * 7), "announced a frame of"),
    ((hello(), ROUTER_READY, b"\x08\x00"), "none of ZMTP's"),
    ((hello(), ROUTER_READY), "silent for 3 s"),
])
def test_a_peer_that_does_not_speak_as_it_must_is_left(probe_exe: Path, what: tuple[bytes, ...], why: str) -> None:
    with raw_peer(says(*what)) as port, echoing(probe_exe, port) as process:
        assert why in last_words(process)
