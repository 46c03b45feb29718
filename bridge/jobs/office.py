"""Takes jobs in and answers for them: what is said here is on disk first. Knows files only by looking at them.

Two threads come here: one with what clients ask, one that works. A lock keeps them apart; neither holds it for long.
"""
from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from bridge.config import Limits
from bridge.errors import PoseBridgeError
from bridge.jobs.door import Wanted, looked_at
from bridge.jobs.job import (
    Job,
    Row,
    job_id,
    next_row,
    renewed,
    result_of,
    resumed,
    state_of,
    status_of,
    with_row,
)
from bridge.jobs.place import whole
from bridge.jobs.roots import Roots
from bridge.jobs.store import JobStore
from bridge.messages import ErrorCode
from bridge.messages_jobs import SOLVE, CancelJob, GetJobResult, GetJobStatus, JobRequest, ListJobs, SubmitJob
from bridge.refusals import Refusal
from bridge.replies_jobs import JobList, JobReply, JobStatus

RETRY_S = 10.0


class Office:
    """`now_ms()` is Unix time. `solver` names what solves sessions, `prior` what solves all else: another one makes
    another job of the same files."""

    def __init__(
        self, store: JobStore, roots: Roots, solver: str, prior: str, now_ms: Callable[[], int], limits: Limits,
        kept_s: float,
    ) -> None:
        self._store, self._roots, self._solver, self._prior, self._now_ms = store, roots, solver, prior, now_ms
        self._limits, self._kept_ms = limits, round(1000 * kept_s)
        self._jobs = {job.id: resumed(job) for job in store.all()}
        self._numbers = max((job.number for job in self._jobs.values()), default=0)
        self._frames = (0, 0)  # of the file that runs: solved, in all
        self._changed = threading.Condition()

    # ---- what clients ask ----

    def answer(self, body: JobRequest) -> JobReply:
        """Raises what the client is to be refused with."""
        with self._changed:
            match body:
                case SubmitJob():
                    return self._submit(body)
                case GetJobStatus(job):
                    return self._status(self._known(job))
                case GetJobResult(job):
                    return result_of(self._known(job), *self._frames_of(self._known(job)))
                case CancelJob(job):
                    return self._cancel(self._known(job))
                case ListJobs():
                    jobs = sorted(self._jobs.values(), key=lambda job: job.number)
                    return JobList(tuple(self._status(job) for job in jobs))

    def _submit(self, body: SubmitJob) -> JobStatus:
        wanted = looked_at(body, self._roots, self._limits)
        with self._roots.folder(wanted.out, make=True):
            pass
        solver = self._solver if wanted.task.problem == SOLVE else self._prior
        name = job_id(wanted.inputs, wanted.out, wanted.formats, solver, wanted.task)
        job = self._due(name, wanted)
        if job is not None:
            self._forget_old()
            self._put(job)
            self._changed.notify_all()
        return self._status(self._jobs[name])

    def _due(self, name: str, wanted: Wanted) -> Job | None:
        """The job to be put in line; None if there is nothing to do for it. Refusal BUSY if the line is full."""
        known = self._jobs.get(name)
        if known and not known.ended:
            return None
        self._numbers += 1
        fresh = Job(name, self._numbers, wanted.out, wanted.formats, tuple(map(Row, wanted.inputs)), self._now_ms(),
                    task=wanted.task)
        job = renewed(known, self._numbers, lambda row: self._whole(wanted.out, row)) if known else fresh
        waiting = sum(not one.ended for one in self._jobs.values())
        if job and waiting >= self._limits.jobs_waiting:
            raise Refusal(ErrorCode.BUSY, f"{waiting} jobs are waiting", RETRY_S)
        return job

    def _whole(self, out: str, row: Row) -> bool:
        try:
            with self._roots.folder(out) as folder:
                return whole(folder, row.outputs)
        except PoseBridgeError:
            return False

    def _cancel(self, job: Job) -> JobStatus:
        if not job.ended:
            job = replace(job, cancelled=True, ended_ms=self._now_ms())
            self._put(job)
        return self._status(job)

    def _known(self, name: str) -> Job:
        if name not in self._jobs:
            raise Refusal(ErrorCode.JOB_UNKNOWN, f"no job {name!a}; jobs are forgotten some time after their end")
        return self._jobs[name]

    def _status(self, job: Job) -> JobStatus:
        return status_of(job, *self._frames_of(job))

    def _frames_of(self, job: Job) -> tuple[int, int]:
        return self._frames if status_of(job).file else (0, 0)

    def _forget_old(self) -> None:
        """Those that ended long ago, and the oldest if there are too many."""
        ended = sorted((job for job in self._jobs.values() if job.ended), key=lambda job: job.ended_ms)
        excess = len(ended) - self._limits.jobs_kept + 1
        for rank, job in enumerate(ended):
            if rank < excess or job.ended_ms < self._now_ms() - self._kept_ms:
                self._store.forget(job.id)
                del self._jobs[job.id]

    # ---- what the work says ----

    def next(self, patience_s: float | None = None) -> tuple[Job, int] | None:
        """The file to solve now, waiting for one; None after so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._first() is not None, patience_s)
            job = self._first()
            number = next_row(job) if job else None
            return (job, number) if job and number is not None else None

    def _first(self) -> Job | None:
        return min((job for job in self._jobs.values() if not job.ended), key=lambda job: job.number, default=None)

    def note(self, job: str, number: int, row: Row) -> bool:
        """On disk from now on; False if the job was cancelled meanwhile. Its last row ends the job."""
        with self._changed:
            known = self._jobs.get(job)
            if known is None or known.ended:
                return False
            known = with_row(known, number, row)
            if next_row(known) is None:
                known = replace(known, ended_ms=self._now_ms())
            self._frames = (0, row.frames)
            self._put(known)
            return True

    def progress(self, job: str, done: int, total: int) -> bool:
        """False if the job was cancelled meanwhile."""
        with self._changed:
            self._frames = (done, total)
            return job in self._jobs and not self._jobs[job].ended

    def state(self, job: str) -> str:
        """For the log."""
        return state_of(self._jobs[job]).name.lower() if job in self._jobs else "forgotten"

    def _put(self, job: Job) -> None:
        self._store.put(job)
        self._jobs[job.id] = job
