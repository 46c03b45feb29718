"""One line on stderr for any error, and the exit code it stands for."""
from __future__ import annotations

import json
import sys

from bridge.errors import DeviceFailed, PoseBridgeError
from bridge.logs import log_format, now_utc


def report(error: Exception, hint: str = "") -> int:
    """Prints the line; returns the exit code. `hint` is added to what is our fault, not the user's."""
    return say(line_of(error, hint), exit_code(error))


def exit_code(error: Exception) -> int:
    """What the process ends with for this error alone."""
    if isinstance(error, MemoryError):
        return DeviceFailed.exit_code
    return error.exit_code if isinstance(error, PoseBridgeError) else 1


def line_of(error: Exception, hint: str = "") -> str:
    """The error as one line."""
    if isinstance(error, MemoryError):
        return "out of memory"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    own = isinstance(error, PoseBridgeError)
    return " ".join((str(error) if own else f"a fault of ours: {type(error).__name__}: {error}{hint}").split())


def say(line: str, code: int) -> int:
    """One line, whatever newlines are in it, as text or as the log lines are; returns the code."""
    plain = " ".join(line.split())
    if log_format() == "json":
        level = "ERROR" if code else "WARNING"
        told = {"time": now_utc(), "level": level, "logger": "posebridge", "message": plain, "code": code}
        print(json.dumps(told), file=sys.stderr)
    else:
        print("posebridge:", plain, file=sys.stderr)
    return code
