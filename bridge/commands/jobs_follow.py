"""Following a job to its end."""
from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from bridge.client import Client
from bridge.errors import Busy, DaemonMissing, PoseBridgeError
from bridge.messages_jobs import JobState
from bridge.refusals import error_of
from bridge.replies import ErrorMessage
from bridge.replies_jobs import JobFile, JobStatus

LOOK_S = 0.2
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def wait(client: Client, status: JobStatus, on_progress: Callable[[int, int], None]) -> None:
    """Until the job has ended. DaemonMissing says that it goes on without us."""
    try:
        while status.state not in ENDED:
            on_progress(*percent(status))
            time.sleep(LOOK_S)
            with suppress(Busy):  # what keeps the jobs starts anew: they are still there
                status = client.job_status(status.job)
    except DaemonMissing as error:
        raise DaemonMissing(f"{error}; job {status.job} goes on as soon as the daemon does") from error


def percent(status: JobStatus) -> tuple[int, int]:
    """How much of it is done, each file counting alike."""
    part = status.frames_done / status.frames_total if status.frames_total else 0.0
    done = min(status.files_done + status.files_failed + part, status.files_total)
    return int(100 * done / status.files_total), 100


def failure(file: JobFile) -> PoseBridgeError:
    """Why a file is not solved, as the error it was."""
    if file.code is None:
        return PoseBridgeError(f"{file.file}: {file.state.name.lower()}")
    return error_of(ErrorMessage(file.code, file.message))
