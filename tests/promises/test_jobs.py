"""Tests 15, 16, 17 and the paths of 25, of jobs: an accepted job survives kill -9, its files are whole or absent,
and it goes nowhere it may not."""
from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bridge.client import Client
from bridge.errors import InputInvalid
from bridge.frames import TrackerClip
from bridge.jobs.roots import SUPPORTED
from bridge.load import Load, LoadFigures
from bridge.local import LocalDaemon
from bridge.messages import ErrorCode
from bridge.messages_jobs import JobState
from bridge.refusals import Refusal
from bridge.replies_jobs import JobStatus

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(not SUPPORTED, reason="this system keeps no jobs")
Daemons = Callable[..., LocalDaemon]
DEMO = Path(__file__).resolve().parents[2] / "bridge" / "assets" / "demo.mcap"
ENDED_S = 60.0
SLOW_S = 200.0  # where a prior is loaded on a busy machine


@pytest.fixture
def takes(tmp_path: Path) -> list[str]:
    """Four session files in the allowed folder."""
    folder = tmp_path / "allowed"
    folder.mkdir()
    return [str(shutil.copy(DEMO, folder / f"take{number}.mcap")) for number in range(4)]


@pytest.fixture
def allowing(daemons: Daemons, tmp_path: Path) -> Callable[[], LocalDaemon]:
    """allowing(): a daemon that takes jobs in tmp_path/allowed; again: the next one in its place."""
    return lambda: daemons(allow_jobs=(tmp_path / "allowed",), jobs=tmp_path / "jobs")


def processes(daemon: LocalDaemon) -> dict[str, psutil.Process]:
    assert daemon.process is not None
    own = psutil.Process(daemon.process.pid)
    found = {"daemon": own}
    for child in own.children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            words = child.cmdline()
            found["runner" if "bridge.jobs.runner" in words else
                  "performer" if "bridge.jobs.performing" in words else "engine"] = child
    return found


def kill(daemon: LocalDaemon, victim: str = "daemon") -> None:
    """kill -9, and, of a daemon, the end of what it started."""
    running = processes(daemon)
    if victim in running:
        running[victim].kill()
    if victim == "daemon":
        assert daemon.process is not None
        daemon.process.wait(10)
        psutil.wait_procs(list(running.values()), 20)


def ended(client: Client, job: str, patience_s: float = ENDED_S) -> JobStatus:
    deadline = time.monotonic() + patience_s
    while (status := client.job_status(job)).state in (JobState.WAITING, JobState.RUNNING):
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
    return status


