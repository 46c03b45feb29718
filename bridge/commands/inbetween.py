"""Make motion through key frames: some frames of a file are kept, all others are made anew, at 60 Hz, from the first
key to the last. A file of nothing but key poses does too: --every 1, and --spacing for the seconds between them.

Each FILE leaves NAME.bvh, NAME.npz (AMASS layout) and NAME.png in --out, or what --formats says."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bridge.commands import mend
from bridge.errors import UsageError
from bridge.farm.frame_range import FrameRange
from bridge.frames import Motion

if TYPE_CHECKING:
    from bridge.engine.mending import Mender

EXAMPLES = """examples:
  posebridge inbetween blocking.bvh --keys 1,30,90 --out motion     these frames of it, from 1
  posebridge inbetween take.npz --every 30 --out motion             one in 30, and the last
  posebridge inbetween poses.bvh --every 1 --spacing 0.5 --out motion     every pose is a key, half a second apart"""


def arguments(parser: argparse.ArgumentParser, on_daemon: bool = False) -> None:
    mend.arguments(parser, on_daemon=on_daemon)
    parser.add_argument("--keys", type=FrameRange.parse, metavar="FRAMES",
                        help="1,30,90 or 1-300:30; they count from 1")
    parser.add_argument("--every", type=int, metavar="N", help="one frame in so many, and the last one")
    parser.add_argument("--spacing", type=float, metavar="S", help="so many seconds from one frame of the file to the "
                        "next, whatever it says itself")


def check(args: argparse.Namespace) -> None:
    """Raises UsageError for what cannot be."""
    if (args.keys is None) == (args.every is None):
        raise UsageError("which frames are keys: --keys FRAMES or --every N, one of them")
    if args.every is not None and args.every < 1:
        raise UsageError(f"--every {args.every}: one frame in 1 or more")
    if args.spacing is not None and not 1 / 60 <= args.spacing <= 60:
        raise UsageError(f"--spacing {args.spacing:g} s: a sixtieth of a second to a minute")


def task(args: argparse.Namespace) -> mend.Task:
    def work(mender: Mender, motion: Motion, told: Callable[[float], None]) -> Motion:
        count = len(motion)
        keys = args.keys.rows(count) if args.keys else np.unique([*range(0, count, args.every), count - 1])
        spaced = replace(motion, rate_hz=1 / args.spacing) if args.spacing else motion
        return mender.inbetween(spaced, keys, told)

    return "in-betweening", work


run, one = mend.entrances(check, task)
