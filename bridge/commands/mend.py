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
from bridge.errors import DeviceFailed, ModelMissing, PoseBridgeError, UsageError
from bridge.export.names import clip_name
from bridge.frames import Motion
from bridge.report import report
from bridge.simulate import as_session

if TYPE_CHECKING:
    from bridge.engine.mending import Mender

Work = Callable[["Mender", Motion, Callable[[float], None]], Motion]
Task = tuple[str, Work]  # what it is called while it goes on, and what is done with each motion
Run = Callable[[argparse.Namespace], int]
One = Callable[[argparse.Namespace, str, Workshop], int]


def arguments(parser: argparse.ArgumentParser, files: bool = True, on_daemon: bool = False) -> None:
    if files:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE",
                            help="motion: .bvh, or .npz in AMASS' layout or an archive's clip, archive.npz#NAME")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    formats.arguments(parser, on_daemon)
    if not on_daemon:
        workshop.arguments(parser.add_argument_group("how"))


def mend_files(args: argparse.Namespace, task: Task) -> int:
    """Every file's motion through `task`; NAME.KIND of each in --out. What is wrong with one file is said, and the
    others go on; the exit code is the first such file's."""
    kinds = formats.chosen(args)
    names = [clip_name(path) for path in args.files]
    if len(set(names)) < len(names):
        raise UsageError(f"{', '.join(names)}: two files of one name would write over each other")
    out, shop, codes = make_folder(args.out), workshop_of(args), []
    for path, name in zip(args.files, names, strict=True):
        try:
            _mend(path, out, name, task, shop, kinds)
        except (PoseBridgeError, OSError, MemoryError) as error:
            if isinstance(error, ModelMissing | DeviceFailed):
                raise  # it would be so with all of them
            codes.append(report(error))
    return next(iter(codes), 0)


def entrances(
    check: Callable[[argparse.Namespace], None], task: Callable[[argparse.Namespace], Task]
) -> tuple[Run, One]:
    """A command's `run`, through all files; and its `one`, of a job: the only file's motion, left under a name in
    --out, and how many frames that has. `check` raises what is wrong with the words alone."""

    def run(args: argparse.Namespace) -> int:
        check(args)
        return mend_files(args, task(args))

    def one(args: argparse.Namespace, name: str, shop: Workshop) -> int:
        return _mend(args.files[0], args.out, name, task(args), shop, formats.chosen(args))

    return run, one


def _mend(path: Path, out: Path, name: str, task: Task, shop: Workshop, kinds: formats.Formats) -> int:
    from bridge.engine.mending import read_motion

    made = mended(read_motion(path), name, task, shop)
    leave(out, name, made, kinds)
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
