from __future__ import annotations

import argparse
from pathlib import Path

from bridge.commands import serve


def test_arguments_become_the_daemons_config() -> None:
    parser = argparse.ArgumentParser()
    serve.arguments(parser)
    found = serve.config(parser.parse_args(
        "--engine echo --threads 3 --max-sessions 2 --connection-file c.json --recordings r --in-process".split()))
    assert (found.engine, found.threads, found.limits.sessions, found.in_process) == ("echo", 3, 2, True)
    assert (found.connection_file, found.recordings, found.host) == (Path("c.json"), Path("r"), "127.0.0.1")
