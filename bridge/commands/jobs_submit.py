"""Giving a daemon a job, from the words of a command line. Imports what the problems' commands do."""
from __future__ import annotations

import argparse
from pathlib import Path

from bridge.client import Client
from bridge.errors import UsageError
from bridge.jobs.problems import COMMANDS, arguments, spoken, with_paths
from bridge.messages_jobs import SOLVE, Options
from bridge.replies_jobs import JobStatus

USUAL = ("bvh", "npz")  # of sessions; of other problems what their commands leave
OLD_KINDS = ("bvh", "npz", "png")  # of --format


def problem_arguments(problem: str, parser: argparse.ArgumentParser) -> None:
    """The command's own, less what is the daemon's business."""
    arguments(problem, parser)
    if problem == SOLVE:
        parser.set_defaults(formats=",".join(USUAL))
        parser.add_argument("--format", choices=OLD_KINDS, action="append", metavar="FORMAT",
                            help="one of --formats; again for another")


def submitted(client: Client, problem: str, args: argparse.Namespace) -> JobStatus:
    """The job that is asked for. UsageError and what the command's check raises, before anybody is asked."""
    if problem in COMMANDS:
        COMMANDS[problem].check(args)
    files = [_absolute(str(file)) for file in getattr(args, "files", [])]
    return client.submit_job(files, _absolute(str(args.out)), _kinds(problem, args), problem, _options(problem, args))


def _kinds(problem: str, args: argparse.Namespace) -> list[str]:
    """As they are said: the daemon knows which it can make."""
    told = [word.strip().lower() for word in args.formats.split(",") if word.strip()]
    if problem == SOLVE and args.format:
        if told != list(USUAL):
            raise UsageError("--formats and --format say the same: give one of them")
        return list(args.format)
    if not told:
        raise UsageError(f"--formats {args.formats!r}: nothing is asked for")
    return told


def _options(problem: str, args: argparse.Namespace) -> Options:
    """Files by absolute paths; none for sessions as every daemon solves them."""
    options = with_paths(spoken(problem, args), _absolute)
    usual = argparse.ArgumentParser()
    arguments(problem, usual)
    same = problem == SOLVE and all(value == usual.get_default(name.replace("-", "_")) for name, value in options)
    return () if same else options


def _absolute(path: str) -> str:
    return str(Path(path).resolve())
