"""What a farm is promised of posebridge solve, in full: parts that equal the whole, a rerun that costs next to nothing,
memory that an hour's session does not fill. In short that is in tests/bridge/farm (test_cut.py, test_batch.py)."""
from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from bridge.capture.load import load_session
from bridge.capture.mcap import write_session
from bridge.frames import TrackerClip
from tests.benchmarks.farm_200 import spread, write_takes

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "bridge" / "assets" / "demo.mcap"
MOST_MB = 2000.0
COUNT, MINUTES = 200, 60
pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200), pytest.mark.skipif(os.name != "posix", reason="wait4")]


def solving(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "bridge", "solve", *map(str, words), "--progress", "none"]


def frames_of(bvh: Path) -> list[str]:
    return bvh.read_text().split("Frame Time: ")[1].splitlines()[1:]


def moved(folder: Path, name: str) -> dict[str, np.ndarray]:
    with np.load(folder / f"{name}.npz") as archive:
        return {key: archive[key] for key in ("poses", "trans")}


def test_two_halves_solved_apart_are_exactly_the_whole(tmp_path: Path) -> None:
    """By three commands with a daemon each, as on three machines."""
    for asked in ("1-300", "301-600", "1-600"):
        subprocess.run(solving(DEMO, "--out", tmp_path, "--frames", asked, "--formats", "bvh,npz"), cwd=ROOT,
                       check=True, capture_output=True, timeout=600)
    first, second, whole = (moved(tmp_path, f"demo.{label}") for label in ("f1-300", "f301-600", "f1-600"))
    for key, rows in whole.items():
        assert np.array_equal(np.concatenate([first[key], second[key]]), rows) and len(rows) == 600
    halves = [frames_of(tmp_path / f"demo.{label}.bvh") for label in ("f1-300", "f301-600")]
    assert halves[0] + halves[1] == frames_of(tmp_path / "demo.f1-600.bvh")


def test_again_costs_less_than_a_second_of_cpu_for_a_hundred_sessions(
    tmp_path: Path, figures: Callable[..., None], shared_data: Path
) -> None:
    """Above what the command takes for one; CPU time, as others may be at work here. With how fast they were solved."""
    takes = tmp_path / "takes"
    seconds = write_takes(takes, spread(sorted(shared_data.glob("*.npz")), COUNT))
    words = ("--out", tmp_path / "out", "--formats", "npz")
    began_s = time.monotonic()
    subprocess.run(solving(takes, *words), cwd=ROOT, check=True, capture_output=True, timeout=3600)
    solved_s = time.monotonic() - began_s
    assert len(list((tmp_path / "out").glob("*.solved.json"))) == COUNT
    alone_s, again_s = (cpu_s(solving(what, *words)) for what in (takes / "000.mcap", takes))
    figures(sessions=COUNT, again_cpu_s=again_s, one_again_cpu_s=alone_s, solved_s=solved_s,
            times_real_time=seconds / solved_s)
    assert again_s - alone_s < COUNT / 100


def cpu_s(command: list[str]) -> float:
    """Of a command that finds all of it up to date, its start included."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = running.stdout.read()
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0 and "up to date" in said and "done" not in said, said
    return used.ru_utime + used.ru_stime


def test_an_hour_at_90_hz_does_not_fill_the_memory(tmp_path: Path, figures: Callable[..., None]) -> None:
    """All processes of the command together; pages that they share count for each."""
    write_session(tmp_path / "long.mcap", replace(load_session(DEMO), clip=long_clip(MINUTES), truth=None))
    command = solving(tmp_path / "long.mcap", "--out", tmp_path / "out", "--engine", "cpu")
    began_s = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        most = Most(running.pid)
        said = running.communicate()
        held_mb = most.mb()
    figures(minutes=MINUTES, most_mb=held_mb, solved_s=time.monotonic() - began_s)
    assert running.returncode == 0, said
    told = json.loads((tmp_path / "out" / "long.solved.json").read_text())["about"]
    assert told["frames"] == MINUTES * 60 * 90
    assert 50 < sum(held_mb.values()) < MOST_MB, held_mb


def long_clip(minutes: float) -> TrackerClip:
    """The demo's readings there and back again, for so long, as if they had come at 90 Hz."""
    clip = load_session(DEMO).clip
    count, once = round(minutes * 60 * 90), np.arange(len(clip))
    rows = np.resize(np.concatenate([once, once[::-1]]), count)
    return TrackerClip(90.0, clip.positions_m[rows], clip.rotations_xyzw[rows], clip.position_valid[rows],
                       clip.rotation_valid[rows])


class Most:
    """Looks every 0.1 s at what a process and those that it started hold."""

    def __init__(self, pid: int) -> None:
        self._process, self._found = psutil.Process(pid), {"all": 0.0}
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def mb(self) -> dict[str, float]:
        """Of the moment at which all together held the most."""
        self._thread.join(10)
        return {name: held for name, held in self._found.items() if name != "all"}

    def _look(self) -> None:
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            with suppress(psutil.NoSuchProcess):
                there = [self._process, *self._process.children(recursive=True)]
                held = {f"{one.pid}": one.memory_info().rss / 1e6 for one in there}
                if sum(held.values()) > self._found["all"]:
                    self._found = {"all": sum(held.values())} | held
            time.sleep(0.1)
