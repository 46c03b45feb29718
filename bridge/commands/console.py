"""What every command shows alike: a bar on stderr while it works, a table on stdout when it is done."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

OnProgress = Callable[[int, int], None]  # (done, in all)


@contextmanager
def bar(label: str) -> Iterator[OnProgress]:
    """A progress bar that leaves nothing behind; call what it yields with (done, in all)."""
    with _shown(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


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
    with _shown(SpinnerColumn(), TextColumn("{task.description}")) as progress:
        progress.add_task(label, total=None)
        yield


def _shown(*columns: ProgressColumn) -> Progress:
    """Nothing at all where nobody watches: a log is no place for bars."""
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
