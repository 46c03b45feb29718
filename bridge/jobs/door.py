"""What a client asks for, looked at before it is taken in: whatever can be known to be wrong is refused here.

Nothing that a client named is read: options are read by their command's parser, files are looked at by their size and
time, and only where jobs may go.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.checks import counted
from bridge.config import Limits
from bridge.errors import InputInvalid, UsageError
from bridge.export.names import KINDS, clip_name, distinct, result_name, seed_name
from bridge.jobs.job import Input, Task
from bridge.jobs.roots import Roots
from bridge.messages_jobs import SOLVE, SubmitJob


@dataclass(frozen=True)
class Wanted:
    """What a job is made of."""

    inputs: tuple[Input, ...]
    out: str
    formats: tuple[str, ...]
    task: Task


def looked_at(body: SubmitJob, roots: Roots, limits: Limits) -> Wanted:
    """Raises InputInvalid, InputMissing, TooLarge, UnitInvalid; Refusal PATH_REFUSED."""
    unknown = [name for name in body.formats if name not in KINDS]
    if unknown:
        raise InputInvalid(f"no format {unknown[0]!r}; there are {', '.join(KINDS)}")
    out, formats = body.out.rstrip("/") or "/", tuple(name for name in KINDS if name in body.formats)
    files = tuple(dict.fromkeys(body.files))
    if body.problem == SOLVE and not body.options and not any(kind.startswith("usd") for kind in formats):
        wanted = Wanted(tuple(map(roots.look, files)), out, formats, Task())
    else:
        wanted = _understood(replace(body, files=files, out=out, formats=formats), roots, limits)
    stems = output_stems(wanted.inputs, body.problem)
    written = [f"{out}/{stem}.{kind}" for stem in stems for kind in formats]
    refuse_over_files(written, (*wanted.inputs, *wanted.task.beside))
    return wanted


def _understood(body: SubmitJob, roots: Roots, limits: Limits) -> Wanted:
    """By the command's own parser, which takes a while to import: questions about sessions need not wait for it."""
    from bridge.jobs.problems import parsed, paths_in, rows_of, spoken

    problem = body.problem
    try:
        args = parsed(problem, body.files, body.out, body.formats, body.options)
    except UsageError as error:  # of another's command line: here it is what a client sent
        raise InputInvalid(str(error)) from error
    options = spoken(problem, args)
    if problem == SOLVE and options == spoken(SOLVE, parsed(SOLVE, body.files, body.out, body.formats, ())):
        options = ()  # the same job as one of a client that knows no options
    folders = limits.job_folder_files if problem == "lift" else 0
    beside = tuple(roots.look(path, folders) for path in paths_in(options))
    if problem == "generate":
        counted(args.count, 1, limits.job_files, "motions")
    rows = rows_of(problem, args, body.files)
    inputs = tuple(Input(row, 0, 0) if problem == "generate" else roots.look(row, folders) for row in rows)
    return Wanted(inputs, body.out, body.formats, Task(problem, options, beside))


def output_stems(inputs: Sequence[Input], problem: str) -> list[str]:
    """What each row's results are called, less their endings."""
    return distinct([_name_of(one.path, problem) for one in inputs])


def _name_of(row: str, problem: str) -> str:
    """As its command calls them."""
    match problem:
        case "solve" | "lift":
            return result_name(Path(row))
        case "generate":
            return seed_name(int(row.split()[-1]))
    return clip_name(Path(row))


def refuse_over_files(written: Iterable[str], read: Iterable[Input]) -> None:
    """InputInvalid if something would be written over what is read."""
    there = {path for one in read for path in (one.path, one.path.rpartition("#")[0])}
    clash = next((path for path in written if path in there), None)
    if clash:
        raise InputInvalid(f"{clash} would be written over a file of the job: choose another folder")
