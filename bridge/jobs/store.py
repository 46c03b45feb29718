"""Accepted jobs on disk: SQLite, whose commits outlive a kill and a power cut, and whose lock one process holds."""
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.errors import Busy
from bridge.jobs.job import Job, from_json, to_json
from bridge.messages import ErrorCode
from bridge.refusals import Refusal

LOCK_S = 10.0  # for another daemon's process that is just leaving


class JobStore:
    """What put() has returned from is kept. Busy if another process holds it; DISK_FULL if there is no room."""

    def __init__(self, folder: Path, patience_s: float = LOCK_S) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "jobs.sqlite3"
        self._base = sqlite3.connect(file, timeout=patience_s, isolation_level=None, check_same_thread=False)
        try:
            with _named(file):
                self._base.execute("PRAGMA locking_mode = EXCLUSIVE")  # before WAL: it then needs no shared memory
                self._base.execute("PRAGMA journal_mode = WAL")
                self._base.execute("PRAGMA synchronous = FULL")  # each commit is synced
                self._base.execute("CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, job TEXT NOT NULL)")
                self._base.execute("BEGIN IMMEDIATE")
                self._base.execute("COMMIT")
        except BaseException:
            self._base.close()
            raise
        self._file = file
        file.chmod(0o600)

    def all(self) -> list[Job]:
        """In the order they are to run."""
        return sorted((from_json(text) for (text,) in self._base.execute("SELECT job FROM jobs")),
                      key=lambda job: job.number)

    def put(self, job: Job) -> None:
        with _named(self._file):
            self._base.execute("INSERT OR REPLACE INTO jobs VALUES (?, ?)", (job.id, to_json(job)))

    def forget(self, job: str) -> None:
        with _named(self._file):
            self._base.execute("DELETE FROM jobs WHERE id = ?", (job,))

    def close(self) -> None:
        self._base.close()


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise Busy(f"another daemon keeps its jobs in {file.parent}") from error
        full = error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
        code = ErrorCode.DISK_FULL if full else ErrorCode.INTERNAL
        raise Refusal(code, f"{file}: {error}") from error
