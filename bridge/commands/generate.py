"""Make motion that nobody made: from a seed alone, from the pose of a file's frame on, or along a path over the floor.
The same seed makes the same motion. Each leaves NAME.bvh, NAME.npz (AMASS layout) and NAME.png in --out, or what
--formats says; NAME is generated and the seed.

The prior is small and has seen some hours of waving, walking and sports: what it makes is everyday motion."""
from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bridge import checks
from bridge.commands import formats, mend
from bridge.commands.folders import make_folder
from bridge.commands.workshop import Workshop, workshop_of
from bridge.errors import InputInvalid, InputMissing, NotFinite, UnitInvalid, UsageError
from bridge.export.names import seed_name
from bridge.frames import Floats, Motion, Skeleton

EXAMPLES = """examples:
  posebridge generate --seconds 6 --seed 7 --out made
  posebridge generate --seconds 4 --count 5 --out made               seeds 0 to 4
  posebridge generate --seconds 4 --start take.bvh:120 --out made    from that frame's pose on, on that body
  posebridge generate --seconds 5 --path '0,0;0,3;2,4' --out made    x,z in metres, from point to point
  posebridge generate --seconds 5 --path way.json --out made         [[0, 0], [0, 3], [2, 4]]"""
SECONDS = (0.5, 600.0)
FASTEST_M_S = 10.0  # a person runs


def arguments(parser: argparse.ArgumentParser, on_daemon: bool = False) -> None:
    mend.arguments(parser, files=False, on_daemon=on_daemon)
    parser.add_argument("--seconds", type=float, default=5.0, metavar="S", help="of each motion")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first one")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="of motions, each with the next seed")
    parser.add_argument("--start", metavar="FILE[:FRAME]", help="the pose to start from, from 1; the body is its too")
    parser.add_argument("--path", metavar="X,Z;X,Z|JSON", help="where to go over the floor, metres")


def run(args: argparse.Namespace) -> int:
    check(args)
    kinds, asked = formats.chosen(args), _asked(args)
    out, shop = make_folder(args.out), workshop_of(args)
    for seed in range(args.seed, args.seed + args.count):
        mend.leave(out, seed_name(seed), _generated(asked, seed, shop), kinds)
    return 0


def one(args: argparse.Namespace, name: str, shop: Workshop) -> int:
    """The first seed's motion, left under this name in --out; how many frames that has."""
    made = _generated(_asked(args), args.seed, shop)
    mend.leave(args.out, name, made, formats.chosen(args))
    return len(made)


def check(args: argparse.Namespace) -> None:
    """Raises UsageError, UnitInvalid, NotFinite for what cannot be; reads no file."""
    checks.between(args.seconds, *SECONDS, "--seconds", "s")
    if args.count < 1 or args.seed < 0:
        raise UsageError(f"--count {args.count} --seed {args.seed}: one motion or more, a seed of 0 or more")
    if args.path and not args.path.endswith(".json"):
        _walkable(read_path(args.path), args.seconds)


@dataclass(frozen=True)
class _Asked:
    """What all seeds have in common."""

    seconds: float
    start: Motion | None
    path: Floats | None


def _asked(args: argparse.Namespace) -> _Asked:
    """All files read. Raises InputMissing, InputInvalid."""
    path = _walkable(read_path(args.path), args.seconds) if args.path else None
    return _Asked(args.seconds, _start(args.start) if args.start else None, path)


def _generated(asked: _Asked, seed: int, shop: Workshop) -> Motion:
    skeleton, mender = asked.start.skeleton if asked.start else Skeleton(), shop.mender()
    with shop.sharing(f"seed {seed}") as report:
        return mender.generate(skeleton, asked.seconds, seed, asked.start, asked.path, report)


def read_path(text: str) -> Floats:
    """Points (N, 2) of "0,0;0,3" or a JSON file of [[0, 0], [0, 3]]. Raises UsageError, InputMissing, InputInvalid."""
    file = text.endswith(".json")
    if file and not Path(text).is_file():
        raise InputMissing(f"{text}: no such file")
    try:
        rows = json.loads(Path(text).read_text()) if file else [part.split(",") for part in text.split(";") if part]
        points = np.array(rows, dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise (InputInvalid if file else UsageError)(f"{text}: a path is x,z;x,z in metres, or such a JSON: "
                                                     f"{error}") from error
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2:
        raise (InputInvalid if file else UsageError)(f"{text}: a path has two points or more of x,z; got "
                                                     f"{points.shape}")
    if not np.isfinite(points).all():
        raise NotFinite(f"{text}: a point that is not a number")
    return points


def _walkable(path: Floats, seconds: float) -> Floats:
    """The path, if somebody could go along it in that time. UnitInvalid."""
    way_m = float(np.linalg.norm(np.diff(path, axis=0), axis=-1).sum())
    if way_m > FASTEST_M_S * seconds:
        raise UnitInvalid(f"--path is {way_m:.0f} m long: {way_m / seconds:.0f} m/s in {seconds:g} s; up to "
                          f"{FASTEST_M_S:g} m/s is allowed. Is it in metres?")
    return path


def _start(text: str) -> Motion:
    """One frame of a file."""
    from bridge.engine.mending import read_motion

    name, colon, frame = text.rpartition(":")
    if not colon or not frame.isdigit():
        name, frame = text, "1"
    motion, row = read_motion(Path(name)), int(frame) - 1
    if not 0 <= row < len(motion):
        raise InputInvalid(f"{name}: no frame {frame} among its {len(motion)}")
    return Motion(motion.skeleton, motion.rate_hz, motion.root_position_m[row : row + 1],
                  motion.local_xyzw[row : row + 1], name=motion.name)
