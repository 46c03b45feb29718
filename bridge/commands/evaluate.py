"""Measure samplers against ground truth: each method on each body over one split of the data, one table row each.

Bodies are the clips' own with bones scaled (the rotations stay): All, UB (upper body), Arm, Torso, joined by *."""
from __future__ import annotations

import argparse
from pathlib import Path

from bridge.config_commands import SPLITS, EvaluateOptions
from bridge.errors import UsageError

EXAMPLES = """examples:
  posebridge evaluate --data motion.npz                                ours, the published sampler, the prior alone
  posebridge evaluate --data motion.npz --methods ours --bodies all --json table.json
  posebridge evaluate --data amass/ --bodies 'default,UBx1.4,Armx1.4*Torsox0.7' --limit 20
  posebridge evaluate --data motion.npz --weights run1/default.safetensors --split validation"""


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = EvaluateOptions(data=())
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="FILE|DIR",
                        help="motion archives, AMASS files, or folders of AMASS recordings")
    parser.add_argument("--split", choices=SPLITS, default=usual.split, help="which part of the data")
    parser.add_argument("--methods", default=",".join(usual.methods), metavar="NAME,...",
                        help="ours, reference (the published sampler), prior (alone, without positions)")
    parser.add_argument("--bodies", default=",".join(usual.bodies), metavar="NAME,...",
                        help="scaled bodies such as UBx1.4, or all for those of the published comparisons")
    parser.add_argument("--limit", type=int, metavar="CLIPS", help="so many clips of each data file, spread evenly")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows with every metric here")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="a prior of your own instead of the shipped one")
    parser.add_argument("--device", default=usual.device, metavar="NAME", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--threads", type=int, default=usual.threads, metavar="N", help="CPU threads")
    parser.add_argument("--noise-mm", type=float, default=usual.noise_mm, metavar="MM",
                        help="standard deviation of the trackers' positions, per axis")
    parser.add_argument("--seed", type=int, default=usual.seed, metavar="N", help="of the sensor noise")
    parser.add_argument("--smpl", type=Path, metavar="DIR",
                        help="SMPL, SMPL-H or SMPL-X model files, to give AMASS performers their own bones")


def names(text: str) -> tuple[str, ...]:
    """Comma-separated names."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def options(args: argparse.Namespace) -> EvaluateOptions:
    methods, bodies = names(args.methods), names(args.bodies)
    if not methods or not bodies:
        raise UsageError(f"--methods {args.methods} --bodies {args.bodies}: there must be one or more of each")
    return EvaluateOptions(
        data=tuple(args.data), split=args.split, methods=methods, bodies=bodies,
        limit=args.limit, json=args.json, weights=args.weights, device=args.device, threads=args.threads,
        noise_mm=args.noise_mm, seed=args.seed, smpl=args.smpl,
    )


def run(args: argparse.Namespace) -> int:
    asked = options(args)
    from bridge.engine.evaluate import evaluate

    return evaluate(asked)
