"""Measure one live session through the real socket: a daemon of our own, a session played at its pace, the delays.

    python tests/benchmarks/live_latency.py --engine cpu --seconds 20 --json latency.json

Sent = answered + superseded + lost. The latency of a frame is from the call that sends it to its pose in hand.
"""
from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from bridge.capture.load import load_session
from bridge.client import Client
from bridge.config import ServeConfig
from bridge.frames import Session, Setup, TrackerClip
from bridge.local import LocalDaemon
from bridge.playback import LiveFigures, figures, play
from bridge.resample import resample_clip

DEMO = Path(__file__).resolve().parents[2] / "bridge" / "assets" / "demo.mcap"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="auto", help="auto, cpu, cuda or echo")
    parser.add_argument("--weights", type=Path, help="another prior than the shipped one")
    parser.add_argument("--threads", type=int, default=ServeConfig().threads, help="of the engine on CPU")
    parser.add_argument("--session", type=Path, help="what to play; the demo's session by default")
    parser.add_argument("--rate", type=float, default=60.0, help="frames a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--connection-file", type=Path, help="measure a daemon that runs already")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--limit-ms", type=float, help="exit 1 if p95 is longer or a frame was lost")
    return parser.parse_args()


def session_to_play(path: Path | None, rate_hz: float, seconds: float) -> Session:
    """The session at the wanted rate, repeated or cut to the wanted length."""
    session = load_session(path or DEMO) if path or DEMO.exists() else Session(Setup(), standing(), "standing")
    clip = resample_clip(session.clip, rate_hz)
    rows = np.arange(max(2, round(seconds * rate_hz))) % (2 * len(clip))
    rows = np.minimum(rows, 2 * len(clip) - 1 - rows)  # there and back again, so that no step is a jump
    return replace(session, clip=TrackerClip(
        rate_hz, clip.positions_m[rows], clip.rotations_xyzw[rows], clip.position_valid[rows],
        clip.rotation_valid[rows]))


def standing(frames: int = 600) -> TrackerClip:
    """Head and hands of somebody who sways a little."""
    rest = np.array([[0, 1.52, 0], [0.68, 1.385, -0.075], [-0.68, 1.385, -0.075]], dtype=np.float32)
    sway = np.sin(np.arange(frames) / 20)[:, None, None] * 0.05
    turned = np.tile(np.array([0, 0, 0, 1], dtype=np.float32), (frames, 3, 1))
    seen = np.ones((frames, 3), dtype=np.bool_)
    return TrackerClip(60.0, (rest + sway).astype(np.float32), turned, seen, seen)


@contextmanager
def daemon(args: argparse.Namespace) -> Iterator[Client]:
    if args.connection_file:
        with Client.connect(args.connection_file) as client:
            yield client
        return
    with tempfile.TemporaryDirectory() as folder:
        config = ServeConfig(connection_file=Path(folder) / "daemon.json", recordings=Path(folder),
                             engine=args.engine, weights=args.weights, threads=args.threads)
        with LocalDaemon(config) as local, Client.connect(local.connection_file) as client:
            yield client


def measure(client: Client, session: Session) -> LiveFigures:
    with client.open_session(session.setup, session.name) as live:
        answers = play(live, session.clip)
    superseded = live.account.superseded if live.account else 0
    return figures(len(session.clip), answers, superseded)


def main() -> int:
    args = options()
    session = session_to_play(args.session, args.rate, args.seconds)
    with daemon(args) as client:
        found = measure(client, session)
        solver = f"{client.welcome.model} on {client.welcome.device}"
    print(f"{solver}: {session.name or 'session'}, {len(session.clip)} frames at {args.rate:g} Hz")
    print(f"sent {found.sent}  answered {found.answered}  superseded {found.superseded}  lost {found.lost}")
    print(f"latency  p50 {found.p50_ms:.2f} ms  p95 {found.p95_ms:.2f} ms  p99 {found.p99_ms:.2f} ms")
    if args.json:
        args.json.write_text(json.dumps({"solver": solver, "rate_hz": args.rate, **asdict(found)}, indent=1) + "\n")
    failed = args.limit_ms is not None and (found.p95_ms > args.limit_ms or found.lost > 0)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
