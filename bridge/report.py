"""One line on stderr for any error, and the exit code it stands for."""
from __future__ import annotations

import sys

from bridge.errors import PoseBridgeError


def report(error: Exception, hint: str = "") -> int:
    """Prints the line; returns the exit code. `hint` is added to what is our fault, not the user's."""
    if isinstance(error, PoseBridgeError):
        return say(str(error), error.exit_code)
    if isinstance(error, OSError) and error.strerror:
        return say(f"{error.strerror}: {error.filename}" if error.filename else error.strerror, 1)
    return say(f"a fault of ours: {type(error).__name__}: {error}{hint}", 1)


def say(line: str, code: int) -> int:
    """One line, whatever newlines are in it; returns the code."""
    print("posebridge:", " ".join(line.split()), file=sys.stderr)
    return code
