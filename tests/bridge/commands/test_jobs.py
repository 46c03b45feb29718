"""posebridge jobs against a real daemon with the echo engine."""
from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.commands.jobs_follow import percent
from bridge.jobs.roots import SUPPORTED
from bridge.messages_jobs import JobState
from bridge.replies_jobs import JobStatus
from bridge.server import Server

pytestmark = pytest.mark.skipif(not SUPPORTED, reason="this system keeps no jobs")
DEMO = Path(__file__).resolve().parents[3] / "bridge" / "assets" / "demo.mcap"


@pytest.fixture
def place(serve: Callable[..., tuple[Server, Path]], tmp_path: Path) -> tuple[Path, list[str]]:
    """An allowed folder with take.mcap and bad.mcap, and the flag for the daemon that allows it."""
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    shutil.copy(DEMO, allowed / "take.mcap")
    (allowed / "bad.mcap").write_bytes(b"nothing of ours")
    _, connection = serve(allow_jobs=(allowed,), jobs=tmp_path / "jobs")
    return allowed, ["--connection-file", str(connection)]


def test_submitting_and_waiting_ends_with_the_first_failure(
    place: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    allowed, flag = place
    files = [str(allowed / "bad.mcap"), str(allowed / "take.mcap")]
    assert main(["jobs", *flag, "submit", *files, "--out", str(allowed / "solved"), "--wait"]) == 4
    said = capsys.readouterr()
    assert "take.bvh take.npz" in said.out and "bad.mcap: not a session" in said.err
    words = ["submit", files[1], "--out", str(allowed / "solved"), "--wait", "--format", "bvh"]
    assert main(["jobs", *flag, *words]) == 0


def test_a_job_can_be_followed_and_cancelled(
    place: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    allowed, flag = place
    assert main(["jobs", *flag, "submit", str(allowed / "take.mcap"), "--out", str(allowed / "solved")]) == 0
    job = capsys.readouterr().out.strip()
    deadline = time.monotonic() + 30
    while True:
        assert main(["jobs", *flag, "status", job, "--json"]) == 0 and time.monotonic() < deadline
        told = json.loads(capsys.readouterr().out)
        if told["status"]["state"] == "DONE":
            break
        time.sleep(0.05)
    assert [len(output["sha256"]) for output in told["files"][0]["outputs"]] == [64, 64]
    assert main(["jobs", *flag, "cancel", job]) == 0 and "done" in capsys.readouterr().out
    assert main(["jobs", *flag, "list", "--json"]) == 0
    assert [one["job"] for one in json.loads(capsys.readouterr().out)] == [job]
    assert main(["jobs", *flag, "status", "nothing"]) == 8


def test_how_much_is_done_counts_files_alike() -> None:
    status = JobStatus("j", JobState.RUNNING, "/o", 4, 1, 1, "/c", 50, 100)
    assert percent(status) == (62, 100)
    assert percent(JobStatus("j", JobState.WAITING, "/o", 4, 0, 0)) == (0, 100)


def test_without_a_daemon_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "--connection-file", str(tmp_path / "none.json"), "list"]) == 7
    assert "no daemon" in capsys.readouterr().err
