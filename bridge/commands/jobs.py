"""Give the running daemon files to solve, and leave it to it: session files (submit), or those of posebridge lift,
complete, inbetween, clean and generate, with the flags these commands have. Results are those of the commands. Once a
job is submitted it is finished, even if the daemon is killed or the machine goes down meanwhile: then when the daemon
runs again. The same files, unchanged, with the same flags into the same folder are the same job: submitted again, it is
not solved twice. One file that fails does not stop the others.

The daemon must have been started with posebridge serve --allow-jobs DIR; files, those that flags name, and --out lie
below DIR, on its machine. Sessions are solved as clients' clips are; all else by a process beside the engine, with the
daemon's --weights and --threads, on its --jobs-device. Submitting prints the job's name, which the other actions
take."""
from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path

from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import bar, table
from bridge.commands.jobs_follow import failure, wait
from bridge.commands.parser import Parser
from bridge.messages_jobs import SOLVE, JobState
from bridge.replies_jobs import JobResult, JobStatus
from bridge.report import report

EXAMPLES = """examples:
  posebridge serve --allow-jobs ~/takes                           in another terminal, or as a service
  posebridge jobs submit ~/takes/*.mcap --out ~/takes/solved      prints the job's name and leaves
  posebridge jobs submit ~/takes/*.mcap --out ~/takes/solved --wait --formats bvh,glb --bvh-unit cm
  posebridge jobs lift ~/takes/seen/*.json --rate 30 --camera ~/takes/camera.json --out ~/takes/lifted
  posebridge jobs complete ~/takes/a.bvh --missing L_arm --frames 120-240 --out ~/takes/whole
  posebridge jobs generate --seconds 6 --count 10 --out ~/takes/made
  posebridge jobs list
  posebridge jobs status JOB --json                               file by file, for programs
  posebridge jobs cancel JOB                                      what is solved stays"""
SUBMITS = {
    "submit": "have session files solved",
    "lift": "have 2D keypoints turned into motion",
    "complete": "have what is missing of motions found",
    "inbetween": "have motion made through key frames",
    "clean": "have noise taken out of motions",
    "generate": "have motion made from seeds",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    reach.running_argument(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    for name, line in SUBMITS.items():
        submit = actions.add_parser(name, help=line, description=f"{line[0].upper()}{line[1:]}.")
        submit.later(partial(_submit_arguments, submit, name))
    listed = actions.add_parser("list", help="all jobs, oldest first; those that ended are forgotten after a month")
    status = actions.add_parser("status", help="one job, file by file")
    cancel = actions.add_parser("cancel", help="end a job; what is solved stays")
    for action in (status, cancel):
        action.add_argument("job", metavar="JOB", help="its name, as submit printed it")
    for action in (listed, status, cancel):
        action.add_argument("--json", action="store_true", help="as JSON")


def _submit_arguments(parser: argparse.ArgumentParser, action: str) -> None:
    from bridge.commands.jobs_submit import problem_arguments

    problem_arguments(problem_of(action), parser)
    parser.add_argument("--wait", action="store_true",
                        help="stay until it is done, and end with the exit code of the first file that failed; "
                        "interrupted, the job goes on")
    parser.add_argument("--json", action="store_true", help="as JSON")


def problem_of(action: str) -> str:
    return SOLVE if action == "submit" else action


def run(args: argparse.Namespace) -> int:
    with Client.connect(args.connection_file) as client:
        match args.action:
            case "list":
                show_all(client.list_jobs(), args.json)
            case "status":
                show(client.job_result(args.job), args.json)
            case "cancel":
                show_all((client.cancel_job(args.job),), args.json)
            case action:
                return submit(client, problem_of(action), args)
    return 0


def submit(client: Client, problem: str, args: argparse.Namespace) -> int:
    from bridge.commands.jobs_submit import submitted

    status = submitted(client, problem, args)
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
    rows = [[job.job, job.problem, job.state.name.lower(), f"{job.files_done}", f"{job.files_failed}",
             f"{job.files_total}", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(job.submitted_ms / 1000)), job.out]
            for job in jobs]
    print(table(("job", "problem", "state", "solved", "failed", "files", "submitted", "out"), rows))


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
