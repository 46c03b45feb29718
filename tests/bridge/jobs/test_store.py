from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import Busy
from bridge.jobs.job import Input, Job, Row
from bridge.jobs.store import JobStore

JOB = Job("j", 2, "/out", ("bvh",), (Row(Input("/a", 1, 2)),), 3)
KILLED = """
import os, sys
from pathlib import Path
from bridge.jobs.job import Input, Job, Row
from bridge.jobs.store import JobStore
store = JobStore(Path(sys.argv[1]))
store.put(Job("k", 1, "/out", ("bvh",), (Row(Input("/a", 1, 2)),), 3))
os.kill(os.getpid(), 9)
"""


def test_jobs_come_back_in_their_order_and_are_forgotten(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs")
    for job in (JOB, replace(JOB, id="i", number=1), replace(JOB, ended_ms=4)):
        store.put(job)
    store.close()
    store = JobStore(tmp_path / "jobs")
    assert store.all() == [replace(JOB, id="i", number=1), replace(JOB, ended_ms=4)]
    store.forget("i")
    assert [job.id for job in store.all()] == ["j"]
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_what_was_put_outlives_a_kill_and_so_does_not_the_lock(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "jobs")], cwd=root, check=False, timeout=60)
    assert killed.returncode == -9
    store = JobStore(tmp_path / "jobs", patience_s=0.1)
    assert [job.id for job in store.all()] == ["k"]
    store.close()


def test_one_process_at_a_time_and_nobody_else_reads_it(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs")
    with pytest.raises(Busy, match="another daemon"):
        JobStore(tmp_path / "jobs", patience_s=0.1)
    store.close()
    if os.name == "posix":
        assert (tmp_path / "jobs").stat().st_mode & 0o077 == 0
