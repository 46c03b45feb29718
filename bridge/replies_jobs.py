"""What the daemon says of jobs, as plain data; messages_jobs.py has the questions."""
from __future__ import annotations

from dataclasses import dataclass

from bridge.messages import ErrorCode
from bridge.messages_jobs import SOLVE, JobState


@dataclass(frozen=True)
class JobStatus:
    """How far a job is. Times are Unix time; `file` is the one being solved, with its frames, or, where the problem is
    not sessions, hundredths of the work."""

    job: str
    state: JobState
    out: str
    files_total: int
    files_done: int
    files_failed: int
    file: str = ""
    frames_done: int = 0
    frames_total: int = 0
    submitted_ms: int = 0
    ended_ms: int = 0
    problem: str = SOLVE


@dataclass(frozen=True)
class JobList:
    jobs: tuple[JobStatus, ...]


@dataclass(frozen=True)
class JobOutput:
    path: str
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True)
class JobFile:
    """What became of one file of a job."""

    file: str
    state: JobState
    code: ErrorCode | None = None  # of its failure, as message
    message: str = ""
    frames: int = 0
    outputs: tuple[JobOutput, ...] = ()


@dataclass(frozen=True)
class JobResult:
    status: JobStatus
    files: tuple[JobFile, ...]


JobReply = JobStatus | JobList | JobResult
