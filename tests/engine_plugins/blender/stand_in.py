"""The posebridge command for tests of what goes to it and comes back: its own flags, readers, exit codes and progress,
and in place of a prior's answer a plain one, in a fifth of the time. test_in_blender.py puts it beside the real one.

    python -m tests.engine_plugins.blender.stand_in clean motion.npz --out DIR

`clean` and `complete` leave the motion as it is; `inbetween` turns evenly from key to key; `lift` finds the demo's
person, whatever was seen, and warns of it.
"""
from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from bridge.capture.amass import read_recording
from bridge.cli import build_parser, guarded
from bridge.commands.console import sharing
from bridge.commands.lift import check
from bridge.commands.lift_job import jobs_of, order_of
from bridge.commands.masks import missing_of, parse_missing
from bridge.demo_motion import demo_motion
from bridge.export.npz import write_npz
from bridge.frames import SOLVER_RATE_HZ, Motion
from bridge.report import say


def clean(args: argparse.Namespace) -> Motion:
    return read_recording(args.files[0])


def complete(args: argparse.Namespace) -> Motion:
    motion = read_recording(args.files[0])
    missing_of([parse_missing(args.missing, args.frames)], len(motion))
    return motion


def inbetween(args: argparse.Namespace) -> Motion:
    motion = read_recording(args.files[0])
    keys = args.keys.rows(len(motion))
    at = np.round((keys - keys[0]) / motion.rate_hz * SOLVER_RATE_HZ).astype(int)
    frames = np.arange(at[-1] + 1)
    local = [Slerp(at, Rotation.from_quat(turns))(frames).as_quat() for turns in np.moveaxis(
        motion.local_xyzw[keys], 1, 0)]
    root = [np.interp(frames, at, axis) for axis in motion.root_position_m[keys].T]
    return replace(motion, rate_hz=SOLVER_RATE_HZ, local_xyzw=np.stack(local, axis=1).astype(np.float32),
                   root_position_m=np.stack(root, axis=1).astype(np.float32))


def lift(args: argparse.Namespace) -> Motion:
    check(args)
    (job,) = jobs_of(args)
    clip = order_of(job, args).views[0].clip
    whole = demo_motion(clip.rate_hz)
    say("hardly upright", 0)
    return replace(whole, local_xyzw=whole.local_xyzw[: len(clip)], root_position_m=whole.root_position_m[: len(clip)])


ANSWERS = {"clean": clean, "complete": complete, "inbetween": inbetween, "lift": lift}


def answer(words: list[str]) -> int:
    args = build_parser(words[0]).parse_args(words)
    made = ANSWERS[words[0]](args)
    with sharing(words[0], args.progress) as report:
        report(1.0)
    args.out.mkdir(parents=True, exist_ok=True)
    write_npz(args.out / f"{Path(args.files[0]).stem}.npz", made)
    return 0


if __name__ == "__main__":
    sys.exit(guarded(lambda: answer(sys.argv[1:])))
