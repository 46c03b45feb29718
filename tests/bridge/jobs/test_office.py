from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.config import Limits
from bridge.errors import InputInvalid, InputMissing
from bridge.messages import ErrorCode
from bridge.messages_jobs import CancelJob, GetJobResult, GetJobStatus, JobState, ListJobs
from bridge.refusals import Refusal
from bridge.replies_jobs import JobList, JobResult, JobStatus


def status(office: Any, body: object) -> JobStatus:
    answer = office.answer(body)
    assert isinstance(answer, JobStatus)
    return answer


def test_what_was_acknowledged_is_there_after_a_kill(bench: Any) -> None:
    taken = status(bench.office, bench.asked("a.mcap"))
    assert taken.state is JobState.WAITING
    bench.restart()
    assert status(bench.office, GetJobStatus(taken.job)) == taken
    assert bench.run() == 1 and status(bench.office, GetJobStatus(taken.job)).state is JobState.DONE


def test_the_same_job_is_not_done_twice(bench: Any) -> None:
    first = status(bench.office, bench.asked("a.mcap", "b.mcap"))
    assert status(bench.office, bench.asked("a.mcap", "b.mcap")) == first
    assert bench.run() == 2
    again = status(bench.office, bench.asked("a.mcap", "b.mcap"))
    assert again.state is JobState.DONE and again.job == first.job and bench.run() == 0


def test_what_is_not_whole_any_more_is_done_again(bench: Any) -> None:
    bench.office.answer(bench.asked("a.mcap", "b.mcap"))
    bench.run()
    os.unlink(bench.allowed / "out" / "b.npz")
    assert status(bench.office, bench.asked("a.mcap", "b.mcap")).files_done == 1
    assert bench.run() == 1 and bench.solved == ["a", "b", "b"] and bench.outputs() == ["a.npz", "b.npz"]


def test_another_file_under_the_name_is_another_job(bench: Any) -> None:
    first = status(bench.office, bench.asked("a.mcap"))
    os.utime(bench.allowed / "a.mcap", ns=(1, 1))
    assert status(bench.office, bench.asked("a.mcap")).job != first.job


def test_a_cancelled_job_ends_and_may_be_asked_for_again(bench: Any) -> None:
    taken = status(bench.office, bench.asked("a.mcap"))
    assert status(bench.office, CancelJob(taken.job)).state is JobState.CANCELLED
    assert bench.run() == 0 and status(bench.office, CancelJob(taken.job)).state is JobState.CANCELLED
    assert status(bench.office, bench.asked("a.mcap")).state is JobState.WAITING and bench.run() == 1


def test_jobs_wait_in_line_and_no_longer_than_is_allowed(bench: Any) -> None:
    bench.office._limits = Limits(jobs_waiting=2)
    taken = [status(bench.office, bench.asked("a.mcap", out=f"out{number}")).job for number in range(2)]
    with pytest.raises(Refusal, match="2 jobs are waiting") as refused:
        bench.office.answer(bench.asked("a.mcap", out="out2"))
    assert refused.value.code is ErrorCode.BUSY and refused.value.retry_after_s > 0
    assert bench.office.next(0.0)[0].id == taken[0]
    listed = bench.office.answer(ListJobs())
    assert isinstance(listed, JobList) and [one.job for one in listed.jobs] == taken


def test_ended_jobs_are_forgotten_when_there_are_many_or_long_after(bench: Any) -> None:
    bench.office._limits = Limits(jobs_kept=2)
    names = []
    for number in range(3):
        names.append(status(bench.office, bench.asked("a.mcap", out=f"out{number}")).job)
        bench.run()
        bench.now_ms += 1000
    assert [one.job for one in bench.office.answer(ListJobs()).jobs] == names[1:]
    bench.now_ms += 40 * 86_400_000
    newest = status(bench.office, bench.asked("b.mcap"))
    assert [one.job for one in bench.office.answer(ListJobs()).jobs] == [newest.job]
    bench.restart()
    assert [one.job for one in bench.office.answer(ListJobs()).jobs] == [newest.job]


def test_what_cannot_be_a_job_is_refused_by_name(bench: Any) -> None:
    with pytest.raises(InputInvalid, match="no format 'fbx'"):
        bench.office.answer(bench.asked("a.mcap", formats=("fbx",)))
    with pytest.raises(InputMissing):
        bench.office.answer(bench.asked("a.mcap", "none.mcap"))
    (bench.allowed / "k.npz").write_bytes(b"")
    with pytest.raises(InputInvalid, match="over a file of the job"):
        bench.office.answer(bench.asked("k.npz", out=""))
    with pytest.raises(Refusal) as refused:
        bench.office.answer(GetJobResult("x"))
    assert refused.value.code is ErrorCode.JOB_UNKNOWN and bench.office.answer(ListJobs()).jobs == ()


def test_files_of_one_name_have_results_of_their_own(bench: Any) -> None:
    (bench.allowed / "deep").mkdir()
    Path(bench.allowed / "deep" / "a.mcap").write_bytes((bench.allowed / "a.mcap").read_bytes())
    asked = bench.asked("a.mcap", "deep/a.mcap")
    taken = status(bench.office, replace(asked, files=(*asked.files, asked.files[0])))
    assert bench.run() == taken.files_total == 2 and bench.outputs() == ["a-2.npz", "a.npz"]
    result = bench.office.answer(GetJobResult(taken.job))
    assert isinstance(result, JobResult)
    assert [file.outputs[0].path.rpartition("/")[2] for file in result.files] == ["a.npz", "a-2.npz"]
