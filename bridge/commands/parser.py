"""The parser of every command: its mistakes are errors of ours, and arguments may wait until they are needed."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from bridge.errors import UsageError


class Parser(argparse.ArgumentParser):
    """Raises UsageError."""

    _later: Callable[[], None] | None = None

    def later(self, fill: Callable[[], None]) -> None:
        """`fill` adds this one's arguments once it is the one that is chosen: nobody else waits for its imports."""
        self._later = fill

    def parse_known_args(self, *args: Any, **options: Any) -> Any:
        fill, self._later = self._later, None
        if fill is not None:
            fill()
        return super().parse_known_args(*args, **options)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)" if self.add_help else message)
