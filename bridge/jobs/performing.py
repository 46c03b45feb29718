"""The process that does to one file at a time what a command does to it (bridge/commands), with a prior that is kept.
Started by performer.py, which speaks to it over the socket that is its standard input: errands as JSON in, progress and
how each ended out. At the end of that socket it leaves at once, wherever it is."""
from __future__ import annotations

import argparse
import json
import logging
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Line
from typing import Any

from bridge.commands.console import PARTS, OnShare
from bridge.commands.parser import Parser
from bridge.commands.workshop import Workshop
from bridge.errors import PoseBridgeError
from bridge.jobs.problems import COMMANDS, arguments

log = logging.getLogger(__name__)
Tell = Callable[[dict[str, Any]], None]


class Performance:
    """Errands, one after the other; all of one place, so that the prior is loaded once."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._shop: Workshop | None = None

    def perform(self, problem: str, name: str, words: list[str]) -> None:
        """Tells how far it is, and in the end {"frames"} or {"error", "message"}."""
        try:
            args = parsed_here(problem, words)
            self._shop = self._shop or Workshop(args.weights, args.device, args.threads, self._sharing)
            self._tell({"frames": COMMANDS[problem].one(args, name, self._shop)})
        except Exception as error:  # of this errand: the next may pass
            if not isinstance(error, PoseBridgeError | OSError | MemoryError):
                log.error("%s", traceback.format_exc())
            self._tell(told_error(error))

    @contextmanager
    def _sharing(self, label: str) -> Iterator[OnShare]:
        yield lambda share: self._tell({"done": round(PARTS * share), "total": PARTS})


def parsed_here(problem: str, words: list[str]) -> argparse.Namespace:
    """As the command itself understands them."""
    parser = Parser(add_help=False, allow_abbrev=False)
    arguments(problem, parser, on_daemon=False)
    return parser.parse_args(words)


def told_error(error: Exception) -> dict[str, Any]:
    """What goes across of an error."""
    message = str(error) if isinstance(error, PoseBridgeError) else f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.errno:
        return {"error": "OSError", "errno": error.errno, "message": error.strerror or message}
    return {"error": type(error).__name__, "message": message}


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the daemon says when to stop
    line, errands = Line(os.dup(0)), queue.SimpleQueue[dict[str, Any]]()
    performance = Performance(lambda told: line.send_bytes(json.dumps(told).encode()))

    def work() -> None:
        while True:
            performance.perform(**errands.get())

    threading.Thread(target=work, name="work", daemon=True).start()
    try:
        while True:
            errands.put(json.loads(line.recv_bytes()))
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main()
