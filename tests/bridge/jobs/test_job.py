from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bridge.jobs.job import (
    Input,
    Job,
    Output,
    Row,
    RowState,
    Task,
    from_json,
    job_id,
    next_row,
    renewed,
    result_of,
    resumed,
    status_of,
    to_json,
    with_row,
)
from bridge.messages import ErrorCode
from bridge.messages_jobs import JobState

A, B = Input("/r/a.mcap", 10, 1), Input("/r/b.mcap", 20, 2)
DONE = Row(A, RowState.DONE, 1, 50, (Output("a.npz", 3, 4, "00ff"),))
FAILED = Row(B, RowState.FAILED, 1, code=ErrorCode.DISK_FULL, message="full")
JOB = Job("j", 1, "/r/out", ("npz",), (Row(A), Row(B)), 100)


def test_a_job_is_what_it_is_made_of() -> None:
    both, task = ("bvh", "npz"), Task("lift", (("rate", "30.0"),), (A,))
    same = job_id((A, B), "/out", both, "1", Task())
    assert same == job_id((A, B), "/out", ("npz", "bvh"), "1", Task())
    others = [job_id((A,), "/out", both, "1", Task()), job_id((A, B), "/else", both, "1", Task()),
              job_id((A, B), "/out", ("bvh",), "1", Task()), job_id((A, B), "/out", both, "2", Task()),
              job_id((A, replace(B, mtime_ns=3)), "/out", both, "1", Task()), job_id((A, B), "/out", both, "1", task),
              job_id((A, B), "/out", both, "1", replace(task, options=(("rate", "25.0"),))),
              job_id((A, B), "/out", both, "1", replace(task, beside=(replace(A, size=11),)))]
    assert len({same, *others}) == 9


def test_a_job_of_sessions_is_the_one_it_was_before_there_were_others() -> None:
    """Its name is as it was, and what an older daemon left on disk is read."""
    assert job_id((A, B), "/out", ("npz",), "1", Task()) == "3b0b3e59038efdb93602"
    told = json.loads(to_json(JOB))
    del told["task"]
    assert from_json(json.dumps(told)) == JOB


@pytest.mark.parametrize("job", [JOB, replace(JOB, task=Task("lift", (("rate", "30.0"), ("floor", "unknown")), (A,))),
                                 replace(JOB, rows=(DONE, FAILED), ended_ms=9, cancelled=True)])
def test_it_comes_back_from_disk(job: Job) -> None:
    assert from_json(to_json(job)) == job


def test_its_state_follows_from_its_files() -> None:
    assert status_of(JOB).state is JobState.WAITING and next_row(JOB) == 0
    half = with_row(JOB, 0, DONE)
    assert status_of(half).state is JobState.RUNNING and next_row(half) == 1
    running = with_row(half, 1, Row(B, RowState.RUNNING))
    assert (status_of(running, 5, 9).file, status_of(running, 5, 9).frames_done) == (B.path, 5)
    failed = replace(with_row(half, 1, FAILED), ended_ms=9)
    assert status_of(failed).state is JobState.FAILED and next_row(failed) is None
    assert status_of(replace(JOB, rows=(DONE,), ended_ms=9)).state is JobState.DONE
    assert status_of(replace(running, cancelled=True, ended_ms=9)).state is JobState.CANCELLED


def test_its_table_says_what_became_of_each_file() -> None:
    first, second = result_of(replace(JOB, rows=(DONE, FAILED), ended_ms=9)).files
    assert first.outputs[0].path == "/r/out/a.npz" and first.outputs[0].sha256 == b"\x00\xff"
    assert (second.code, second.message, second.outputs) == (ErrorCode.DISK_FULL, "full", ())
    stopped = result_of(replace(JOB, rows=(DONE, Row(B, RowState.PLACING)), ended_ms=9, cancelled=True)).files
    assert [file.state for file in stopped] == [JobState.DONE, JobState.CANCELLED]


def test_after_a_kill_what_ran_waits_and_what_was_being_placed_is_looked_at() -> None:
    placing = replace(DONE, state=RowState.PLACING)
    rows = resumed(replace(JOB, rows=(placing, Row(B, RowState.RUNNING, 2)))).rows
    assert rows == (placing, Row(B, RowState.WAITING, 2))


def test_submitted_again_only_what_is_not_done_or_not_whole_is_left() -> None:
    ended = replace(JOB, rows=(DONE, FAILED), ended_ms=9)
    again = renewed(ended, 7, lambda row: True)
    assert again and again.rows == (DONE, Row(B)) and not again.ended and again.number == 7
    lost = renewed(replace(ended, rows=(DONE, replace(DONE, input=B))), 7, lambda row: row.input is B)
    assert lost and lost.rows == (Row(A), replace(DONE, input=B))
    assert renewed(replace(ended, rows=(DONE,)), 7, lambda row: True) is None
