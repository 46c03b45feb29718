"""Log lines for people, or as JSON for programs: one object a line, whatever the message holds."""
from __future__ import annotations

import json
import logging
import sys
import time

TEXT = "%(asctime)s %(levelname)s %(message)s"
PLAIN = "posebridge: %(message)s"


class JsonLines(logging.Formatter):
    """time (UTC), level, logger, message, and the traceback of an error."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"time": utc(record.created), "level": record.levelname, "logger": record.name,
                "message": record.getMessage()}
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told)


def utc(seconds: float) -> str:
    """A moment since the epoch, as 2026-11-27T08:20:10.123Z."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds * 1000) % 1000:03}Z"


def now_utc() -> str:
    return utc(time.time())


def log_format() -> str:
    """What this process logs as, for one that it starts."""
    formatters = [handler.formatter for handler in logging.getLogger().handlers]
    return "json" if any(isinstance(one, JsonLines) for one in formatters) else "text"


def log_handler(kind: str) -> logging.Handler:
    """To stderr, as `text` with time and level, `json`, or `plain` as a command says its other lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if kind == "json" else logging.Formatter(TEXT if kind == "text" else PLAIN))
    return handler
