"""What complete, inbetween, clean and generate have in common: flags, files in and out, a bar while they work."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.commands import formats
from bridge.commands.console import progress_argument, sharing
from bridge.commands.folders import make_folder
from bridge.commands.outputs import write_solved
from bridge.errors import UsageError
from bridge.frames import Motion
from bridge.simulate import as_session

if TYPE_CHECKING:
    from bridge.engine.mending import Mender

Work = Callable[["Mender", Motion, Callable[[float], None]], Motion]


def arguments(parser: argparse.ArgumentParser, files: bool = True) -> None:
    if files:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE",
                            help="motion: .bvh, or .npz in AMASS' layout or an archive's clip, archive.npz#NAME")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    formats.arguments(parser)
    how = parser.add_argument_group("how")
    how.add_argument("--weights", type=Path, metavar="FILE", help="a prior of your own instead of the shipped one")
    how.add_argument("--device", default="cpu", metavar="NAME", help="auto, cpu, cuda or cuda:N")
    how.add_argument("--threads", type=int, default=2, metavar="N", help="CPU threads")
    progress_argument(how)


def mender(args: argparse.Namespace) -> Mender:
    """Raises ModelMissing, DeviceFailed, UsageError."""
    if args.threads < 1:
        raise UsageError(f"--threads {args.threads}: there must be one or more")
    from bridge.engine.mending import Mender

    return Mender(args.weights, args.device, args.threads)


def mend_files(args: argparse.Namespace, label: str, work: Work) -> int:
    """Every file's motion through `work`; NAME.KIND of each in --out. All are read before any is worked on."""
    from bridge.engine.mending import read_motion

    kinds = formats.chosen(args)
    names = [path.name.partition("#")[2] or path.stem for path in args.files]
    if len(set(names)) < len(names):
        raise UsageError(f"{', '.join(names)}: two files of one name would write over each other")
    motions = [read_motion(path) for path in args.files]
    out, solving = make_folder(args.out), mender(args)
    for name, motion in zip(names, motions, strict=True):
        with sharing(f"{label} {name}", args.progress) as report:
            made = work(solving, motion, report)
        leave(out, Path(name).name, made, kinds)
    return 0


def leave(out: Path, name: str, motion: Motion, kinds: formats.Formats) -> None:
    """Write the formats that are asked for, and say which."""
    session = as_session(motion)
    for path in write_solved(out, name, motion, session, kinds):
        print(path)
