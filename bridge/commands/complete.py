"""Find what is missing of a motion: joints, limbs or whole frames, for a while or throughout. What is known stays as it
is, at the file's own rate. Each FILE leaves NAME.bvh, NAME.npz (AMASS layout) and NAME.png in --out, or what --formats
says.

Names are those of joints (L_elbow, head, ...), of limbs (L_arm, R_arm, L_leg, R_leg, spine, head_neck), root for where
the pelvis is, and all for everything. Frames count from 1."""
from __future__ import annotations

import argparse
from pathlib import Path

from bridge.commands import mend
from bridge.commands.masks import parse_missing, read_missing
from bridge.errors import UsageError

EXAMPLES = """examples:
  posebridge complete take.bvh --missing L_arm --frames 120-240 --out whole
  posebridge complete take.bvh --missing L_leg,R_leg --out whole          throughout
  posebridge complete take.npz --missing all --frames 300-330 --out whole     lost frames
  posebridge complete take.bvh --missing-from holes.json --out whole
                      [{"joints": "L_arm", "frames": "120-240"}, {"joints": ["head", "root"], "frames": "7-20"}]"""


def arguments(parser: argparse.ArgumentParser, on_daemon: bool = False) -> None:
    mend.arguments(parser, on_daemon=on_daemon)
    parser.add_argument("--missing", metavar="NAME,...", help="joints, limbs, root or all")
    parser.add_argument("--frames", metavar="RANGES", help="where --missing is: 120-240 or 5,20-30; all if not said")
    parser.add_argument("--missing-from", type=Path, metavar="JSON", help="a list of such, each with its frames")


def check(args: argparse.Namespace) -> None:
    """Raises UsageError for what cannot be; reads no file."""
    if not args.missing and not args.missing_from:
        raise UsageError("nothing is said to be missing: --missing NAME,... or --missing-from JSON")
    if args.frames and not args.missing:
        raise UsageError("--frames says where --missing is: give both")
    if args.missing:
        parse_missing(args.missing, args.frames)


def task(args: argparse.Namespace) -> mend.Task:
    """Raises InputMissing, InputInvalid of --missing-from."""
    missing = [parse_missing(args.missing, args.frames)] if args.missing else []
    missing += read_missing(args.missing_from) if args.missing_from else []
    return "completing", lambda mender, motion, told: mender.complete(motion, missing, told)


run, one = mend.entrances(check, task)
