"""Give the running daemon session files to solve, and leave it to it. Once a job is submitted it is finished, even if
the daemon is killed or the machine goes down meanwhile: then when the daemon runs again. The same files, unchanged,
into the same folder are the same job: submitted again, it is not solved twice. One file that fails does not stop the
others.

The daemon must have been started with posebridge serve --allow-jobs DIR; files and --out lie below DIR, on its machine.
submit prints the job's name, which the other actions take."""
from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import bar, table
from bridge.errors import Busy, DaemonMissing, PoseBridgeError
from bridge.messages_jobs import JobState
from bridge.refusals import error_of
from bridge.replies import ErrorMessage
from bridge.replies_jobs import JobFile, JobResult, JobStatus
from bridge.report import report

EXAMPLES = """examples:
  posebridge serve --allow-jobs ~/takes                           in another terminal, or as a service
  posebridge jobs submit ~/takes/*.mcap --out ~/takes/solved      prints the job's name and leaves
  posebridge jobs submit ~/takes/*.mcap --out ~/takes/solved --wait --format bvh --format png
  posebridge jobs list
  posebridge jobs status JOB --json                               file by file, for programs
  posebridge jobs cancel JOB                                      what is solved stays"""
FORMATS = ("bvh", "npz", "png")
USUAL = ("bvh", "npz")
LOOK_S = 0.2
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def arguments(parser: argparse.ArgumentParser) -> None:
    reach.running_argument(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    submit = actions.add_parser("submit", help="have session files solved")
    submit.add_argument("files", type=Path, nargs="+", metavar="FILE", help="session files (.mcap, .csv, .npz)")
    submit.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    submit.add_argument("--format", choices=FORMATS, action="append", metavar="FORMAT",
                        help=f"{', '.join(FORMATS)}; again for another (default: {' and '.join(USUAL)})")
    submit.add_argument("--wait", action="store_true",
                        help="stay until it is done, and end with the exit code of the first file that failed; "
                        "interrupted, the job goes on")
    listed = actions.add_parser("list", help="all jobs, oldest first; those that ended are forgotten after a month")
    status = actions.add_parser("status", help="one job, file by file")
    cancel = actions.add_parser("cancel", help="end a job; what is solved stays")
    for action in (status, cancel):
        action.add_argument("job", metavar="JOB", help="its name, as submit printed it")
    for action in (submit, listed, status, cancel):
        action.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    with Client.connect(args.connection_file) as client:
        match args.action:
            case "submit":
                return submit(client, args)
            case "list":
                show_all(client.list_jobs(), args.json)
            case "status":
                show(client.job_result(args.job), args.json)
            case "cancel":
                show_all((client.cancel_job(args.job),), args.json)
    return 0


def submit(client: Client, args: argparse.Namespace) -> int:
    files = [str(file.resolve()) for file in args.files]
    status = client.submit_job(files, str(args.out.resolve()), args.format or USUAL)
    if not args.wait:
        if args.json:
            show_all((status,), True)
        else:
            print(status.job)
        return 0
    with bar(status.job) as on_progress:
        wait(client, status, on_progress)
    result = client.job_result(status.job)
    show(result, args.json)
    failures = [report(failure(file)) for file in result.files if file.state is not JobState.DONE]
    return failures[0] if failures else 0


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


def show(result: JobResult, as_json: bool) -> None:
    if as_json:
        print(json.dumps(plain(result), indent=1))
        return
    show_all((result.status,), False)
    rows = [[file.file, file.state.name.lower(), str(file.frames), " ".join(Path(one.path).name for one in file.outputs)
             or file.message] for file in result.files]
    print("\n" + table(("file", "state", "frames", "result"), rows))


def show_all(jobs: tuple[JobStatus, ...], as_json: bool) -> None:
    if as_json:
        print(json.dumps([plain(job) for job in jobs], indent=1))
        return
    rows = [[job.job, job.state.name.lower(), f"{job.files_done}", f"{job.files_failed}", f"{job.files_total}",
             time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(job.submitted_ms / 1000)), job.out] for job in jobs]
    print(table(("job", "state", "solved", "failed", "files", "submitted", "out"), rows))


def plain(told: JobStatus | JobResult) -> object:
    """For JSON: states and codes by name, hashes as hexadecimal."""
    return json.loads(json.dumps(named(asdict(told)), default=lambda value: value.hex()))


def named(value: object) -> object:
    match value:
        case dict():
            return {key: named(one) for key, one in value.items()}
        case list() | tuple():
            return [named(one) for one in value]
        case _:
            return getattr(value, "name", value)
