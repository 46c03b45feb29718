"""Tests 15 and 17 of the command: whoever is killed, or whatever disk is full, every file that can be seen is whole."""
from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bridge.local import LocalDaemon

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "bridge" / "assets" / "demo.mcap"
WRITER = """
import sys
from pathlib import Path
from dataclasses import replace
from bridge.capture.mcap import write_session
from bridge.commands.demo import packaged_session
from bridge.export.bvh import write_bvh
from bridge.export.npz import write_npz
session, out = packaged_session(), Path(sys.argv[1])
print("begins", flush=True)
for number in range(10_000):
    name = out / str(number % 3)
    write_session(name.with_suffix(".mcap"), session)
    write_npz(name.with_suffix(".npz"), session.truth)
    write_bvh(name.with_suffix(".bvh"), session.truth)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_what_a_killed_writer_leaves_is_whole(
    tmp_path: Path, figures: Callable[..., None], whole: Callable[[Path], None], kills: int
) -> None:
    moments, checked, cut = random.Random(15), 0, 0
    for _ in range(kills):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
            assert writer.stdout is not None and writer.stdout.readline() == b"begins\n"
            time.sleep(moments.uniform(0.0, 1.5))
            writer.send_signal(signal.SIGKILL)
        cut += len(list(tmp_path.glob(".*.unfinished")))
        for path in tmp_path.glob("[!.]*"):
            checked += 1
            whole(path)
        for left in tmp_path.glob(".*.unfinished"):
            left.unlink()
    figures(kills=kills, checked=checked, cut_off_while_writing=cut)
    assert checked > 0


@pytest.fixture
def solving(daemons: Callable[..., LocalDaemon], tmp_path: Path) -> Callable[[Path], list[str]]:
    """solving(out): the command that solves three sessions there, by a daemon that runs."""
    connection = daemons().connection_file
    (tmp_path / "takes").mkdir()
    for number in range(3):
        shutil.copy(DEMO, tmp_path / "takes" / f"take{number}.mcap")
    words = [sys.executable, "-m", "bridge", "solve", str(tmp_path / "takes"), "--connect", "--connection-file",
             str(connection)]
    return lambda out: [*words, "--out", str(out), "--report", str(out / "report.html")]


def contents(folder: Path) -> dict[str, bytes]:
    """Results by name; what depends on the clock is left out."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".bvh", ".npz", ".png")}


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_a_killed_solve_leaves_whole_results_and_goes_on(
    solving: Callable[[Path], list[str]], tmp_path: Path, figures: Callable[..., None], whole: Callable[[Path], None],
    kills: int,
) -> None:
    moments, checked, done = random.Random(16), 0, 0
    lasts_s = killed_after(solving(tmp_path / "whole"), tmp_path / "whole", 100.0)
    assert len(list((tmp_path / "whole").glob("*.solved.json"))) == 3
    for kill in range(kills):
        out = tmp_path / f"out{done}"
        killed_after(solving(out), out, moments.uniform(0.0, 1.1 * lasts_s))
        for path in out.glob("[!.]*"):
            checked += 1
            {".json": told_whole, ".html": page_whole, ".png": picture_whole}.get(path.suffix, whole)(path)
        done += len(list(out.glob("*.solved.json"))) == 3 or kill == kills - 2
    subprocess.run(solving(out), cwd=ROOT, check=True, capture_output=True, timeout=100)
    assert contents(out) == contents(tmp_path / "whole") and not list(out.glob(".*"))
    figures(kills=kills, checked=checked, finished_batches=done, lasts_s=lasts_s)
    assert checked >= kills


def killed_after(command: list[str], out: Path, seconds: float) -> float:
    """Kills it so long after its first write, the report's, unless it has ended; how long that was. What comes before
    leaves nothing, and takes longer than the rest where others work."""
    def written_ns() -> int:
        return (out / "report.html").stat().st_mtime_ns if (out / "report.html").exists() else 0

    before_ns = written_ns()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as solver:
        while written_ns() == before_ns and solver.poll() is None:
            time.sleep(0.005)
        began_s = time.monotonic()
        with suppress(subprocess.TimeoutExpired):
            solver.wait(seconds)
        solver.kill()
    return time.monotonic() - began_s


def told_whole(path: Path) -> None:
    """A receipt's outputs are there, with the bytes it says."""
    told = json.loads(path.read_text())
    for one in told.get("outputs", ()):
        assert hashlib.sha256((path.parent / one["name"]).read_bytes()).hexdigest() == one["sha256"]


def page_whole(path: Path) -> None:
    assert path.read_text().rstrip().endswith("</html>")


def picture_whole(path: Path) -> None:
    assert path.read_bytes()[-8:-4] == b"IEND"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk; skips where we may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if not mount or subprocess.run([mount, "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(place)],
                                   capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, where mounting is possible at all")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_ends_solve_with_a_line_for_each_session_and_room_heals_it(
    solving: Callable[[Path], list[str]], small_disk: Path, tmp_path: Path
) -> None:
    """Test 17: the first session's results fit, the others' do not."""
    command = solving(small_disk)[:-2]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=100)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and len(lines) == 2, done.stderr
    assert all("no room to write: No space left on device" in line for line in lines)
    assert len(list(small_disk.glob("*.solved.json"))) == 1 and not list(small_disk.glob(".*"))
    subprocess.run(["mount", "-o", "remount,size=9m", str(small_disk)], check=True)
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=100)
    assert "3 sessions: 1 up to date, 2 done" in done.stdout
