from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.messages import EngineState
from bridge.replies import SessionClosed, Status
from bridge.systemd import Systemd

STATUS = Status(EngineState.STARTING, "", "", 0, 0, 0.0, 0.0, 0, 16, (), SessionClosed(0, 0, 0, 0))

pytestmark = pytest.mark.skipif(os.name != "posix", reason="systemd is Linux's")


def test_it_is_ready_when_the_engine_is_and_lives_until_it_leaves(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(2)
        notify = Systemd(str(tmp_path / "notify"))
        said = []
        for state in (EngineState.STARTING, EngineState.READY, EngineState.READY, EngineState.DRAINING):
            notify(replace(STATUS, engine=state))
            said.append(manager.recv(1000).decode().splitlines())
    assert all(lines[0] == "WATCHDOG=1" for lines in said)
    assert ["READY=1" in lines for lines in said] == [False, True, False, False]
    assert ["STOPPING=1" in lines for lines in said] == [False, False, False, True]


def test_who_does_not_read_holds_nobody_up_and_is_told_later(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        notify = Systemd(str(tmp_path / "notify"))
        for _ in range(1000):  # more than any queue holds
            notify(STATUS)
        for _ in range(2):
            notify(replace(STATUS, engine=EngineState.READY))
        heard = []
        with pytest.raises(BlockingIOError):
            while True:
                heard.append(manager.recv(1000))
        assert len(heard) < 1000 and b"READY=1" not in b"".join(heard)
        notify(replace(STATUS, engine=EngineState.READY))
        assert b"READY=1" in manager.recv(1000)


def test_without_systemd_or_once_it_is_gone_nothing_happens(tmp_path: Path) -> None:
    Systemd("")(STATUS)
    Systemd(str(tmp_path / "nobody"))(STATUS)
