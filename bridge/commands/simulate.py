"""Make tracker sessions from known motion: what head and hands on the moving body would have read, with sensor noise
and, if asked for, hands lost in bursts. Takes motion archives and AMASS files (.npz), BVH, or AMASS folders; each clip
becomes NAME.mcap with the truth in it, so that posebridge solve can say how far off it is.

With --keypoints, what a 2D keypoint detector would have found in a video of it instead, for posebridge lift: a file (or
folder) as that detector writes it, and NAME.camera.json. Noise, keypoints lost in short bursts, and whatever is outside
the picture are as the seed says; nothing hides behind anything."""
from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path

from bridge.capture.load import load_motions
from bridge.capture.mcap import write_session
from bridge.commands import simulate_keypoints
from bridge.commands.console import bar
from bridge.commands.folders import make_folder
from bridge.config_commands import SPLITS
from bridge.errors import InputInvalid, TrackerUnknown, UsageError
from bridge.export.names import distinct, plain_name
from bridge.frames import JOINT_INDEX, Motion, SensorNoise, Session, Setup, Tracker
from bridge.resample_motion import resample_motion
from bridge.simulate import Dropouts, as_session

EXAMPLES = """examples:
  posebridge simulate walk_poses.npz --out sessions
  posebridge simulate archive.npz --out sessions --split test --limit 5 --lost-hands 0.3
  posebridge simulate walk_poses.npz --out sessions --trackers head,L_wrist,R_wrist,pelvis --rate 90
  posebridge solve sessions/*.mcap --out solved
  posebridge simulate walk_poses.npz --out seen --keypoints openpose --rate 30 --noise-px 4 --lost 0.1
  posebridge simulate walk_poses.npz --out seen --keypoints coco --camera camera.json
  posebridge simulate walk_poses.npz --out seen --keypoints coco --camera orbit     or eye-level, low, moving
  posebridge simulate walk_poses.npz --out seen --keypoints mediapipe --views 2     two cameras, around the walk"""


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = SensorNoise()
    parser.add_argument("file", type=Path, metavar="FILE|DIR", help="known motion: .npz, .bvh, a folder of AMASS")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the sessions go")
    parser.add_argument("--trackers", default="head,L_wrist,R_wrist", metavar="JOINT,...",
                        help="what carries a tracker")
    parser.add_argument("--noise-mm", type=float, default=1000 * usual.position_sd_m, metavar="MM",
                        help="standard deviation of a position, per axis")
    parser.add_argument("--noise-deg", type=float, default=round(math.degrees(usual.rotation_sd_rad), 3),
                        metavar="DEG", help="standard deviation of a rotation, per axis")
    parser.add_argument("--lost-hands", type=float, default=0.0, metavar="SHARE",
                        help="part of the time each hand is not seen, 0 to 1, in bursts of half a second to two")
    parser.add_argument("--rate", type=float, metavar="HZ", help="readings a second, instead of the motion's own")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same readings")
    parser.add_argument("--split", choices=SPLITS, help="only this part of an archive")
    parser.add_argument("--limit", type=int, metavar="CLIPS", help="only the first so many clips")
    simulate_keypoints.arguments(parser.add_argument_group("2D keypoints instead"))


def run(args: argparse.Namespace) -> int:
    _check(args)
    motions = load_motions(args.file, SPLITS.index(args.split) if args.split else None)[: args.limit]
    if not motions:
        raise InputInvalid(f"{args.file}: no clip in split {args.split}")
    out = make_folder(args.out)
    names = distinct([plain_name(motion.name or args.file.stem) for motion in motions])
    with bar("simulating") as on_progress:
        for index, (motion, name) in enumerate(zip(motions, names, strict=True)):
            for path in leave(out, name, motion, args, args.seed + index):
                print(path)
            on_progress(index + 1, len(motions))
    return 0


def leave(out: Path, name: str, motion: Motion, args: argparse.Namespace, seed: int) -> list[Path]:
    """Write what is asked for of one clip."""
    if args.keypoints:
        motion = replace(motion, name=name)
        return simulate_keypoints.leave(out, resample_motion(motion, args.rate) if args.rate else motion, args, seed)
    write_session(out / f"{name}.mcap", simulate(motion, args, seed))
    return [out / f"{name}.mcap"]


def simulate(motion: Motion, args: argparse.Namespace, seed: int) -> Session:
    """The session these arguments describe, with the motion as its truth."""
    motion = resample_motion(motion, args.rate) if args.rate else motion
    noise = SensorNoise(args.noise_mm / 1000, math.radians(args.noise_deg))
    setup = Setup(motion.skeleton, trackers(args.trackers), noise, 0.0 if motion.floor else None)
    losses = Dropouts(args.lost_hands) if args.lost_hands else ()
    return replace(as_session(motion, seed, setup, losses), name=motion.name or args.file.stem)


def trackers(text: str) -> tuple[Tracker, ...]:
    """'head,L_wrist' -> trackers mounted on those joints; TrackerUnknown for any other name."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in JOINT_INDEX]
    if unknown or not names:
        raise TrackerUnknown(f"no joint called {', '.join(unknown) or 'nothing'}; there are {', '.join(JOINT_INDEX)}")
    return tuple(Tracker(JOINT_INDEX[name]) for name in names)


def _check(args: argparse.Namespace) -> None:
    if not 0 <= args.lost_hands <= 1:
        raise UsageError(f"--lost-hands {args.lost_hands:g}: a share of the time is 0 to 1")
    if args.noise_mm < 0 or args.noise_deg < 0:
        raise UsageError("--noise-mm and --noise-deg are standard deviations: 0 or more")
    if args.rate is not None and not 1 <= args.rate <= 1000:
        raise UsageError(f"--rate {args.rate:g}: 1 to 1000 Hz is allowed")
    if args.limit is not None and args.limit < 1:
        raise UsageError(f"--limit {args.limit}: one clip or more")
    simulate_keypoints.check(args)
