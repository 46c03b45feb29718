"""The components in a scene of stubs, and the real daemon: two avatars on one connection."""
from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from bridge.capture.mcap import read_recording
from bridge.config import ServeConfig
from bridge.local import LocalDaemon
from tests.engine_plugins.unity.test_live import Heard, check_closing, probing

NAMES = ("avatar 0", "avatar 1")


def told(process: subprocess.Popen[str], heard: Heard, order: str, answer: str) -> list[str]:
    assert process.stdin is not None
    process.stdin.write(order + "\n")
    process.stdin.flush()
    return heard(answer).split()[1:]


def test_two_avatars_follow_hold_fade_and_come_back(
    probe_exe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ServeConfig(connection_file=tmp_path / "daemon.json", recordings=tmp_path / "recordings", engine="echo")
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(config.connection_file))
    with probing(probe_exe, "avatar") as (process, heard):
        with LocalDaemon(config) as daemon:
            for name in NAMES:
                heard(f"{name} connected")
            told(process, heard, "garbage", "garbage")  # what is made once is made
            (garbage,) = told(process, heard, "garbage", "garbage")
            assert int(garbage) == 0
            (gap_m,) = told(process, heard, "gap", "gap")
            assert float(gap_m) < 0.05, "a walker at 0.3 m/s is shown some 30 ms late"
            assert len(told(process, heard, "record", "files")) == 2
            files = told(process, heard, "stop", "files")
            assert len(files) == 2 and all(len(read_recording(Path(file)).session().clip) > 20 for file in files)
            assert daemon.process is not None
            os.kill(daemon.process.pid, signal.SIGKILL)
            for state in ("stale", "lost"):
                for name in NAMES:
                    heard(f"{name} {state}")
        with LocalDaemon(config):
            for name in NAMES:
                heard(f"{name} connected")
            check_closing(process, heard)
