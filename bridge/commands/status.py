"""Say how the running daemon is doing: its engine, how long a tick takes, and every live session; of several side by
side (posebridge serve --daemons) a line for each, and the sessions of all. The rates are counted over a second.
posebridge top shows the same as it goes on."""
from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict

from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import table
from bridge.family import joined
from bridge.overlook import HEADINGS, Looks
from bridge.replies import Status
from bridge.security import Connection

EXAMPLES = """examples:
  posebridge status
  posebridge status --json             for programs"""
COUNTED_S = 1.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON, durations in nanoseconds")
    reach.running_argument(parser)


def run(args: argparse.Namespace) -> int:
    looks = Looks()
    with Client.connect(args.connection_file) as client:
        if args.json:
            print(json.dumps(plain(client.statuses()), indent=1))
            return 0
        looks.note(client.statuses())
        time.sleep(COUNTED_S)
        looks.note(client.statuses())
    print(looks.headline)
    if looks.rows:
        print("\n" + table(HEADINGS, [row.cells for row in looks.rows]))
    return 0


def plain(statuses: dict[Connection, Status]) -> dict[str, object]:
    """For programs: one status, of several daemons their sum and under `daemons` each with its process."""
    daemons = [{"pid": daemon.pid, **_plain(status)} for daemon, status in statuses.items()]
    return _plain(joined(list(statuses.values()))) | ({"daemons": daemons} if len(daemons) > 1 else {})


def _plain(status: Status) -> dict[str, object]:
    return {**asdict(status), "engine": status.engine.name}
