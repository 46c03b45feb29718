"""How one row of a job becomes files: from private copies of what it is made of, into a private folder.

Sessions are solved through the running daemon as any client would: live goes first there. Other problems are solved by
a process of ours (performer.py) as their command would.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.capture.load import load_session
from bridge.commands import formats
from bridge.commands.outputs import write_solved
from bridge.config import Limits
from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.frames import Motion, Session
from bridge.jobs.door import output_stems
from bridge.jobs.job import Input, Job
from bridge.jobs.performer import Errand
from bridge.jobs.place import copy_in
from bridge.jobs.problems import parsed, with_paths, words, words_of_row
from bridge.jobs.roots import Roots
from bridge.messages_jobs import SOLVE

OnProgress = Callable[[int, int], None]
Solve = Callable[[Session, OnProgress], Motion]
Perform = Callable[[Errand, OnProgress], int]
Attempt = Callable[[Path, OnProgress], int]  # leaves results in an empty folder; how many frames they have
PARTS = 100  # of what has no frames to count before it is done


@dataclass(frozen=True)
class Begun:
    """A row that is read. `parts`: of its work; `attempt` may be made again."""

    parts: int
    attempt: Attempt


class Making:
    """`solve` solves a session, `perform` any other problem."""

    def __init__(self, roots: Roots, limits: Limits, solve: Solve, perform: Perform) -> None:
        self._roots, self._limits, self._solve, self._perform = roots, limits, solve, perform

    def begin(self, job: Job, number: int, private: Path) -> Begun:
        """Raises what reading raises, in words about the files that were submitted."""
        copies = Copies(self._roots, private, self._limits)
        name = output_stems([row.input for row in job.rows], job.task.problem)[number]
        if job.task.problem == SOLVE:
            return self._session(job, job.rows[number].input, name, copies)
        return self._problem(job, job.rows[number].input, name, copies)

    def _session(self, job: Job, row: Input, name: str, copies: Copies) -> Begun:
        with copies.by_their_names():
            session = load_session(copies.of(row))
        kinds = formats.chosen(parsed(SOLVE, [row.path], job.out, job.formats, job.task.options))

        def attempt(folder: Path, on_progress: OnProgress) -> int:
            motion = self._solve(session, on_progress)
            write_solved(folder, name, motion, session, kinds)
            return len(motion)

        return Begun(len(session.clip), attempt)

    def _problem(self, job: Job, row: Input, name: str, copies: Copies) -> Begun:
        own, options = words_of_row(row.path, job.task.problem, job.task.options)
        files = [str(copies.of(row, job.task.problem == "lift"))] if own else []
        beside = {one.path: str(copies.of(one, job.task.problem == "lift")) for one in job.task.beside}
        moved = with_paths(options, lambda path: beside[path])

        def attempt(folder: Path, on_progress: OnProgress) -> int:
            told = words(files, str(folder), job.formats, moved)
            with copies.by_their_names():
                return self._perform(Errand(job.task.problem, name, tuple(told)), on_progress)

        return Begun(PARTS, attempt)


class Copies:
    """Private ones, each in a folder of its own, as two may have one name."""

    def __init__(self, roots: Roots, private: Path, limits: Limits) -> None:
        self._roots, self._private, self._limits = roots, private, limits
        self._names: dict[str, str] = {}

    def of(self, wanted: Input, or_folder: bool = False) -> Path:
        """Raises what `copy_in` does."""
        folder = self._private / f"{len(self._names)}"
        folder.mkdir()
        most_files = self._limits.job_folder_files if or_folder else 0
        copy = copy_in(self._roots, wanted, folder, self._limits.job_file_bytes, most_files)
        self._names[str(copy)] = wanted.path
        return copy

    @contextmanager
    def by_their_names(self) -> Iterator[None]:
        """Errors name the files that were submitted."""
        try:
            yield
        except (InputInvalid, InputMissing, UsageError) as error:
            text = str(error)
            for copy, name in self._names.items():
                text = text.replace(copy, name)
            raise type(error)(text) from error
