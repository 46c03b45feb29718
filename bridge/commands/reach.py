"""Find a daemon to work with: the one that runs, or a private one that ends with the command."""
from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.client import Client
from bridge.commands.console import waiting
from bridge.config import Limits, ServeConfig, default_connection_file, default_threads
from bridge.errors import DaemonMissing, UsageError
from bridge.local import LocalDaemon

ENGINES = "auto, cpu, cuda, cuda:N, echo"


def arguments(parser: argparse.ArgumentParser) -> None:
    """--connect and --connection-file, and what a private daemon is to be."""
    parser.add_argument("--connect", action="store_true", help="use the running daemon or fail; never start one")
    running_argument(parser)
    solver_arguments(parser)


def running_argument(parser: argparse.ArgumentParser) -> None:
    """--connection-file of the daemon that runs."""
    parser.add_argument("--connection-file", type=Path, default=default_connection_file(), metavar="FILE",
                        help="where the running daemon left its ports and token")


def solver_arguments(parser: argparse.ArgumentParser) -> None:
    """What a private daemon is to solve with."""
    parser.add_argument("--engine", "--device", type=engine_name, metavar="ENGINE",
                        help=f"start a daemon of our own with this engine: {ENGINES}; auto takes CUDA where there is "
                        "one")
    parser.add_argument("--weights", type=Path, metavar="PRIOR",
                        help="start a daemon of our own with this prior: a file, or one that is shipped, by its name")
    parser.add_argument("--threads", type=int, metavar="N",
                        help=f"start a daemon of our own with so many CPU threads (else it has {default_threads()})")


def engine_name(text: str) -> str:
    """What may be said to --engine."""
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?|echo", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no engine; allowed are {ENGINES}")
    return text


def device_name(text: str) -> str:
    """What may be said to --jobs-device."""
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no device; allowed are auto, cpu, cuda and cuda:N")
    return text


@contextmanager
def daemon(
    args: argparse.Namespace, limits: Limits | None = None, daemons: int | None = None
) -> Iterator[Client]:
    """A client of a ready daemon. DaemonMissing if --connect finds none. `limits`: of one of our own; `daemons`: of
    our own, so many side by side."""
    found = running(args, daemons)
    if found is None:
        with private_daemon(args, limits, daemons or 1) as client:
            yield client
    else:
        with found:
            found.wait_ready()
            yield found


def running(args: argparse.Namespace, daemons: int | None = None) -> Client | None:
    """A client of the daemon that runs, ready or not; None if there is none or one of our own is asked for.
    DaemonMissing if --connect finds none."""
    own = args.engine or args.weights or args.threads or daemons
    if own and args.connect:
        raise UsageError("--connect takes the running daemon as it is: leave out what one of our own is to be")
    return None if own else _running(args.connection_file, must=args.connect)


@contextmanager
def private_daemon(
    args: argparse.Namespace, limits: Limits | None = None, daemons: int = 1
) -> Iterator[Client]:
    """A client of a daemon that nobody else finds and that ends with the context."""
    with TemporaryDirectory(prefix="posebridge-") as folder:
        config = replace(
            ServeConfig(), connection_file=Path(folder) / "daemon.json", recordings=Path(folder) / "recordings",
            engine=args.engine or "auto", weights=args.weights, threads=args.threads or default_threads(),
            limits=limits or Limits(), daemons=daemons,
        )
        with ExitStack() as stack:
            with waiting("starting a daemon"):
                local = stack.enter_context(LocalDaemon(config))
            try:
                yield stack.enter_context(Client.connect(local.connection_file))
            except DaemonMissing:
                local.check()  # its own last words say more
                raise


def _running(connection_file: Path, must: bool) -> Client | None:
    try:
        return Client.connect(connection_file)
    except DaemonMissing:
        if must:
            raise
        return None
