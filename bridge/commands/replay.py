"""Play session files into the running daemon at their own pace, each as a live session: what a headset would do,
without one. Whoever watches the daemon (posebridge top, a viewer, an avatar) sees it move."""
from __future__ import annotations

import argparse
import itertools
from dataclasses import replace
from pathlib import Path

from bridge.capture.load import load_session
from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import bar, table
from bridge.errors import UsageError
from bridge.frames import Session
from bridge.playback import LiveFigures, figures, play

EXAMPLES = """examples:
  posebridge replay take.mcap
  posebridge replay take.mcap --speed 0.25           in slow motion
  posebridge replay take.mcap --repeat               again and again, until Ctrl-C
  posebridge replay a.mcap b.csv --record            one after the other; the daemon writes what it hears and answers"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="sessions (.mcap, .csv)")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="times the session's own pace")
    parser.add_argument("--repeat", action="store_true", help="all of them again and again, until Ctrl-C")
    parser.add_argument("--record", action="store_true", help="have the daemon record each session")
    reach.running_argument(parser)


def run(args: argparse.Namespace) -> int:
    if not 0 < args.speed <= 100:
        raise UsageError(f"--speed {args.speed:g}: it must be more than 0 and at most 100")
    takes = [(file, load_session(file)) for file in args.files]
    with Client.connect(args.connection_file) as client:
        client.wait_ready()
        for file, session in itertools.cycle(takes) if args.repeat else takes:
            found, recording = replay(client, session, args.speed, args.record)
            print(f"{file}\n\n{summary(found)}\n")
            if recording:
                print(recording)
    return 0


def replay(client: Client, session: Session, speed: float, record: bool) -> tuple[LiveFigures, Path | None]:
    """One session, live, and how the daemon kept up."""
    clip = replace(session.clip, rate_hz=session.clip.rate_hz * speed)
    with client.open_session(session.setup, session.name, record) as live, bar("playing") as on_frame:
        answers = play(live, clip, on_frame)
        account = live.close()
    return figures(len(clip), answers, account.superseded), live.recording


def summary(found: LiveFigures) -> str:
    headings = ("sent", "answered", "superseded", "lost", "p50 ms", "p95 ms", "p99 ms")
    counts = [str(value) for value in (found.sent, found.answered, found.superseded, found.lost)]
    delays = [f"{value:.1f}" for value in (found.p50_ms, found.p95_ms, found.p99_ms)]
    return table(headings, [counts + delays])
