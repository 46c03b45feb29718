from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bridge.errors import Busy, DaemonMissing, TooShort
from bridge.jobs.job import Output, RowState
from bridge.jobs.place import settle, stage, whole
from bridge.jobs.work import ENGINE_DEATHS, TRIES
from bridge.messages import ErrorCode
from bridge.messages_jobs import CancelJob, GetJobResult, GetJobStatus, JobState
from bridge.refusals import EngineRestarting, Refusal
from bridge.replies_jobs import JobFile


class Killed(BaseException):
    """As a kill: nothing handles it."""


def raising(*errors: BaseException) -> Callable[[object], None]:
    """Each in turn, then nothing."""
    left = list(errors)

    def raise_next(on_progress: object) -> None:
        if left:
            raise left.pop(0)

    return raise_next


def rows(bench: Any, job: str) -> tuple[JobFile, ...]:
    return bench.office.answer(GetJobResult(job)).files  # type: ignore[no-any-return]


def test_a_file_is_solved_into_every_format(bench: Any) -> None:
    job = bench.office.answer(bench.asked("a.mcap", formats=("png", "npz", "bvh"))).job
    assert bench.run() == 1 and bench.outputs() == ["a.bvh", "a.npz", "a.png"]
    (row,) = rows(bench, job)
    assert row.frames == 50 and [one.size_bytes for one in row.outputs] == [
        (bench.allowed / "out" / f"a.{kind}").stat().st_size for kind in ("bvh", "npz", "png")]
    assert list(bench.spool.iterdir()) == []


@pytest.mark.parametrize("error", [TooShort("2 frames"), Refusal(ErrorCode.ENGINE_FAILED, "no"), ValueError("ours")])
def test_a_failure_is_a_row_and_the_next_file_is_solved(bench: Any, error: Exception) -> None:
    bench.before_solving = raising(error)
    job = bench.office.answer(bench.asked("a.mcap", "b.mcap")).job
    assert bench.run() == 2 and bench.outputs() == ["b.npz"]
    first, second = rows(bench, job)
    code = getattr(error, "code", ErrorCode.TOO_SHORT if isinstance(error, TooShort) else ErrorCode.INTERNAL)
    assert first.code is code and str(error) in first.message and second.state is JobState.DONE


def test_what_is_not_the_files_fault_is_waited_for(bench: Any) -> None:
    bench.before_solving = raising(Busy("loading"), DaemonMissing("stalled"), EngineRestarting("died"))
    job = bench.office.answer(bench.asked("a.mcap")).job
    assert bench.run() == 1 and rows(bench, job)[0].state is JobState.DONE
    assert bench.pauses == sorted(bench.pauses) and len(bench.pauses) == 3


def test_a_file_that_ends_the_engine_again_and_again_fails(bench: Any) -> None:
    bench.before_solving = raising(*[EngineRestarting("killed by SIGSEGV")] * 9)
    job = bench.office.answer(bench.asked("a.mcap")).job
    bench.run()
    assert rows(bench, job)[0].code is ErrorCode.ENGINE_FAILED and len(bench.pauses) == ENGINE_DEATHS - 1


def test_a_file_that_ends_our_process_again_and_again_fails(bench: Any) -> None:
    job = bench.office.answer(bench.asked("a.mcap", "b.mcap")).job
    bench.before_solving = raising(*[Killed()] * TRIES)
    for _ in range(TRIES):
        with pytest.raises(Killed):
            bench.run()
        bench.restart()
    bench.run()
    assert [row.state for row in rows(bench, job)] == [JobState.FAILED, JobState.DONE]


def test_a_job_cancelled_at_work_leaves_nothing(bench: Any) -> None:
    job = bench.office.answer(bench.asked("a.mcap")).job
    bench.before_solving = lambda on_progress: bench.office.answer(CancelJob(job))
    assert bench.run() == 1 and bench.outputs() == []
    assert bench.office.answer(GetJobStatus(job)).state is JobState.CANCELLED and bench.solved == []


def test_its_progress_can_be_seen(bench: Any) -> None:
    job = bench.office.answer(bench.asked("a.mcap")).job
    seen = []

    def look(on_progress: Callable[[int, int], None]) -> None:
        on_progress(20, 50)
        seen.append(bench.office.answer(GetJobStatus(job)))

    bench.before_solving = look
    bench.run()
    assert (seen[0].state, seen[0].file, seen[0].frames_done, seen[0].frames_total) == (
        JobState.RUNNING, f"{bench.allowed}/a.mcap", 20, 50)


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_what_was_being_put_in_place_is_not_solved_again(bench: Any, renamed: int) -> None:
    """Killed after so many of its two results had their names."""
    job = bench.office.answer(bench.asked("a.mcap", formats=("bvh", "npz"))).job
    row = bench.office.next(0.0)[0].rows[0]
    made = bench.folder / "made"
    made.write_bytes(b"solved before")
    with bench.roots.folder(f"{bench.allowed}/out") as folder:
        outputs = tuple(stage(folder, job, name, made) for name in ("a.bvh", "a.npz"))
        bench.office.note(job, 0, replace(row, state=RowState.PLACING, outputs=outputs, frames=50))
        settle(folder, job, outputs[:renamed])
    bench.restart()
    assert bench.run() == 1 and bench.solved == []
    assert sorted(os.listdir(bench.allowed / "out")) == ["a.bvh", "a.npz"]
    assert rows(bench, job)[0].state is JobState.DONE and rows(bench, job)[0].frames == 50
    assert (bench.allowed / "out" / "a.bvh").read_bytes() == b"solved before"


def test_what_is_lost_while_being_put_in_place_is_solved_again(bench: Any) -> None:
    job = bench.office.answer(bench.asked("a.mcap")).job
    row = bench.office.next(0.0)[0].rows[0]
    lost = (Output("a.npz", 3, 4, "00"),)
    bench.office.note(job, 0, replace(row, state=RowState.PLACING, outputs=lost))
    bench.restart()
    assert bench.run() == 1 and bench.solved == ["a"] and rows(bench, job)[0].state is JobState.DONE


def test_a_result_that_is_not_what_was_written_down_is_made_again(bench: Any) -> None:
    bench.office.answer(bench.asked("a.mcap"))
    bench.run()
    (job,) = bench.store.all()
    (bench.allowed / "out" / "a.npz").write_bytes(b"half")
    with bench.roots.folder(job.out) as folder:
        assert not settle(folder, job.id, job.rows[0].outputs) and not whole(folder, job.rows[0].outputs)
