"""On a real cluster of two raylets; skips without Ray (the extra `farm`)."""
from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import pytest

from bridge.cli import main
from bridge.farm.equipment import Equipment
from bridge.farm.on_ray import LogLines, own_sigterm, places
from bridge.farm.preparation import Preparation
from tests.benchmarks.farm_200 import spread, write_takes

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "bridge" / "assets" / "demo.mcap"
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: pip install 'posebridge[farm]'")


@dataclass(frozen=True)
class Night:
    """So many sessions, copies of the demo's or `real`; what solves them, and how long a run of them may last."""

    count: int
    engine: str
    longest_s: float
    real: bool = False


@dataclass(frozen=True)
class Cluster:
    address: str
    stdin: IO[str]  # a line kills the second raylet
    stdout: IO[str]  # and a line says that it is gone


STARTS = 4  # Ray gives up on its own helpers after 15 s, which are few where others work
SMALL, FULL = Night(6, "echo", 300.0), Night(200, "cpu", 3600.0, real=True)
CLUSTER = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
second = cluster.add_node(num_cpus=1)
cluster.wait_for_nodes()
print(cluster.address, flush=True)
for line in sys.stdin:
    cluster.remove_node(second, allow_graceful=False)
    print("removed", flush=True)
cluster.shutdown()
"""


def equipment(engine: str, threads: int = 2) -> Equipment:
    return Equipment("", engine, None, threads, Preparation())


def test_a_place_is_a_gpu_or_some_cores() -> None:
    assert places({"CPU": 9.0}, equipment("auto")) == (4, {"num_cpus": 2})
    assert places({"CPU": 1.0}, equipment("cpu")) == (1, {"num_cpus": 2})
    assert places({"CPU": 64.0, "GPU": 8.0}, equipment("cuda")) == (8, {"num_gpus": 1, "num_cpus": 1})
    assert places({"CPU": 64.0, "GPU": 8.0}, equipment("cpu")) == (32, {"num_cpus": 2})


def test_what_ray_prints_is_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with redirect_stdout(LogLines()):
        print("a node\n\n  is lost")
    assert caplog.messages == ["Ray: a node", "Ray: is lost"]


def test_a_signal_while_ray_begins_ends_with_the_code_that_says_so() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end, own_sigterm():
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(number))  # as ray.init does
        os.kill(os.getpid(), signal.SIGTERM)
    assert end.value.code == 143 and signal.getsignal(signal.SIGTERM) == before


@needs_ray
def test_where_nobody_listens_it_says_so_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    began_s = time.monotonic()
    assert main(["solve", str(DEMO), "--out", str(tmp_path), "--engine", "echo", "--ray", "127.0.0.1:1"]) == 6
    assert "no Ray cluster at 127.0.0.1:1" in capsys.readouterr().err and time.monotonic() - began_s < 60


def test_without_ray_or_beside_a_daemon_it_is_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["solve", str(DEMO), "--out", str(tmp_path), "--ray"]
    assert main([*words, "--connect"]) == 2
    assert main([*words, ""]) == 2 and "empty address" in capsys.readouterr().err
    if find_spec("ray") is None:
        assert main(words) == 2 and "posebridge[farm]" in capsys.readouterr().err


def sessions(folder: Path, night: Night, request: pytest.FixtureRequest) -> Path:
    """They are on the disk; skips where real ones are asked for and not to be had."""
    if night.real:
        write_takes(folder, spread(sorted(request.getfixturevalue("shared_data").glob("*.npz")), night.count))
    else:
        folder.mkdir()
        for number in range(night.count):
            shutil.copy(DEMO, folder / f"take{number}.mcap")
    return folder


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Two raylets, one core each."""
    said = tmp_path / "cluster.log"
    for _ in range(STARTS):
        with said.open("w") as log, subprocess.Popen(
                [sys.executable, "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stderr=log,
                env=environment()) as running:
            assert running.stdin is not None and running.stdout is not None
            if address := running.stdout.readline().strip():
                yield Cluster(address, running.stdin, running.stdout)
                running.stdin.close()
                running.wait(60)
                return
    pytest.fail(f"no cluster in {STARTS} tries: {said.read_text()[-500:]}")


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0"} | more


def solve(takes: Path, out: Path, engine: str, *words: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bridge", "solve", str(takes), "--out", str(out), "--engine", engine, "--threads", "1",
         "--progress", "json", *words], cwd=ROOT, env=environment(**more), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)


def until_made(out: Path, count: int, longest_s: float) -> None:
    deadline_s = time.monotonic() + longest_s
    while len(list(out.glob("*.solved.json"))) < count:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def states(solving: subprocess.Popen[str], longest_s: float) -> list[str]:
    said, complaints = solving.communicate(timeout=longest_s)
    assert solving.returncode == 0, complaints
    return [line["state"] for line in map(json.loads, said.splitlines()) if line["event"] == "row"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".bvh", ".npz", ".png")}


@needs_ray
@pytest.mark.parametrize("night", [
    pytest.param(SMALL, marks=pytest.mark.timeout(2 * SMALL.longest_s)),  # one on the function would be every night's
    pytest.param(FULL, marks=[pytest.mark.slow, pytest.mark.timeout(4 * FULL.longest_s)])], ids=["small", "full"])
def test_a_node_and_then_the_driver_are_killed_and_every_session_is_made_once(
    cluster: Cluster, tmp_path: Path, night: Night, request: pytest.FixtureRequest
) -> None:
    takes, longest_s, address = sessions(tmp_path / "takes", night, request), night.longest_s, cluster.address
    driver = solve(takes, tmp_path / "cut", night.engine, "--ray", address)
    until_made(tmp_path / "cut", night.count // 3, longest_s)
    driver.send_signal(signal.SIGKILL)
    driver.communicate()
    kept = len(list((tmp_path / "cut").glob("*.solved.json")))
    whole = solve(takes, tmp_path / "out", night.engine, "--ray", address)
    until_made(tmp_path / "out", night.count // 3 if night is SMALL else night.count // 2, longest_s)
    cluster.stdin.write("kill\n")
    cluster.stdin.flush()
    assert states(whole, longest_s) == ["done"] * night.count
    assert cluster.stdout.readline() == "removed\n"
    again = states(solve(takes, tmp_path / "cut", night.engine, "--ray", address), longest_s)
    assert again.count("up to date") >= kept and again.count("done") == night.count - again.count("up to date") > 0
    assert states(solve(takes, tmp_path / "local", night.engine), longest_s) == ["done"] * night.count
    assert contents(tmp_path / "out") == contents(tmp_path / "local") == contents(tmp_path / "cut")
    assert len(contents(tmp_path / "out")) == 3 * night.count


@needs_ray
@pytest.mark.timeout(200)
def test_a_cluster_of_its_own_needs_no_home_and_logs_as_we_do(tmp_path: Path) -> None:
    alone = solve(DEMO, tmp_path / "out", "echo", "--log-format", "json", "--ray", HOME=f"{DEMO}/none")
    said, logged = alone.communicate(timeout=180)
    assert alone.returncode == 0, logged
    assert [json.loads(line)["event"] for line in said.splitlines()] == ["row", "end"]
    assert all(json.loads(line)["logger"] == "bridge.farm.on_ray" for line in logged.splitlines())  # what Ray printed
