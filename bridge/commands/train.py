"""Train a prior, or a rival to measure it against. Reads the training split of motion archives (.npz) and AMASS
folders, watches the validation split, saves as it goes, and leaves weights: a prior's for --weights, a rival's for
evaluate's --rivals."""
from __future__ import annotations

import argparse
from pathlib import Path

from bridge.config_commands import TrainOptions

EXAMPLES = """examples:
  posebridge train --data amass/ --out run1                     CUDA where there is one, else the CPU
  posebridge train --data a.npz b.npz --out run2 --windows 100000 --threads 4
  posebridge train --data a.npz b.npz --out run2 --resume       go on where run2 was stopped
  posebridge train --data mine/ --out run3 --start default --windows 50000     the shipped prior, taught your motion
  posebridge train --data amass/ --out run4 --minutes 60 --batch 512 --width 192     a smaller one, on a GPU
  posebridge train --data a.npz b.npz --out trained --config regressor-bones
  posebridge evaluate --data a.npz --weights run2/default.safetensors"""


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = TrainOptions(data=(), out=Path())
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="FILE|DIR",
                        help="motion archives, AMASS files, or folders of AMASS recordings")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the prior and its log go")
    parser.add_argument("--windows", type=int, default=usual.windows, metavar="N", help="training windows to see")
    parser.add_argument("--minutes", type=float, metavar="N", help="train for so long instead of for --windows: as "
                        "much as this machine can in the time, so that no two runs end alike")
    parser.add_argument("--batch", type=int, default=usual.batch, metavar="N", help="windows in a step")
    parser.add_argument("--learning-rate", type=float, metavar="RATE",
                        help="at its highest, in place of the recipe's (1e-3 for batches of 64 to 128)")
    parser.add_argument("--width", type=int, metavar="N", help="numbers a frame inside the network, a multiple of 8, "
                        "in place of the recipe's 256: fewer are quicker and know less")
    parser.add_argument("--blocks", type=int, metavar="N", help="layers of the network, in place of the recipe's 6")
    parser.add_argument("--seed", type=int, default=usual.seed, metavar="N", help="same seed, same data: same prior")
    parser.add_argument("--resume", action="store_true", help="go on from the last save in --out")
    parser.add_argument("--start", type=Path, metavar="FILE", help="begin with these weights instead of from nothing: "
                        "a file, or a shipped prior's name")
    parser.add_argument("--device", default=usual.device, metavar="NAME", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--threads", type=int, default=usual.threads, metavar="N", help="CPU threads")
    parser.add_argument("--config", default=usual.config, metavar="NAME",
                        help="default, or a rival to measure it against: bodiffusion, bodiffusion-local, regressor, "
                        "regressor-bones")
    parser.add_argument("--measure", type=Path, metavar="FILE",
                        help="train nothing: measure on the validation split how sure this prior may be, and leave "
                        "it so in --out")
    parser.add_argument("--no-compile", action="store_true",
                        help="do not compile the network first: a minute sooner, three times slower on a CPU")
    parser.add_argument("--smpl", type=Path, metavar="DIR",
                        help="SMPL, SMPL-H or SMPL-X model files, to give AMASS performers their own bones")


def options(args: argparse.Namespace) -> TrainOptions:
    return TrainOptions(
        data=tuple(args.data), out=args.out, windows=args.windows, minutes=args.minutes, batch=args.batch,
        seed=args.seed, resume=args.resume, device=args.device, threads=args.threads, config=args.config,
        smpl=args.smpl, learning_rate=args.learning_rate, width=args.width, blocks=args.blocks,
        compiled=not args.no_compile, start=args.start, measure=args.measure,
    )


def run(args: argparse.Namespace) -> int:
    asked = options(args)
    from bridge.engine.train import train

    return train(asked)
