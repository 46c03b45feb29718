"""What clients ask about jobs, as plain data; replies_jobs.py has the answers."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class JobState(IntEnum):
    """Of a job, and of each of its files. A job has FAILED if one file or more did."""

    WAITING = 1
    RUNNING = 2
    DONE = 3
    FAILED = 4
    CANCELLED = 5


@dataclass(frozen=True)
class SubmitJob:
    """Session files on the daemon's machine, to be solved into a folder there."""

    files: tuple[str, ...]
    out: str
    formats: tuple[str, ...]


@dataclass(frozen=True)
class GetJobStatus:
    job: str


@dataclass(frozen=True)
class GetJobResult:
    job: str


@dataclass(frozen=True)
class CancelJob:
    job: str


@dataclass(frozen=True)
class ListJobs:
    pass


JobRequest = SubmitJob | GetJobStatus | GetJobResult | CancelJob | ListJobs
AskJobs = Callable[[bytes, int, JobRequest], None]  # peer, request id; the answer comes later
