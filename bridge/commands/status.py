"""Say how the running daemon is doing: its engine, how long a tick takes, and every live session. The rates are counted
over a second. posebridge top shows the same as it goes on."""
from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict

from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import table
from bridge.overlook import HEADINGS, Rates, headline, session_rows

EXAMPLES = """examples:
  posebridge status
  posebridge status --json             for programs"""
COUNTED_S = 1.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON, durations in nanoseconds")
    reach.running_argument(parser)


def run(args: argparse.Namespace) -> int:
    with Client.connect(args.connection_file) as client:
        if args.json:
            status = client.status()
            print(json.dumps({**asdict(status), "engine": status.engine.name}, indent=1))
            return 0
        rates = Rates()
        rates.note(client.status())
        time.sleep(COUNTED_S)
        status = client.status()
    rates.note(status)
    print(headline(status))
    if status.sessions:
        print("\n" + table(HEADINGS, session_rows(status, rates)))
    return 0
