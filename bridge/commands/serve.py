"""Run the daemon until Ctrl-C. It leaves a connection file that clients of this machine find; others need a key of
theirs that it allows, and --host."""
from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from bridge.commands.reach import ENGINES, device_name, engine_name
from bridge.config import Limits, ServeConfig, Timing
from bridge.errors import UsageError

EXAMPLES = """examples:
  posebridge serve                          the fastest device there is, any free ports
  posebridge serve --engine cpu --threads 4
  posebridge serve --engine echo            a T-pose that follows the head: no prior needed, to test a client
  posebridge serve --engine cuda --fuse     compiled for this GPU first: for hundreds of people
  posebridge serve --in-process             the solver in this process, to debug it
  posebridge serve --host 0.0.0.0           for others too, encrypted: first posebridge keys invite NAME
  posebridge serve --allow-jobs ~/takes     takes jobs of files in there: posebridge jobs
  posebridge serve --daemons 4 --threads 3  for more people than one core's sockets or one GPU can take
  kill -HUP PID                             reads anew who is allowed

A client reads the ports and the token from the connection file; see posebridge doctor for where it is.

when one daemon is not enough: in posebridge top, sessions answer fewer frames than they get, while cores or GPUs of
this machine stand idle. --daemons N runs N complete daemons side by side:
  cores       each has its sockets on one core and an engine with --threads of its own; give each --threads + 1
              cores, as more only get in each other's way. posebridge bench --daemons N measures the gain
  GPUs        each takes the next one and around again; CUDA_VISIBLE_DEVICES says which there are
  sessions    --max-sessions are of each; a new one goes to the daemon with the most room, and stays there
  faults      one that dies is started anew in its place: its sessions end, the others' go on
  the first   takes all jobs; and a plugin that knows only one daemon, or an invitation made without
              posebridge keys invite --daemons N, reaches this one alone
  ports       those named here are the first's; the next daemon's are 2 higher
  metrics     each has its own target for Prometheus: --metrics-port, and 1 higher for the next
  recordings  the second's go to the folder 2 in --recordings, and so on; posebridge record names them all"""

FUSED_LOAD_S = 900.0  # an engine that compiles may take so long to be ready


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = ServeConfig()
    parser.add_argument("--engine", type=engine_name, metavar="ENGINE", default=usual.engine,
                        help=f"what solves: {ENGINES}; auto takes CUDA where there is one")
    parser.add_argument("--weights", type=Path, metavar="PRIOR",
                        help="another prior than the default: a file, or one that is shipped, by its name")
    parser.add_argument("--threads", type=int, default=usual.threads, metavar="N", help="CPU threads of the solver")
    parser.add_argument("--no-compile", action="store_true",
                        help="on a CPU, leave live ticks in numpy; else they are made machine code in the background,"
                             " once for this machine, and answered in a third of the time from then on")
    parser.add_argument("--fuse", action="store_true",
                        help="compile the live solver for this GPU before the daemon is ready: two minutes the first "
                        "time, and then ticks in half of the time or less. It needs Triton, which comes with torch for "
                        "CUDA, and a C compiler")
    parser.add_argument("--daemons", type=int, default=usual.daemons, metavar="N",
                        help="so many side by side, which share the sessions; see below when")
    parser.add_argument("--host", default=usual.host, metavar="ADDRESS",
                        help="address to listen on; beyond this machine only for who has a key (posebridge keys)")
    parser.add_argument("--keys", type=Path, default=usual.keys, metavar="DIR", help="whose keys those are")
    parser.add_argument("--plain-token", action="store_true",
                        help="beyond this machine: ask for a token instead of a key, and encrypt NOTHING; for headsets "
                        "that can do no better, on a network you trust")
    parser.add_argument("--live-port", type=int, default=usual.live_port, metavar="PORT", help="0 = any free port")
    parser.add_argument("--control-port", type=int, default=usual.control_port, metavar="PORT",
                        help="0 = any free port")
    parser.add_argument("--connection-file", type=Path, default=usual.connection_file, metavar="FILE",
                        help="where to leave ports and token, readable by you alone")
    parser.add_argument("--recordings", type=Path, default=usual.recordings, metavar="DIR",
                        help="where recorded sessions go")
    parser.add_argument("--allow-jobs", type=Path, action="append", metavar="DIR",
                        help="let jobs (posebridge jobs) read and write files below this folder; again for another. "
                        "Without it there are no jobs")
    parser.add_argument("--jobs", type=Path, default=usual.jobs, metavar="DIR",
                        help="where accepted jobs are kept, so that they outlive the daemon")
    parser.add_argument("--jobs-device", type=device_name, default=usual.jobs_device, metavar="NAME",
                        help="where jobs other than of sessions are solved: cpu, cuda, cuda:N or auto; a GPU "
                        "that live sessions use they share then, and its memory too")
    parser.add_argument("--max-sessions", type=int, default=usual.limits.sessions, metavar="N",
                        help="live sessions at once, of each daemon; one more is told to try later")
    parser.add_argument("--metrics-port", type=int, default=usual.metrics_port, metavar="PORT",
                        help="figures for Prometheus at http://127.0.0.1:PORT/metrics; 0 = any free port")
    parser.add_argument("--in-process", action="store_true", help="run the solver in a thread of this process")


def config(args: argparse.Namespace) -> ServeConfig:
    """The daemon these arguments describe."""
    return replace(
        ServeConfig(), engine=args.engine, weights=args.weights, threads=args.threads, host=args.host, keys=args.keys,
        plain_token=args.plain_token,
        live_port=args.live_port, control_port=args.control_port, connection_file=args.connection_file,
        recordings=args.recordings, allow_jobs=tuple(folder.absolute() for folder in args.allow_jobs or ()),
        jobs=args.jobs.absolute(), jobs_device=args.jobs_device, in_process=args.in_process, fuse=args.fuse,
        compile=not args.no_compile,
        timing=replace(Timing(), engine_load_s=FUSED_LOAD_S) if args.fuse else Timing(),
        limits=Limits(sessions=args.max_sessions), metrics_port=args.metrics_port, daemons=args.daemons,
    )


def run(args: argparse.Namespace) -> int:
    if args.daemons < 1:
        raise UsageError(f"--daemons {args.daemons}: it must be 1 or more")
    if args.fuse and args.engine in ("cpu", "echo"):
        raise UsageError(f"--fuse is for engines on a CUDA device, and this one is {args.engine}")
    if args.daemons > 1:
        from bridge.family_serving import run_family

        return run_family(config(args))
    from bridge.serving import run_server

    run_server(config(args))
    return 0
