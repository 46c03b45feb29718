"""The components in a scene of stubs, and the real daemon: two avatars on one connection."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.capture.mcap import read_recording
from bridge.config import ServeConfig
from bridge.generated.skeleton import NEUTRAL_OFFSETS_M
from bridge.local import LocalDaemon
from engine_plugins.blender.posebridge.core.wearer import neutral_height
from tests.engine_plugins.unity.mono import ROOT, SAMPLES
from tests.engine_plugins.unity.test_live import Heard, check_closing, probing

NAMES = ("avatar 0", "avatar 1")


def told(process: subprocess.Popen[str], heard: Heard, order: str, answer: str) -> list[str]:
    assert process.stdin is not None
    process.stdin.write(order + "\n")
    process.stdin.flush()
    return heard(answer).split()[1:]


def all_are(heard: Heard, state: str) -> None:
    """Waits until each avatar has said so, in whatever order."""
    left = {f"{name} {state}" for name in NAMES}
    while left:
        line = heard("avatar")
        left -= {each for each in left if line.startswith(each)}


def test_two_avatars_follow_hold_fade_and_come_back(
    probe_exe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ServeConfig(connection_file=tmp_path / "daemon.json", recordings=tmp_path / "recordings", engine="echo")
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(config.connection_file))
    with probing(probe_exe, "avatar") as (process, heard):
        with LocalDaemon(config) as daemon:
            all_are(heard, "connected")
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
            all_are(heard, "stale")
            assert told(process, heard, "weight", "weight") == ["1"], "it holds"
            all_are(heard, "lost")
            weights = [float(told(process, heard, "weight", "weight")[0]) for _ in range(60)]
            assert weights[-1] == 0 and any(0 < weight < 1 for weight in weights), "it fades"
        with LocalDaemon(config):
            all_are(heard, "connected")
            check_closing(process, heard)


def test_the_wearer_is_measured_and_calibrated_by_the_real_command(
    probe_exe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody half as small again stands still: their height at once; bones and mounts by `posebridge calibrate`."""
    config = ServeConfig(connection_file=tmp_path / "daemon.json", recordings=tmp_path / "recordings", engine="echo")
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(config.connection_file))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    program = tmp_path / "posebridge"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bridge "$@"\n')
    program.chmod(0o755)
    size = 1.12
    with probing(probe_exe, "avatar") as (process, heard), LocalDaemon(config):
        heard("avatar 0 connected")
        (height_m,) = told(process, heard, f"stand {size}", "stands")
        assert float(height_m) == pytest.approx(size * neutral_height(), abs=0.02)
        assert told(process, heard, "calibrate no-such-command", "wears")[:4] == ["There", "is", "no", "command"]
        found = json.loads(" ".join(told(process, heard, f"calibrate {program}", "wears")))
        assert {one["joint"] for one in found["trackers"]} == {"head", "L_wrist", "R_wrist"}
        assert found["offsets_m"]["L_knee"][1] == pytest.approx(size * NEUTRAL_OFFSETS_M[4][1], abs=0.04)
        heard("avatar 0 connected")


def test_the_desktop_sample_moves_three_bodies(
    real_daemon: Path, probe_exe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real engine: each body has its own legs and arms, at the wearer's height, and all follow one session."""
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(real_daemon))
    done = subprocess.run(["mono", str(probe_exe), "sample", str(SAMPLES / "Desktop" / "Session.bytes"), "4"],
                          capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [[float(word) for word in line.split()[1:]] for line in done.stdout.splitlines()]
    print(rows)
    hz, legs_m, arms_m, hand_m, away_m, gap_m = zip(*rows, strict=True)
    assert len(rows) == 3 and min(hz) > 10
    assert legs_m[0] > legs_m[1] > legs_m[2] and arms_m[2] > arms_m[1] > arms_m[0]
    assert min(hand_m) > 0.05 and min(away_m) > 1 and max(gap_m) < 0.3, rows  # a busy machine's poses are late
