"""Measure a daemon under load: so many people tracked at so many hertz for so long, each a live session of its own.
Starts a daemon for it, unless --connect names the one that runs. Prints what became of every frame, the delay from a
frame sent to its pose in hand, and the memory of each process.

sent = answered + superseded + lost. A frame is superseded when a newer one of its session came before its turn: a
daemon that cannot keep up skips, it never queues."""
from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bridge.capture.load import load_session
from bridge.client import Client
from bridge.client_crowd import Crowd
from bridge.commands import reach
from bridge.commands.console import bar, table
from bridge.commands.demo import packaged_session
from bridge.config import Limits
from bridge.errors import UsageError
from bridge.export.atomic import replacing
from bridge.frames import Session
from bridge.load import Load, LoadFigures, drive, load_figures
from bridge.memory import Memory, memory_of

EXAMPLES = """examples:
  posebridge bench                                       one person at 60 Hz for 10 s
  posebridge bench --sessions 8 --rate 60 --seconds 30 --json load.json
  posebridge bench --sessions 32 --rate 90 --engine echo      the sockets alone, without a solver
  posebridge bench --sessions 64 --rate 90 --engine echo --daemons 2       is a second one worth it here?
  posebridge bench --connect --sessions 4                load for the daemon that runs"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=1, metavar="N", help="people tracked at once")
    parser.add_argument("--rate", type=float, default=60.0, metavar="HZ", help="frames a second of each")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="for so long")
    parser.add_argument("--file", type=Path, metavar="FILE", help="how they move: a session file instead of the demo's")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--limit-ms", type=float, metavar="MS", help="exit 1 if p99 is longer or a frame was lost")
    parser.add_argument("--daemons", type=int, metavar="N",
                        help="start so many side by side (posebridge serve --daemons), which share the sessions; worth "
                        "it where each has cores of its own, and this command one more")
    reach.arguments(parser)


def run(args: argparse.Namespace) -> int:
    load = _load(args)
    session = load_session(args.file) if args.file else packaged_session()
    with reach.daemon(args, Limits(sessions=max(load.sessions, Limits().sessions)), args.daemons) as client:
        solver = f"{client.welcome.model} on {client.welcome.device}"
        found, memory = measure(client, session, load)
    print(f"{solver}\n\n{summary(found, memory)}")
    if args.json:
        told = {"solver": solver, **asdict(found), "rss_mb": [asdict(one) for one in memory]}
        with replacing(args.json) as unfinished:
            unfinished.write_text(json.dumps(told, indent=1) + "\n")
    failed = args.limit_ms is not None and (found.p99_ms > args.limit_ms or found.lost > 0)
    return 1 if failed else 0


def _load(args: argparse.Namespace) -> Load:
    for name in ("sessions", "rate", "seconds"):
        if not getattr(args, name) > 0:
            raise UsageError(f"--{name} {getattr(args, name):g}: it must be more than 0")
    if args.daemons is not None and args.daemons < 1:
        raise UsageError(f"--daemons {args.daemons}: it must be 1 or more")
    return Load(args.sessions, args.rate, args.seconds)


def measure(client: Client, session: Session, load: Load) -> tuple[LoadFigures, list[Memory]]:
    """Opens the sessions, drives them, closes them; memory is of the end, before they are closed."""
    with ExitStack() as stack, bar("sending") as on_sent:
        links = [stack.enter_context(client.open_session(session.setup, f"bench {number}"))
                 for number in range(load.sessions)]
        driven = drive(list(links), Crowd(links), session.clip, load, on_sent)
        memory = [one for pid in client.daemon_pids for one in memory_of(pid)]
        superseded = sum(link.close().superseded for link in links)
    return load_figures(driven, superseded), memory


def summary(found: LoadFigures, memory: list[Memory]) -> str:
    """A table of the frames, one of the delays, one of the memory."""
    rates = found.results_per_s
    frames = table(
        ("sessions", "Hz", "s", "sent", "answered", "superseded", "lost", "results/s, least", "most"),
        [[str(found.sessions), f"{found.rate_hz:g}", f"{found.seconds:.1f}", str(found.sent), str(found.answered),
          str(found.superseded), str(found.lost), f"{min(rates):.1f}", f"{max(rates):.1f}"]],
    )
    delays = table(("p50 ms", "p95 ms", "p99 ms", "generator behind, p99 ms"),
                   [[f"{value:.2f}" for value in (found.p50_ms, found.p95_ms, found.p99_ms,
                                                  found.generator_behind_p99_ms)]])
    sizes = table(("process", "pid", "RSS MB"), [[one.name, str(one.pid), f"{one.rss_mb:.0f}"] for one in memory])
    return "\n\n".join([frames, delays, *([sizes] if memory else [])])
