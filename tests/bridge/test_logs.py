from __future__ import annotations

import json
import logging
import sys

from bridge.logs import JsonLines, log_handler


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("bridge.server", logging.ERROR, __file__, 1, message, args, None)


def test_a_json_line_is_one_line_whatever_it_says() -> None:
    line = JsonLines().format(record("the engine\nis lost: %s", '"quoted"'))
    told = json.loads(line)
    assert "\n" not in line and told["message"] == 'the engine\nis lost: "quoted"'
    assert (told["level"], told["logger"]) == ("ERROR", "bridge.server") and told["time"].endswith("Z")


def test_an_error_brings_its_traceback() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        failed = record("failed")
        failed.exc_info = sys.exc_info()
    assert "ValueError: no" in json.loads(JsonLines().format(failed))["error"]


def test_people_read_text() -> None:
    assert log_handler("plain").format(record("hello")) == "posebridge: hello"
    assert log_handler("text").format(record("hello")).endswith("ERROR hello")
