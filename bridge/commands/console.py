"""What every command shows alike: a bar on stderr while it works, a table on stdout when it is done.

rich is loaded when something is to be shown: commands of a farm show nothing, and begin sooner without it.
"""
from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

OnProgress = Callable[[int, int], None]  # (done, in all)
OnShare = Callable[[float], None]  # from 0 to 1
PARTS = 100  # of a bar
EVERY_S = 0.2  # at most so often for a program


@contextmanager
def bar(label: str) -> Iterator[OnProgress]:
    """A progress bar that leaves nothing behind; call what it yields with (done, in all)."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    with _shown(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def progress_argument(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--progress", choices=("auto", "json"), default="auto",
                       help="auto: a bar where somebody watches; json: lines on stdout for a program")


@contextmanager
def sharing(label: str, kind: str = "auto", clock_s: Callable[[], float] = time.monotonic) -> Iterator[OnShare]:
    """Call what it yields with the share that is done: a bar, or with `json` a line of it on stdout now and then."""
    if kind == "json":
        yield _lines(label, clock_s)
        return
    with bar(label) as progress:
        yield lambda share: progress(round(PARTS * share), PARTS)


def _lines(label: str, clock_s: Callable[[], float]) -> OnShare:
    told_s = -EVERY_S

    def report(share: float) -> None:
        nonlocal told_s
        if clock_s() - told_s >= EVERY_S or share >= 1:
            told_s = clock_s()
            print(json.dumps({"event": "progress", "stage": label, "percent": round(100 * share, 1)}), flush=True)

    return report


@contextmanager
def counting(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar that is told how many more are done, of `total`."""
    done = 0
    with bar(label) as progress:

        def report(more: int) -> None:
            nonlocal done
            done += more
            progress(done, total)

        yield report


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """A spinner for what has no measure."""
    from rich.progress import SpinnerColumn, TextColumn

    with _shown(SpinnerColumn(), TextColumn("{task.description}")) as progress:
        progress.add_task(label, total=None)
        yield


def _shown(*columns: ProgressColumn) -> Progress:
    """Nothing at all where nobody watches: a log is no place for bars."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded so that it also reads well in a terminal; numbers to the right."""
    cells = [list(headings), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    right = [bool(rows) and all(_is_number(row[column]) for row in rows) for column in range(len(headings))]

    def line(row: Sequence[str]) -> str:
        padded = [cell.rjust(width) if flush else cell.ljust(width)
                  for cell, width, flush in zip(row, widths, right, strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = [("-" * (width - 1) + ":") if flush else "-" * width for width, flush in zip(widths, right, strict=True)]
    return "\n".join([line(cells[0]), line(rule), *map(line, cells[1:])])


def _is_number(cell: str) -> bool:
    return cell in ("", "-") or cell.replace(".", "", 1).removeprefix("-").isdigit()
