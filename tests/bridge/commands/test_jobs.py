"""posebridge jobs against a real daemon with the echo engine."""
from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bridge.cli import main
from bridge.client import Client
from bridge.commands.jobs_follow import percent
from bridge.export.bvh import write_bvh
from bridge.jobs.roots import SUPPORTED
from bridge.messages_jobs import JobState
from bridge.replies_jobs import JobStatus
from bridge.server import Server
from tests.bridge.engine.test_mending import moving

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


def test_formats_are_said_one_way_and_any_of_them(
    place: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    allowed, flag = place
    words = ["submit", str(allowed / "take.mcap"), "--out", str(allowed / "solved")]
    assert main(["jobs", *flag, *words, "--formats", "npz,glb", "--bvh-unit", "m", "--wait"]) == 0
    assert "take.glb take.npz" in capsys.readouterr().out
    assert main(["jobs", *flag, *words, "--formats", "npz,fbx"]) == 4
    assert "no format 'fbx'; there are bvh, npz, png, glb" in capsys.readouterr().err
    assert main(["jobs", *flag, *words, "--formats", "npz", "--format", "bvh"]) == 2
    assert main(["jobs", *flag, *words, "--formats", ","]) == 2


@pytest.fixture
def motion(place: tuple[Path, list[str]]) -> Path:
    """sway.bvh in the allowed folder, half a second of it, holes.json, and seen/sway as OpenPose would leave it."""
    allowed, _ = place
    write_bvh(allowed / "sway.bvh", moving(30))
    (allowed / "holes.json").write_text('[{"joints": "L_arm", "frames": "9-20"}]')
    assert main(["simulate", str(allowed / "sway.bvh"), "--out", str(allowed / "seen"), "--keypoints", "openpose"]) == 0
    return allowed


@pytest.mark.timeout(400)  # priors are loaded, on a busy machine
def test_jobs_of_other_problems_leave_what_their_commands_do(
    place: tuple[Path, list[str]], motion: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Byte for byte, with files that options name, folders, seeds, and one file that fails beside one that does not."""
    (motion / "bad.bvh").write_text("nothing of ours")
    asked = {
        "lift": [str(motion / "seen" / "sway"), "--rate", "60", "--camera", str(motion / "seen" / "sway.camera.json"),
                 "--hypotheses", "1", "--formats", "npz"],
        "complete": [str(motion / "sway.bvh"), "--missing-from", str(motion / "holes.json"),
                     "--formats", "bvh,png"],
        "generate": ["--seconds", "0.5", "--seed", "4", "--count", "2", "--start", f"{motion / 'sway.bvh'}:7",
                     "--formats", "bvh"],
    }
    for problem, words in asked.items():
        there, here = motion / f"by-{problem}", tmp_path / problem
        assert main([problem, *words, "--out", str(here), "--threads", "1"]) == 0
        assert main(["jobs", *place[1], problem, *words, "--out", str(there), "--wait"]) == 0, capsys.readouterr()
        assert {path.name: path.read_bytes() for path in there.iterdir()} == {
            path.name: path.read_bytes() for path in here.iterdir()}
    out = str(motion / "out")
    assert main(["jobs", *place[1], "clean", str(motion / "bad.bvh"), str(motion / "sway.bvh"), "--out", out,
                 "--formats", "npz", "--wait"]) == 4
    said = capsys.readouterr()
    assert f"{motion / 'bad.bvh'}: " in said.err and "sway.npz" in said.out
    assert main(["jobs", *place[1], "list", "--json"]) == 0
    assert [one["problem"] for one in json.loads(capsys.readouterr().out)] == [*asked, "clean"]


@pytest.mark.timeout(400)
def test_a_problem_s_progress_is_seen_and_its_process_goes_with_it(place: tuple[Path, list[str]], motion: Path) -> None:
    with Client.connect(Path(place[1][1])) as client:
        job = client.submit_job([], str(motion / "made"), ["npz"], "generate", (("seconds", "120"),)).job
        deadline = time.monotonic() + 300
        while not (status := client.job_status(job)).frames_done:
            assert status.state in (JobState.WAITING, JobState.RUNNING) and time.monotonic() < deadline, status
            time.sleep(0.05)
        assert (status.problem, status.file, status.frames_total) == ("generate", "seed 0", 100)
        assert client.cancel_job(job).state is JobState.CANCELLED
        while processes():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert list((motion / "made").iterdir()) == []


def processes() -> list[psutil.Process]:
    """Those that solve problems for the daemon in this process."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            found += [child] if "bridge.jobs.performing" in child.cmdline() else []
    return found


WRONG = [
    (["clean", "sway.bvh", "--strength", "11"], 41, "0 to 10 times"),
    (["clean", "sway.bvh", "--weights", "x"], 2, "unrecognized arguments: --weights"),
    (["complete", "sway.bvh"], 2, "nothing is said to be missing"),
    (["complete", "sway.bvh", "--missing-from", "/etc/passwd"], 8, "is in no folder that this daemon allows"),
    (["lift", "none.json", "--rate", "30"], 3, "none.json: no such file"),
    (["generate", "--count", "300"], 4, "300 motions; at most 256"),
]


def test_what_cannot_be_is_said_before_anything_is_solved(
    place: tuple[Path, list[str]], motion: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, code, said in WRONG:
        told = [str(motion / word) if word.startswith(("sway", "none")) else word for word in words]
        assert main(["jobs", *place[1], *told, "--out", str(motion / "out")]) == code
        assert said in capsys.readouterr().err and not (motion / "out").exists()
