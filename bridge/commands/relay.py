"""Use a daemon on another machine as if it ran here: plugins and commands find it by this machine's connection file,
and what they say travels on encrypted. Needs the invitation that posebridge keys invite made over there."""
from __future__ import annotations

import argparse
import logging
import signal
from pathlib import Path

from bridge.client import Client
from bridge.config import default_connection_file
from bridge.security import read_connection, remove_connection, write_connection

EXAMPLES = """examples:
  posebridge relay ada.posebridge.json
  posebridge top                              in another terminal: the daemon over there"""
log = logging.getLogger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("invitation", type=Path, metavar="FILE", help="what posebridge keys invite made over there")
    parser.add_argument("--connection-file", type=Path, default=default_connection_file(), metavar="FILE",
                        help="where clients of this machine look for a daemon")


def run(args: argparse.Namespace) -> int:
    from bridge.relay import Relays
    from bridge.serving import refuse_second

    there = read_connection(args.invitation)
    refuse_second(args.connection_file)
    with Client.connect(args.invitation) as client:  # says what is wrong before anybody relies on it
        version = client.welcome.version
    relay = Relays(there)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.stop())
    write_connection(args.connection_file, relay.connection)
    log.info("to the daemon at %s:%d%s, version %s; connection file %s", there.host, there.control_port,
             f" and {len(there.others)} beside it" if there.others else "", version, args.connection_file)
    try:
        relay.run()
    finally:
        remove_connection(args.connection_file, relay.connection)
    return 0
