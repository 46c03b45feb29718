"""Watch the running daemon: its engine, its ticks and every live session, again every second, until Ctrl-C. A session
that answers fewer frames a second than it gets is falling behind: the engine is too slow for so many."""
from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bridge.client import Client
from bridge.commands import reach
from bridge.errors import UsageError
from bridge.overlook import HEADINGS, Looks

EXAMPLES = """examples:
  posebridge top
  posebridge top --every 0.5 --looks 20          twenty looks, then leave"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--every", type=float, default=1.0, metavar="S", help="seconds from look to look")
    parser.add_argument("--looks", type=int, metavar="N", help="leave after so many")
    reach.running_argument(parser)


def run(args: argparse.Namespace) -> int:
    if not args.every >= 0.05:
        raise UsageError(f"--every {args.every:g}: it must be 0.05 or more")
    looks = itertools.count() if args.looks is None else range(args.looks)
    seen = Looks()
    with Client.connect(args.connection_file) as client, _shown(Console()) as show:
        for look in looks:
            time.sleep(args.every if look else 0)
            seen.note(client.statuses())
            show(screen(seen))
    return 0


@contextmanager
def _shown(console: Console) -> Iterator[Callable[[Group], None]]:
    """On a terminal each look takes the place of the one before; elsewhere they follow one another."""
    if not console.is_terminal:
        yield console.print
        return
    with Live(console=console, auto_refresh=False) as live:
        yield lambda look: live.update(look, refresh=True)


def screen(seen: Looks) -> Group:
    """The headline over a table; sessions that fall behind or whose client is gone stand out."""
    rows = Table(*HEADINGS, box=None, pad_edge=False, header_style="bold")
    for row in seen.rows:
        rows.add_row(*row.cells, style="yellow" if row.behind else "" if row.connected else "dim")
    told = Text(seen.headline)
    return Group(told, Text(""), rows) if rows.row_count else Group(told)
