"""Solves the files of jobs, one after the other.

A file that fails is a row of its own. What ended a try that is not the file's fault (the engine starts, the daemon has
too many clips) is waited for.
"""
from __future__ import annotations

import logging
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from bridge.errors import Busy, DaemonMissing, PoseBridgeError
from bridge.farm.receipt import ENDING
from bridge.jobs.door import refuse_over_files
from bridge.jobs.job import Job, Output, Row, RowState
from bridge.jobs.making import Begun, Making
from bridge.jobs.office import Office
from bridge.jobs.place import clean, failure, settle, stage
from bridge.jobs.roots import Roots
from bridge.messages import ErrorCode
from bridge.refusals import EngineRestarting, Refusal, refusal_of

log = logging.getLogger(__name__)
TRIES = 20  # begun so often and never ended: something in the file ends whole processes
ENGINE_DEATHS = 3
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class Dropped(Exception):
    """The job was cancelled while this file was in work."""


class Pause(Protocol):
    def __call__(self, seconds: float, /) -> None: ...


class Work:
    """`spool` is a private folder on this machine for what is not finished."""

    def __init__(
        self, office: Office, roots: Roots, making: Making, spool: Path, pause: Pause = time.sleep
    ) -> None:
        self._office, self._roots, self._making, self._spool, self._pause = office, roots, making, spool, pause

    def run_next(self, patience_s: float | None = None) -> bool:
        """One file of one job; False if none came in time."""
        found = self._office.next(patience_s)
        if found is None:
            return False
        job, number = found
        with suppress(Dropped):
            self._end(job, number, self._outcome(job, number))
        return True

    def _outcome(self, job: Job, number: int) -> Row:
        row = job.rows[number]
        try:
            return self._settled(job, row) or self._solved(job, number)
        except Dropped:
            raise
        except MemoryError:
            return _failed(row, Refusal(ErrorCode.INTERNAL, "no memory left for this file"))
        except Exception as error:  # of this file: the others go on
            if not isinstance(error, PoseBridgeError | OSError):
                log.exception("%a", row.input.path)
            return _failed(row, failure(error))

    def _end(self, job: Job, number: int, row: Row) -> None:
        """Until it is on disk: a full disk there may have room again later."""
        for turn in range(1_000_000):
            try:
                self._note(job, number, row)
                break
            except PoseBridgeError as error:
                log.error("job %s: %s", job.id, error)
                self._pause(PAUSES_S[min(turn, len(PAUSES_S) - 1)])
        log.info("job %s: %a %s; the job is %s", job.id, row.input.path, row.state.value, self._office.state(job.id))

    def _settled(self, job: Job, row: Row) -> Row | None:
        """The row, if its results were being put in place when something was killed and are all there."""
        if row.state is not RowState.PLACING:
            return None
        with self._roots.folder(job.out, make=True) as folder:
            return replace(row, state=RowState.DONE) if settle(folder, job.id, row.outputs) else None

    def _solved(self, job: Job, number: int) -> Row:
        row = replace(job.rows[number], state=RowState.RUNNING, tries=job.rows[number].tries + 1, outputs=())
        if row.tries > TRIES:
            raise Refusal(ErrorCode.INTERNAL, f"begun {TRIES} times and never ended")
        self._note(job, number, row)
        with TemporaryDirectory(dir=self._spool) as private, self._roots.folder(job.out, make=True) as folder:
            clean(folder, job.id)
            results = Path(private) / "results"
            frames = self._patiently(job, self._making.begin(job, number, Path(private)), results)
            outputs = _staged(job, results, folder)
            row = replace(row, state=RowState.PLACING, outputs=outputs, frames=frames)
            try:
                self._note(job, number, row)
            except BaseException:
                clean(folder, job.id)
                raise
            settle(folder, job.id, outputs)
        return replace(row, state=RowState.DONE)

    def _patiently(self, job: Job, begun: Begun, results: Path) -> int:
        """How many frames it has in the end."""
        def on_progress(done: int, total: int) -> None:
            if not self._office.progress(job.id, done, total):
                raise Dropped

        deaths, turn = 0, 0
        while True:
            on_progress(0, begun.parts)
            shutil.rmtree(results, ignore_errors=True)
            results.mkdir()
            try:
                return begun.attempt(results, on_progress)
            except EngineRestarting as error:
                deaths += 1
                if deaths == ENGINE_DEATHS:
                    raise Refusal(ErrorCode.ENGINE_FAILED, f"the engine ended {deaths} times: {error}") from error
            except (Busy, DaemonMissing) as error:
                log.debug("job %s waits: %s", job.id, error)
            self._pause(PAUSES_S[min(turn, len(PAUSES_S) - 1)])
            turn += 1

    def _note(self, job: Job, number: int, row: Row) -> None:
        if not self._office.note(job.id, number, row):
            raise Dropped


def _staged(job: Job, results: Path, folder: int) -> tuple[Output, ...]:
    """All of them, or none; what says that all are there (bridge/farm/receipt.py) last. InputInvalid if one would be
    written over a file of the job."""
    made = sorted(results.iterdir(), key=lambda path: (path.name.endswith(ENDING), path.name))
    refuse_over_files((f"{job.out}/{path.name}" for path in made), (*(row.input for row in job.rows), *job.task.beside))
    try:
        return tuple(stage(folder, job.id, path.name, path) for path in made)
    except BaseException:
        clean(folder, job.id)
        raise


def _failed(row: Row, error: PoseBridgeError) -> Row:
    refusal = refusal_of(error)
    return replace(row, state=RowState.FAILED, outputs=(), code=int(refusal.code), message=refusal.message)