def visible(folder: Path) -> dict[str, tuple[int, int]]:
    """The files one sees, each with what tells it from another of the same name."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.glob("[!.]*")}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_an_accepted_job_is_done_once_whatever_is_killed(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path, figures: Callable[..., None], rounds: int
) -> None:
    """Test 16. What was there at the kill is the same file at the end: nothing is done twice."""
    daemon, moments = allowing(), random.Random(16)
    with Client.connect(daemon.connection_file) as client:
        undisturbed = client.submit_job(takes, str(tmp_path / "allowed" / "reference"))
        assert ended(client, undisturbed.job).state is JobState.DONE
    wanted, cut, killed = contents(tmp_path / "allowed" / "reference"), 0, 0
    for number in range(rounds):
        out = tmp_path / "allowed" / f"solved{number}"
        with Client.connect(daemon.connection_file) as client:
            job = client.submit_job(takes, str(out)).job
            time.sleep(moments.uniform(0.0, 1.5))
            if number % 3 == 2:  # the others first, then the daemon that notices
                kill(daemon, moments.choice(["engine", "runner"]))
                time.sleep(moments.uniform(0.0, 0.3))
        kill(daemon)
        killed += 1
        there = visible(out)
        cut += len(there) < len(wanted)
        daemon = allowing()
        with Client.connect(daemon.connection_file) as client:
            status = ended(client, job)
            assert status.state is JobState.DONE and contents(out) == wanted, client.job_result(job)
            assert there.items() <= visible(out).items()
            again = client.submit_job(takes, str(out))
            assert again == status and visible(out).keys() == wanted.keys()
            assert [one.job for one in client.list_jobs()].count(job) == 1
    figures(kills=killed, cut_off_before_the_end=cut)
    assert cut > 0


def at_work(client: Client, daemon: LocalDaemon, job: str, before: int = 0) -> int:
    """Waits until another process than `before` has begun to solve; which one."""
    deadline = time.monotonic() + SLOW_S
    while True:
        status, performer = client.job_status(job), processes(daemon).get("performer")
        if status.ended_ms or (status.frames_done and performer and performer.pid != before):
            return performer.pid if performer else 0
        assert time.monotonic() < deadline, status
        time.sleep(0.02)


@pytest.mark.parametrize("rounds", [
    pytest.param(1, marks=pytest.mark.timeout(600)),
    pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_an_accepted_job_of_another_problem_is_done_once_whatever_is_killed(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path, figures: Callable[..., None], rounds: int
) -> None:
    """Test 16, of motions made from seeds: first what solves them is killed, then the daemon, then they are there."""
    daemon, moments, cut = allowing(), random.Random(17), 0
    asked = (("seconds", "0.5"), ("count", "3"))
    for number in range(rounds):
        out, again = (tmp_path / "allowed" / f"{name}{number}" for name in ("made", "reference"))
        with Client.connect(daemon.connection_file) as client:
            job = client.submit_job([], str(out), ["npz"], "generate", asked).job
            first = at_work(client, daemon, job)
            time.sleep(moments.uniform(0.0, 0.3))
            kill(daemon, "performer")
            at_work(client, daemon, job, first)
        kill(daemon)
        there = visible(out)
        cut += len(there) < 3
        daemon = allowing()
        with Client.connect(daemon.connection_file) as client:
            assert ended(client, job, SLOW_S).state is JobState.DONE, client.job_result(job)
            assert there.items() <= visible(out).items()
            reference = client.submit_job([], str(again), ["npz"], "generate", asked).job
            assert ended(client, reference, SLOW_S).state is JobState.DONE
        assert len(contents(out)) == 3 and contents(out) == contents(again)
    figures(rounds=rounds, cut_off_before_the_end=cut)


@pytest.mark.parametrize("kills", [
    pytest.param(3, marks=pytest.mark.timeout(300)),  # on a busy machine daemons take their time, and there are several
    pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
])
def test_what_a_killed_job_leaves_is_whole(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path, figures: Callable[..., None],
    whole: Callable[[Path], None], kills: int,
) -> None:
    """Test 15, of jobs. Where this machine is so busy that nothing was written before any kill, some more."""
    moments, checked, cut, jobs, killed = random.Random(15), 0, 0, 0, 0
    out = tmp_path / "allowed" / "solved"
    while killed < kills or not checked:
        daemon = allowing()
        with Client.connect(daemon.connection_file) as client:
            if all(status.ended_ms for status in client.list_jobs()):
                shutil.rmtree(out, ignore_errors=True)
                jobs += 1
                client.submit_job(takes, str(out))
            time.sleep(moments.uniform(0.0, 1.0))
        kill(daemon)
        killed += 1
        cut += len(list(out.glob(".*.unfinished")))
        for name in visible(out):
            checked += 1
            whole(out / name)
    figures(kills=killed, jobs=jobs, checked=checked, cut_off_while_writing=cut)


@pytest.fixture
def small_disk(tmp_path: Path, takes: list[str]) -> Iterator[Path]:
    """A disk of one megabyte in the allowed folder; skips where we may not mount one."""
    place = tmp_path / "allowed" / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if not mount or subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)],
                                   capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, where mounting is possible at all")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)  # a daemon may still have a file there


def test_a_full_disk_is_a_row_and_leaves_no_part_of_a_file(
    allowing: Callable[[], LocalDaemon], takes: list[str], small_disk: Path, whole: Callable[[Path], None]
) -> None:
    """Test 17: one file's results fit, the second's do not; with room they are made, and only they."""
    daemon = allowing()
    with Client.connect(daemon.connection_file) as client:
        job = client.submit_job(takes[:2], str(small_disk)).job
        assert ended(client, job).state is JobState.FAILED
        first, second = client.job_result(job).files
        assert first.state is JobState.DONE and second.code is ErrorCode.DISK_FULL and "no room" in second.message
        assert sorted(os.listdir(small_disk)) == ["take0.bvh", "take0.npz"]
        for name in (before := visible(small_disk)):
            whole(small_disk / name)
        subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
        assert client.submit_job(takes[:2], str(small_disk)).job == job
        assert ended(client, job).state is JobState.DONE
    assert before.items() <= visible(small_disk).items() and len(visible(small_disk)) == 4


def test_a_job_that_cannot_be_kept_is_not_accepted(
    daemons: Daemons, takes: list[str], small_disk: Path, tmp_path: Path
) -> None:
    """Test 17, of the disk that accepted jobs are on."""
    daemon = daemons(allow_jobs=(tmp_path / "allowed",), jobs=small_disk / "jobs")
    out = str(tmp_path / "allowed" / "solved")
    with Client.connect(daemon.connection_file) as client:
        assert not client.list_jobs()
        with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))
        with pytest.raises(Refusal) as refused:
            for number in range(100):  # what the disk had already given out may still hold some
                client.submit_job(takes[:1], f"{out}{number}")
        assert refused.value.code is ErrorCode.DISK_FULL
        accepted = len(client.list_jobs())
        (small_disk / "filler").unlink()
        assert ended(client, client.submit_job(takes[:1], out, ["npz"]).job).state is JobState.DONE
        assert len(client.list_jobs()) == accepted + 1


def test_files_that_may_not_grow_are_as_a_full_disk(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path
) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, usual[1]))  # for what is started now
    try:
        daemon = allowing()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    out = tmp_path / "allowed" / "solved"
    with Client.connect(daemon.connection_file) as client:
        job = client.submit_job(takes[:1], str(out), ["bvh"]).job
        assert ended(client, job).state is JobState.FAILED
        (row,) = client.job_result(job).files
    assert row.code is ErrorCode.DISK_FULL and list(out.iterdir()) == []


def test_one_bad_file_does_not_stop_the_others(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path
) -> None:
    bad = tmp_path / "allowed" / "bad.mcap"
    bad.write_bytes(b"nothing of ours")
    with Client.connect(allowing().connection_file) as client:
        job = client.submit_job([str(bad), takes[0]], str(tmp_path / "allowed" / "solved"), ["npz"]).job
        status = ended(client, job)
        rows = client.job_result(job).files
    assert (status.state, status.files_done, status.files_failed) == (JobState.FAILED, 1, 1)
    assert rows[0].code is ErrorCode.INVALID and str(bad) in rows[0].message and rows[1].frames == 1230


def test_a_cancelled_job_stays_cancelled(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path
) -> None:
    daemon = allowing()
    with Client.connect(daemon.connection_file) as client:
        job = client.submit_job(takes, str(tmp_path / "allowed" / "solved")).job
        assert client.cancel_job(job).state is JobState.CANCELLED
    kill(daemon)
    with Client.connect(allowing().connection_file) as client:
        assert client.job_status(job).state is JobState.CANCELLED
        assert client.submit_job(takes, str(tmp_path / "allowed" / "solved")).job == job
        assert ended(client, job).state is JobState.DONE


HOSTILE = ["/etc/passwd", "take0.mcap", "{allowed}/../secret", "{allowed}/link", "{allowed}/door/secret",
           "{allowed}/pipe", "//host/share/a.mcap", "\\\\host\\share\\a.mcap", "{allowed}/take0.mcap\0.png",
           "{allowed}/take0.mcap\n", "{allowed}", "/", "", "/" + "a/" * 600]


def test_no_path_leads_out_of_what_is_allowed(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path
) -> None:
    """Test 25, of paths: none is read, none is written, and the next job passes."""
    allowed = tmp_path / "allowed"
    (tmp_path / "secret").write_text("secret")
    (allowed / "link").symlink_to(tmp_path / "secret")
    (allowed / "door").symlink_to(tmp_path)
    os.mkfifo(allowed / "pipe")
    before = sorted(path.name for path in tmp_path.iterdir())
    with Client.connect(allowing().connection_file) as client:
        for path in (one.format(allowed=allowed) for one in HOSTILE):
            with pytest.raises((Refusal, InputInvalid)):
                client.submit_job([takes[0], path], str(allowed / "solved"))
            if path not in ("/", str(allowed)):
                with pytest.raises((Refusal, InputInvalid)):
                    client.submit_job(takes[:1], path)
        with pytest.raises(InputInvalid, match="over a file of the job"):
            client.submit_job([str(shutil.copy(DEMO, allowed / "a.npz"))], str(allowed), ["npz"])
        for path in (one.format(allowed=allowed) for one in HOSTILE):
            for problem, name, value in (("complete", "missing-from", path), ("lift", "view", f"{takes[0]}:{path}")):
                with pytest.raises((Refusal, InputInvalid)):
                    client.submit_job([takes[0]] * (problem != "lift"), str(allowed / "solved"), ["npz"], problem,
                                      ((name, value),))
        assert not client.list_jobs()
        assert ended(client, client.submit_job(takes[:1], str(allowed / "solved")).job).state is JobState.DONE
    assert {*(path.name for path in tmp_path.iterdir())} - {"run", "jobs"} == {*before} - {"run", "jobs"}


def test_without_allowed_folders_there_are_no_jobs(daemons: Daemons, takes: list[str], tmp_path: Path) -> None:
    with Client.connect(daemons().connection_file) as client, pytest.raises(Refusal, match="--allow-jobs") as refused:
        client.submit_job(takes, str(tmp_path))
    assert refused.value.code is ErrorCode.JOBS_NOT_ALLOWED


@pytest.mark.parametrize("seconds", [2, pytest.param(30, marks=[pytest.mark.slow, pytest.mark.timeout(400)])])
def test_jobs_leave_live_sessions_their_answers(
    allowing: Callable[[], LocalDaemon], takes: list[str], tmp_path: Path, swaying: TrackerClip,
    driven: Callable[[LocalDaemon, Load], LoadFigures], figures: Callable[..., None], seconds: int
) -> None:
    daemon = allowing()
    quiet = driven(daemon, Load(1, 60.0, seconds))
    with Client.connect(daemon.connection_file) as client:
        for number in range(min(60, 10 * seconds)):
            client.submit_job(takes, str(tmp_path / "allowed" / f"solved{number}"))
        busy = driven(daemon, Load(1, 60.0, seconds))
        left = sum(not status.ended_ms for status in client.list_jobs())
    figures(quiet=quiet.answered, busy=busy.answered, quiet_p99_ms=quiet.p99_ms, busy_p99_ms=busy.p99_ms, left=left)
    assert busy.lost == 0 and busy.answered >= 0.8 * quiet.answered
    assert left > 0
