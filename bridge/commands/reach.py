"""Find a daemon to work with: the one that runs, or a private one that ends with the command.

What speaks with it is loaded once there is one, or one is on its way: a private one begins as soon as it can.
"""
from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bridge.commands.console import waiting
from bridge.config import Limits, ServeConfig, default_connection_file, default_threads
from bridge.errors import DaemonMissing, UsageError
from bridge.local import LocalDaemon, a_moment
from bridge.security import read_connection

if TYPE_CHECKING:
    from bridge.client import Client

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
        with private_daemon(args, limits, daemons or 1, live=True) as client:
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
    args: argparse.Namespace, limits: Limits | None = None, daemons: int = 1, live: bool = False
) -> Iterator[Client]:
    """A client of a daemon that nobody else finds and that ends with the context. `live`: not for clips alone."""
    with begun_daemon(args, limits, daemons, live) as local, reached(local) as client:
        yield client


@contextmanager
def begun_daemon(
    args: argparse.Namespace, limits: Limits | None = None, daemons: int = 1, live: bool = False
) -> Iterator[LocalDaemon]:
    """Such a daemon while it starts; `reached` waits for it."""
    with TemporaryDirectory(prefix="posebridge-") as folder:
        config = replace(
            ServeConfig(), connection_file=Path(folder) / "daemon.json", recordings=Path(folder) / "recordings",
            engine=args.engine or "auto", weights=args.weights, threads=args.threads or default_threads(),
            limits=limits or Limits(), daemons=daemons, compile=live,
        )
        local = LocalDaemon(config)
        try:
            local.begin()
            yield local
        finally:
            local.stop()


@contextmanager
def reached(
    local: LocalDaemon, meanwhile: Callable[[], object] = a_moment
) -> Iterator[Client]:
    """A client of a daemon of ours, once it is ready; `meanwhile` is called again and again until then."""
    from bridge.client import Client

    with waiting("starting a daemon"):
        local.wait_ready(meanwhile)
    try:
        with Client.connect(local.connection_file) as client:
            yield client
    except DaemonMissing:
        local.check()  # its own last words say more
        raise


def _running(connection_file: Path, must: bool) -> Client | None:
    try:
        read_connection(connection_file)
        from bridge.client import Client

        return Client.connect(connection_file)
    except DaemonMissing:
        if must:
            raise
        return None
