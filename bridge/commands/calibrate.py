"""Find out whose session it is: bones and tracker mounts, each with its uncertainty, from two seconds of standing
upright (arms anywhere), from a T-pose, or from ordinary motion (20 s or more). What the session does not show keeps the
uncertainty that people differ by, and the table says so. Distances are compared with the body the session was told."""
from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path

from bridge import checks
from bridge.capture.body_json import POSES, CalibratedBody, Finding, write_body
from bridge.capture.csv import HEIGHTS_M, NEUTRAL_HEIGHT_M
from bridge.capture.load import load_session
from bridge.capture.mcap import write_session
from bridge.commands.console import table, waiting
from bridge.errors import UsageError
from bridge.frames import Session, Skeleton

OUTPUTS = (".json", ".mcap")
MOUNTS_CM = (0.01, 20.0)
HEADINGS = ("what", "found", "+-", "+- before", "observed")
EXAMPLES = """examples:
  posebridge calibrate take.mcap                                   somewhere in it you stand still for two seconds
  posebridge calibrate take.mcap --pose t-pose --out me.json       then: posebridge solve *.mcap --body me.json
  posebridge calibrate take.csv --pose moving --height 1.82 --out take_calibrated.mcap"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="SESSION", help="a session file (.mcap, .csv, .pcap, .npz, .bvh)")
    parser.add_argument("--pose", choices=POSES, default=POSES[0], help="what to look for in it")
    parser.add_argument("--height", type=float, metavar="M", help="the person's height, instead of the told body")
    parser.add_argument("--mount-cm", type=float, default=0.5, metavar="CM",
                        help="how far trackers may sit from where the session says; 2 or 3 where nobody measured")
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help="the body (.json, for solve --body), or the session on that body (.mcap)")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="a prior of your own instead of the shipped one")
    parser.add_argument("--device", default="cpu", metavar="NAME", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads")


def run(args: argparse.Namespace) -> int:
    if args.out and args.out.suffix not in OUTPUTS:
        raise UsageError(f"--out {args.out}: allowed are {', '.join(OUTPUTS)}")
    mount_sd_m = checks.between(args.mount_cm, *MOUNTS_CM, "--mount-cm", "cm") / 100
    session = as_tall(load_session(args.file), args.height)
    with waiting("calibrating"):
        from bridge.engine.calibrate import Calibrator

        calibrator = Calibrator(args.weights, args.device, args.threads)
        body = calibrator.calibrate(session, args.pose, args.height is not None, mount_sd_m)
    print("\n".join(report_lines(body)))
    if args.out and args.out.suffix == ".json":
        write_body(args.out, body)
    elif args.out:
        write_session(args.out, replace(session, setup=body.setup))
    return 0


def as_tall(session: Session, height_m: float | None) -> Session:
    """The session told a neutral body of that height; as it is without one. Raises UnitInvalid."""
    if height_m is None:
        return session
    scale = checks.between(height_m, *HEIGHTS_M, "--height", "m") / NEUTRAL_HEIGHT_M
    skeleton = Skeleton((Skeleton().offsets_m * scale).astype("float32"))
    return replace(session, setup=replace(session.setup, skeleton=skeleton))


def report_lines(body: CalibratedBody) -> list[str]:
    """Where the pose was found, what it shows and what it does not, and how much better the bones fit."""
    unseen = [finding.name for finding in body.findings if finding.observed == "no"]
    return [
        f"{body.pose}, found at {body.start_s:.2f} s to {body.end_s:.2f} s",
        table(HEADINGS, [_row(finding) for finding in body.findings]),
        f"not observable here, so as told: {', '.join(unseen)}" if unseen else "all of it was observable here",
        f"lengths between trackers miss the guessed posture by {100 * body.residual_before_m:.1f} cm with the bones as "
        f"told, by {100 * body.residual_after_m:.1f} cm with those found",
    ]


def _row(finding: Finding) -> list[str]:
    """Scales in per cent of what was told, mounts in centimetres or degrees from it."""
    scale, unit = {"": (100.0, "%"), "m": (100.0, "cm"), "rad": (math.degrees(1.0), "deg")}[finding.unit]
    numbers = (finding.value, finding.sd, finding.sd_before)
    return [finding.name, *(f"{scale * number:.1f} {unit}" for number in numbers), finding.observed]
