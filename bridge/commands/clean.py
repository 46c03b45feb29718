"""Take the noise out of captured or estimated motion. How much there is, is found in the motion itself: what has none
is left as it is. --strength takes out more or less than that.

Each FILE leaves NAME.bvh, NAME.npz (AMASS layout) and NAME.png in --out, or what --formats says."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from bridge import checks
from bridge.commands import mend
from bridge.frames import Motion

if TYPE_CHECKING:
    from bridge.engine.mending import Mender

EXAMPLES = """examples:
  posebridge clean take.bvh --out cleaned
  posebridge clean take.npz --strength 2 --out cleaned         as if it were twice as noisy
  posebridge clean *.bvh --out cleaned --formats bvh,glb"""
STRONGEST = 10.0


def arguments(parser: argparse.ArgumentParser, on_daemon: bool = False) -> None:
    mend.arguments(parser, on_daemon=on_daemon)
    parser.add_argument("--strength", type=float, default=1.0, metavar="X",
                        help=f"times the noise that is found; 0 changes nothing, {STRONGEST:g} is the most")


def check(args: argparse.Namespace) -> None:
    """Raises UnitInvalid, NotFinite for what cannot be."""
    checks.between(args.strength, 0.0, STRONGEST, "--strength", "times")


def task(args: argparse.Namespace) -> mend.Task:
    def work(mender: Mender, motion: Motion, told: Callable[[float], None]) -> Motion:
        cleaned, joints_deg, root_m = mender.clean(motion, args.strength, told)
        print(f"{motion.name}: noise of {joints_deg.mean():.2f} degrees in the rotations and {100 * root_m:.2f} cm in "
              "the root, per axis")
        return cleaned

    return "cleaning", work


run, one = mend.entrances(check, task)
