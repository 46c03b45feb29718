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


SOLVE = "solve"
Options = tuple[tuple[str, str], ...]  # (name, value) of a command's flags; the value of one that takes none is empty


@dataclass(frozen=True)
class SubmitJob:
    """Files on the daemon's machine, to be solved into a folder there. `problem`: sessions, or a command's name."""

    files: tuple[str, ...]
    out: str
    formats: tuple[str, ...]
    problem: str = SOLVE
    options: Options = ()


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
