"""A job as plain data, and what follows from it. A job is known by what it is made of: asking for it again is the same.

A file that is being put in place (PLACING) has its outputs, with their hashes, written down before the first of them
gets its name: after a kill it is told from these which of them are there, and none is solved or written twice.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from bridge.messages import ErrorCode
from bridge.messages_jobs import SOLVE, JobState, Options
from bridge.replies_jobs import JobFile, JobOutput, JobResult, JobStatus


class RowState(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    PLACING = "placing"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Input:
    """A file, or a folder of them, as it was when the job was submitted; or what needs none, by its name."""

    path: str
    size: int  # of all files in it
    mtime_ns: int  # the latest in it


@dataclass(frozen=True)
class Output:
    name: str  # in the job's folder
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True)
class Row:
    """One file of a job, and what becomes of it."""

    input: Input
    state: RowState = RowState.WAITING
    tries: int = 0  # how often its solving began
    frames: int = 0
    outputs: tuple[Output, ...] = ()
    code: int = 0  # of its failure, as message
    message: str = ""


@dataclass(frozen=True)
class Task:
    """What is done with every file of a job. `beside`: files that the options name."""

    problem: str = SOLVE
    options: Options = ()
    beside: tuple[Input, ...] = ()


@dataclass(frozen=True)
class Job:
    id: str
    number: int  # jobs run in this order
    out: str
    formats: tuple[str, ...]
    rows: tuple[Row, ...]
    submitted_ms: int  # Unix time
    ended_ms: int = 0  # 0: not yet
    cancelled: bool = False
    task: Task = Task()

    @property
    def ended(self) -> bool:
        return self.ended_ms > 0


def job_id(inputs: tuple[Input, ...], out: str, formats: tuple[str, ...], solver: str, task: Task) -> str:
    """The same for the same files, unchanged since, to be solved alike by the same solver into the same place."""
    made_of: list[Any] = [[asdict(one) for one in inputs], out, sorted(formats), solver]
    if task != Task():
        made_of.append(asdict(task))
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:20]


def next_row(job: Job) -> int | None:
    """The first file that is not done with."""
    return next((number for number, row in enumerate(job.rows)
                 if row.state not in (RowState.DONE, RowState.FAILED)), None)


def with_row(job: Job, number: int, row: Row) -> Job:
    return replace(job, rows=(*job.rows[:number], row, *job.rows[number + 1:]))


def renewed(job: Job, number: int, whole: Callable[[Row], bool]) -> Job | None:
    """The job again, less what is done and whole; None if that is all of it."""
    rows = tuple(row if row.state is RowState.DONE and whole(row) else Row(row.input) for row in job.rows)
    if rows == job.rows and not job.cancelled:
        return None
    return replace(job, number=number, rows=rows, ended_ms=0, cancelled=False)


def resumed(job: Job) -> Job:
    """After a kill: what ran begins anew; what was being put in place is looked at again."""
    return replace(job, rows=tuple(
        replace(row, state=RowState.WAITING) if row.state is RowState.RUNNING else row for row in job.rows))


def state_of(job: Job) -> JobState:
    states = {row.state for row in job.rows}
    if job.cancelled:
        return JobState.CANCELLED
    if job.ended:
        return JobState.DONE if states == {RowState.DONE} else JobState.FAILED
    return JobState.WAITING if states == {RowState.WAITING} else JobState.RUNNING


def status_of(job: Job, frames_done: int = 0, frames_total: int = 0) -> JobStatus:
    """`frames_...`: of the file that runs."""
    states = [row.state for row in job.rows]
    running = next((row.input.path for row in job.rows if row.state in (RowState.RUNNING, RowState.PLACING)), "")
    return JobStatus(
        job.id, state_of(job), job.out, len(states), states.count(RowState.DONE), states.count(RowState.FAILED),
        "" if job.ended else running, frames_done, frames_total, job.submitted_ms, job.ended_ms, job.task.problem)


def result_of(job: Job, frames_done: int = 0, frames_total: int = 0) -> JobResult:
    return JobResult(status_of(job, frames_done, frames_total), tuple(_file_of(job, row) for row in job.rows))


def _file_of(job: Job, row: Row) -> JobFile:
    state = {RowState.RUNNING: JobState.RUNNING, RowState.PLACING: JobState.RUNNING, RowState.DONE: JobState.DONE,
             RowState.FAILED: JobState.FAILED, RowState.WAITING: JobState.WAITING}[row.state]
    if job.cancelled and state in (JobState.WAITING, JobState.RUNNING):
        state = JobState.CANCELLED
    there = row.outputs if state is JobState.DONE else ()
    outputs = tuple(JobOutput(f"{job.out}/{one.name}", one.size, bytes.fromhex(one.sha256)) for one in there)
    return JobFile(row.input.path, state, ErrorCode(row.code) if row.code else None, row.message, row.frames, outputs)


def to_json(job: Job) -> str:
    return json.dumps(asdict(job), default=lambda state: state.value)


def from_json(text: str) -> Job:
    data: dict[str, Any] = json.loads(text)
    rows = tuple(_row(row) for row in data.pop("rows"))
    task = _task(data.pop("task", {}))  # a daemon that knew only sessions wrote none
    return Job(rows=rows, formats=tuple(data.pop("formats")), task=task, **data)


def _task(data: dict[str, Any]) -> Task:
    options = tuple((name, value) for name, value in data.pop("options", ()))
    return Task(options=options, beside=tuple(Input(**one) for one in data.pop("beside", ())), **data)


def _row(data: dict[str, Any]) -> Row:
    outputs = tuple(Output(**output) for output in data.pop("outputs"))
    return Row(Input(**data.pop("input")), RowState(data.pop("state")), outputs=outputs, **data)
