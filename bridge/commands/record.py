"""Have the running daemon write every live session, those open now and those opened meanwhile, to a session file each,
until Ctrl-C or for --seconds. Prints the files. posebridge solve reads them."""
from __future__ import annotations

import argparse
import math
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import waiting
from bridge.commands.folders import make_folder
from bridge.errors import UsageError
from bridge.export.names import distinct

EXAMPLES = """examples:
  posebridge record                         until Ctrl-C; the files stay in the daemon's recordings folder
  posebridge record --seconds 60 --out takes"""


class Recorder(Protocol):
    """What recording needs of bridge.client's Client."""

    def ping(self) -> object: ...

    def start_recording(self) -> list[Path]: ...

    def stop_recording(self) -> list[Path]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, metavar="N", help="stop after so long")
    parser.add_argument("--out", type=Path, metavar="DIR", help="copy the files here")
    reach.running_argument(parser)


def run(args: argparse.Namespace) -> int:
    if args.seconds is not None and not args.seconds > 0:
        raise UsageError(f"--seconds {args.seconds:g}: it must be more than 0")
    out = make_folder(args.out) if args.out else None
    with Client.connect(args.connection_file) as client, waiting("recording; Ctrl-C stops"):
        files = record(client, args.seconds or math.inf)
    for file in copied(files, out) if out else files:
        print(file)
    return 0


def copied(files: list[Path], out: Path) -> list[Path]:
    """The copies; of several daemons, two may have given one name."""
    names = distinct([file.stem for file in files])
    return [Path(shutil.copy2(file, out / (name + file.suffix))) for name, file in zip(names, files, strict=True)]


def record(
    recorder: Recorder, seconds: float, now_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """Records until the time is up or Ctrl-C; the whole files. DaemonMissing within seconds if the daemon goes away."""
    recorder.start_recording()
    end_s = now_s() + seconds
    try:
        while now_s() < end_s:
            recorder.ping()
            sleep(min(0.5, max(end_s - now_s(), 0)))
    except KeyboardInterrupt:
        pass
    return recorder.stop_recording()
