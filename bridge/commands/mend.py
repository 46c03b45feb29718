"""What complete, inbetween, clean and generate have in common: flags, files in and out, a bar while they work."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.commands import formats, workshop
from bridge.commands.folders import make_folder
from bridge.commands.outputs import write_solved
from bridge.commands.workshop import Workshop, workshop_of
from bridge.errors import UsageError
from bridge.export.names import clip_name
from bridge.frames import Motion
from bridge.simulate import as_session

if TYPE_CHECKING:
    from bridge.engine.mending import Mender

Work = Callable[["Mender", Motion, Callable[[float], None]], Motion]
Task = tuple[str, Work]  # what it is called while it goes on, and what is done with each motion


def arguments(parser: argparse.ArgumentParser, files: bool = True, on_daemon: bool = False) -> None:
    if files:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE",
                            help="motion: .bvh, or .npz in AMASS' layout or an archive's clip, archive.npz#NAME")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    formats.arguments(parser, on_daemon)
    if not on_daemon:
        workshop.arguments(parser.add_argument_group("how"))


def mend_files(args: argparse.Namespace, task: Task) -> int:
    """Every file's motion through `task`; NAME.KIND of each in --out. All are read before any is worked on."""
    from bridge.engine.mending import read_motion

    kinds = formats.chosen(args)
    names = [clip_name(path) for path in args.files]
    if len(set(names)) < len(names):
        raise UsageError(f"{', '.join(names)}: two files of one name would write over each other")
    motions = [read_motion(path) for path in args.files]
    out, shop = make_folder(args.out), workshop_of(args)
    for name, motion in zip(names, motions, strict=True):
        leave(out, name, mended(motion, name, task, shop), kinds)
    return 0


def mend_one(args: argparse.Namespace, name: str, task: Task, shop: Workshop) -> int:
    """The same of the only file, under a name that is told; how many frames that has."""
    from bridge.engine.mending import read_motion

    made = mended(read_motion(args.files[0]), name, task, shop)
    leave(args.out, name, made, formats.chosen(args))
    return len(made)


def mended(motion: Motion, name: str, task: Task, shop: Workshop) -> Motion:
    label, work = task
    mender = shop.mender()
    with shop.sharing(f"{label} {name}") as report:
        return work(mender, motion, report)


def leave(out: Path, name: str, motion: Motion, kinds: formats.Formats) -> None:
    """Write the formats that are asked for, and say which."""
    session = as_session(motion)
    for path in write_solved(out, name, motion, session, kinds):
        print(path)
