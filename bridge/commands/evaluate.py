"""Measure methods against ground truth, section by section: bodies of other proportions, faults of the trackers, kinds
of clip. Prints the table of bodies; --report writes every section with pictures, --json every number.

Bodies are the clips' own with bones scaled (the rotations stay): All, UB (upper body), Arm, Torso, joined by *."""
from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from bridge.capture.amass_protocols import PROTOCOLS
from bridge.config_commands import PROBLEMS, SPLITS, EvaluateOptions
from bridge.errors import UsageError

EXAMPLES = """examples:
  posebridge evaluate --data motion.npz                                ours, the published sampler, the prior alone
  posebridge evaluate --data motion.npz --sections all --limit 20 --jobs 8 --report results
  posebridge evaluate --data motion.npz --methods ours --bodies all --json table.json
  posebridge evaluate --data motion.npz --methods ours --sections noise,dropout --report faults
  posebridge evaluate --data amass/ --bodies 'default,UBx1.4,Armx1.4*Torsox0.7' --limit 20
  posebridge evaluate --data motion.npz --methods ours --weights old=a.safetensors --weights new=b.safetensors
  posebridge evaluate --data motion.npz --methods ours,reference,regressor,bodiffusion --rivals trained/
  posebridge evaluate --problem lift --data motion.npz --limit 10 --report results
  posebridge evaluate --data AMASS/ --protocol amass-p1 --smpl body_models/ --report published"""


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = EvaluateOptions(data=())
    _what(parser, usual)
    _how(parser, usual)
    out = parser.add_argument_group("what comes out")
    out.add_argument("--report", type=Path, metavar="DIR",
                     help="a folder for RESULTS.md, results.json and pictures, written anew after every section")
    out.add_argument("--json", type=Path, metavar="FILE", help="every number")


def _what(parser: argparse.ArgumentParser, usual: EvaluateOptions) -> None:
    what = parser.add_argument_group("what is measured")
    what.add_argument("--problem", choices=PROBLEMS, default=usual.problem,
                      help="what is solved; each problem has sections and methods of its own")
    what.add_argument("--data", type=Path, nargs="+", required=True, metavar="FILE|DIR",
                      help="motion archives, AMASS files, or folders of AMASS recordings")
    what.add_argument("--split", choices=SPLITS, default=usual.split, help="which part of the data")
    what.add_argument("--protocol", choices=sorted(PROTOCOLS), help="a published split of AMASS and its bodies: "
                      "amass-p1 HumanEva and Transitions, amass-p2 a tenth of CMU, BMLrub and HDM05")
    what.add_argument("--sections", metavar="NAME,...",
                      help="of trackers bodies, noise, dropout, drift, mounts, bones, trackers, kinds, actions, low, "
                           "joints, reliability, latency; or all. Usually bodies and latency. Of lift views, noise, "
                           "dropout, swaps, focal, hypotheses; usually all")
    what.add_argument("--methods", metavar="NAME,...",
                      help="of trackers ours, reference (the published sampler), prior (alone, without positions), and "
                           "if asked for reference-head, dps, pigdm; and with weights of their own bodiffusion, "
                           "bodiffusion-local, regressor, regressor-bones. Of lift ours, zedo, pads, "
                           "heatmap; usually all")
    what.add_argument("--bodies", default="", metavar="NAME,...",
                      help="scaled bodies such as UBx1.4, or all for the standard ones; else the protocol's, all with "
                           "all sections, or the clips' own")
    what.add_argument("--weights", action="append", default=[], metavar="[NAME=]FILE",
                      help="a prior of your own instead of the shipped one; several times to compare several")
    what.add_argument("--rivals", type=Path, metavar="DIR", help="where the weights of trained rivals are")
    what.add_argument("--limit", type=int, metavar="CLIPS", help="so many clips of each data file, spread evenly")
    what.add_argument("--seconds", type=float, default=usual.seconds, metavar="S",
                      help="so much of each clip, from its middle, where the problem is not trackers")
    what.add_argument("--thorough", action="store_true", help="every method in every section; else sections that vary "
                      "a fault leave out what takes a pass of its network or more for each frame")
    what.add_argument("--no-live", action="store_true", help="leave out live answers, frame by frame")


def _how(parser: argparse.ArgumentParser, usual: EvaluateOptions) -> None:
    how = parser.add_argument_group("how")
    how.add_argument("--device", default=usual.device, metavar="NAME", help="auto, cpu, cuda or cuda:N")
    how.add_argument("--threads", type=int, default=usual.threads, metavar="N", help="CPU threads of a job")
    how.add_argument("--jobs", type=int, default=usual.jobs, metavar="N",
                     help="processes that share the clips: as many as there are cores is quickest")
    how.add_argument("--noise-mm", type=float, default=usual.noise_mm, metavar="MM",
                     help="standard deviation of the trackers' positions, per axis, where a section does not vary it")
    how.add_argument("--seed", type=int, default=usual.seed, metavar="N", help="of the sensors' faults")
    how.add_argument("--smpl", type=Path, metavar="DIR",
                     help="SMPL, SMPL-H or SMPL-X model files, to give AMASS performers their own bones")


def names(text: str) -> tuple[str, ...]:
    """Comma-separated names."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def prior(text: str) -> tuple[str, Path]:
    """NAME=FILE, or FILE named by its stem."""
    name, equals, path = text.partition("=")
    return (name, Path(path)) if equals and name else (Path(text).stem, Path(text))


def options(args: argparse.Namespace) -> EvaluateOptions:
    priors, usual = tuple(map(prior, args.weights)), EvaluateOptions(data=())
    if args.problem != usual.problem:
        usual = replace(usual, methods=(), sections=())  # all that the problem has
    methods, sections = _chosen(args.methods, usual.methods), _chosen(args.sections, usual.sections)
    if len({name for name, _ in priors}) < len(priors):
        raise UsageError(f"--weights {' '.join(args.weights)}: two of one name; NAME=FILE tells them apart")
    if len(priors) == 1 and "=" not in args.weights[0]:
        priors = (("", priors[0][1]),)  # nothing to tell it from
    if args.jobs < 1:
        raise UsageError(f"--jobs {args.jobs}: there must be one or more")
    if args.seconds < 1:
        raise UsageError(f"--seconds {args.seconds:g}: a clip is measured on one second or more")
    return EvaluateOptions(
        data=tuple(args.data), problem=args.problem, split=args.split, protocol=args.protocol or "",
        sections=sections, methods=methods, bodies=names(args.bodies), limit=args.limit, seconds=args.seconds,
        live=not args.no_live,
        thorough=args.thorough, json=args.json, report=args.report,
        weights=priors, rivals=args.rivals, device=args.device, threads=args.threads, jobs=args.jobs,
        noise_mm=args.noise_mm, seed=args.seed, smpl=args.smpl,
    )


def _chosen(words: str | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The names that are asked for, or the usual ones."""
    chosen = usual if words is None else names(words)
    if words is not None and not chosen:
        raise UsageError(f"--methods and --sections take one name or more each; got {words!r}")
    return chosen


def run(args: argparse.Namespace) -> int:
    asked = replace(options(args), command=tuple(sys.argv[1:]))
    from bridge.engine.evaluate_problem import evaluate_problem

    return evaluate_problem(asked)
